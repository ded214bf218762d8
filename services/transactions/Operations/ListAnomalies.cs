using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Operations;

/// <param name="Kind">What is wrong, such as PAY_IN_MISMATCH, PAID_TWICE, PAYOUT_UNKNOWN, REFUND_REFUSED, PREFUND_LOW,
/// SAFEGUARDING_SHORTFALL or UNEXPECTED_EVENT.</param>
/// <param name="Owner">The role that has to look at it.</param>
/// <param name="EndedAt">Since when it is over by itself; only where those that ended were asked for.</param>
internal sealed record Anomaly(
    long Id, TransactionId? TransactionId, DateTimeOffset At, string Kind, string Event, TransactionStatus? Status,
    string? Stage, string? Detail, string Owner, DateTimeOffset? EndedAt);

internal sealed record AnomalyList(IReadOnlyList<Anomaly> Items);

/// <summary>
/// The worklist of facts that did not fit, newest first; what ended by itself is shown instead if asked for. It shows
/// stages, so it is not for everybody. What belongs to no tenant (money for a reference that nobody has, a
/// callback that nobody understands) is PLATFORM's.
/// </summary>
internal static class ListAnomalies
{
    private const int MaxItems = 200;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/anomalies", HandleAsync)
        .RequireRole(Contracts.Roles.Finance, Contracts.Roles.Compliance, Contracts.Roles.Platform)
        .WithName("ListAnomalies").WithSummary("Facts that did not fit and wait for a person").WithTags("Transactions")
        .Produces<AnomalyList>().ProducesProblem(401).ProducesProblem(403);

    private static async Task<IResult> HandleAsync(
        Caller caller, DbSession session, Lazy<TransactionsDb> db, CancellationToken cancellationToken,
        bool ended = false)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var isCompliance = caller.IsIn(Contracts.Roles.Compliance);
        var isPlatform = caller.IsIn(Contracts.Roles.Platform) && caller.Tenant == Tenants.Platform;
        var seesAll = isCompliance || isPlatform;
        var rows = await db.Value.Anomalies.AsNoTracking()
            .Where(row => row.TenantId == caller.Tenant && (seesAll || row.Owner == Contracts.Roles.Finance)
                && (row.EndedAt != null) == ended)
            .OrderByDescending(row => row.Id).Take(MaxItems).ToListAsync(cancellationToken);
        return TypedResults.Ok(new AnomalyList([.. rows.Select(row => new Anomaly(
            row.Id, row.TransactionId, row.At, row.Kind, row.Event, row.Status,
            isCompliance && row.Stage is { } stage ? Words.Of(stage) : null, row.Detail, row.Owner,
            row.EndedAt))]));
    }
}
