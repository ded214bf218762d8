using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Operations;

internal sealed record TimelineEntry(DateTimeOffset At, TransactionStatus Status, string? Reason);

internal sealed record TimelineResponse(IReadOnlyList<TimelineEntry> Items);

/// <summary>What COMPLIANCE of the tenant sees instead; partners' documents do not know it.</summary>
internal sealed record InnerTimelineEntry(
    DateTimeOffset At, TransactionStatus Status, string? Reason, string Event, string Stage);

internal sealed record InnerTimelineResponse(IReadOnlyList<InnerTimelineEntry> Items);

/// <summary>
/// How a transfer came to where it is. Partners, customers, cashiers and agents see public statuses and neutral
/// reasons: a transfer that is held looks like one that is not.
/// </summary>
internal static class GetTimeline
{
    private const int MaxItems = 1000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/transactions/{id}/timeline", HandleAsync)
        .RequireAccess(Scopes.TransactionsRead, Contracts.Roles.Cashier, Contracts.Roles.Agent, Contracts.Roles.Manager,
            Contracts.Roles.Compliance, Contracts.Roles.Finance)
        .WithName("GetTransactionTimeline").WithSummary("The public statuses of a transfer, oldest first")
        .WithTags("Transactions").WithGroupName("partners")
        .Produces<TimelineResponse>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, DbSession session, Lazy<TransactionsDb> db, CancellationToken cancellationToken)
    {
        if (!TransactionId.TryParse(id, null, out var transactionId))
            return Problems.NotFound();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var seesAll = caller.IsIn(Contracts.Roles.Compliance);
        var rows = await db.Value.Timeline.AsNoTracking()
            .Where(row => row.TenantId == caller.Tenant && row.TransactionId == transactionId
                && (seesAll || row.IsPublic))
            .OrderBy(row => row.Id).Take(MaxItems).ToListAsync(cancellationToken);
        if (rows.Count == 0)
            return Problems.NotFound();
        return seesAll
            ? TypedResults.Ok(new InnerTimelineResponse([.. rows.Select(row =>
                new InnerTimelineEntry(row.At, row.Status, row.Reason, row.Event, Words.Of(row.Stage)))]))
            : TypedResults.Ok(new TimelineResponse([.. rows.Select(row =>
                new TimelineEntry(row.At, row.Status, row.Reason))]));
    }
}
