using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations.Monitors;

/// <summary>Thresholds on available balances: crossing one publishes an event, once per crossing.</summary>
internal static class ManageMonitors
{
    private const int MaxPerAccount = 10;

    /// <param name="Threshold">An event tells when less is available than this, and when it is not less now.</param>
    public sealed record CreateMonitorRequest(string? Account, Money? Threshold);

    /// <param name="IsBelow">Whether less than the threshold is available now.</param>
    public sealed record LedgerMonitor(
        MonitorId Id, string Account, Money Threshold, bool IsBelow, string CreatedBy, DateTimeOffset CreatedAt);

    /// <param name="Next">Pass it as <c>after</c> for the next page; missing on the last.</param>
    public sealed record LedgerMonitorPage(IReadOnlyList<LedgerMonitor> Items, string? Next);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/ledger/monitors", CreateAsync)
            .RequireRole(Roles.Finance)
            .WithName("createLedgerMonitor").WithTags("Ledger monitors")
            .WithSummary("Watch what an account has available")
            .NeedsIdempotencyKey()
            .Produces<LedgerMonitor>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapGet("/v1/ledger/monitors", ListAsync)
            .RequireRole(Roles.Finance, Roles.Manager)
            .WithName("listLedgerMonitors").WithTags("Ledger monitors")
            .WithSummary("The thresholds that are watched")
            .Produces<LedgerMonitorPage>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapDelete("/v1/ledger/monitors/{id}", RemoveAsync)
            .RequireRole(Roles.Finance)
            .WithName("removeLedgerMonitor").WithTags("Ledger monitors")
            .WithSummary("Stop watching")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> CreateAsync(
        CreateMonitorRequest request, Caller caller, HttpContext http, IdempotentRequests requests, Handler handler)
    {
        var validation = new Validation();
        validation.Require(request.Account, "/account");
        validation.Require(request.Threshold, "/threshold");
        return validation.Failed
            ? validation.ToProblem()
            : await requests.RunAsync(http, caller.Tenant, "create-monitor", request, () => handler.RunAsync(
                request.Account!, request.Threshold!.Value, caller.Subject, http.RequestAborted));
    }

    private static async Task<IResult> ListAsync(
        Caller caller, DbSession session, MonitorStore monitors, CancellationToken cancellationToken,
        int? limit = null, string? after = null)
    {
        if (!Paging.TryLimit(limit, out var size, out var problem))
            return problem;
        MonitorId cursor = default;
        if (after is not null && !MonitorId.TryParse(after, null, out cursor))
            return Problems.Invalid("after", "This is not a cursor that a page ended with.");
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var found = await monitors.ListAsync(after is null ? null : cursor, size + 1, cancellationToken);
        var page = found.Take(size).ToArray();
        return TypedResults.Ok(new LedgerMonitorPage(
            [.. page.Select(Of)], found.Count > size ? page[^1].Id.ToString() : null));
    }

    private static async Task<IResult> RemoveAsync(
        string id, Caller caller, DbSession session, BookLog log, MonitorStore monitors,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!MonitorId.TryParse(id, null, out var known))
            return Problems.NotFound();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        await log.HoldAsync(cancellationToken);
        if (await monitors.FindAsync(known, cancellationToken) is not { } monitor)
            return Problems.NotFound();
        await monitors.RemoveAsync(monitor, caller.Subject, clock.Now(), cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static LedgerMonitor Of(BalanceMonitor one) => new(
        one.Id, one.Code, Money.Of(one.Threshold, one.Currency), one.IsBelow, one.CreatedBy, one.CreatedAt);

    internal sealed class Handler(BookLog log, AccountStore accounts, MonitorStore monitors, TimeProvider clock)
    {
        /// <summary>With the book held, so that no entry passes between looking and watching.</summary>
        public async Task<(Reply?, ProblemHttpResult?)> RunAsync(
            string code, Money threshold, string subject, CancellationToken cancellationToken)
        {
            await log.HoldAsync(cancellationToken);
            var name = new AccountName(code, threshold.Currency);
            if (await accounts.FindAsync(name, cancellationToken) is not { } account)
                return (null, Problems.NotFound("There is no such account in your book."));
            var others = await monitors.OfAccountsAsync([account.Id], cancellationToken);
            if (others.Count >= MaxPerAccount || others.Any(one => one.Threshold == threshold.MinorUnits))
                return (null, Problems.Conflict(Problems.LimitExceeded,
                    $"An account has at most {MaxPerAccount} monitors, each with a threshold of its own."));
            var monitor = new BalanceMonitor(MonitorId.New(clock), account.Id, code, threshold.Currency.Code,
                threshold.MinorUnits, account.Available < threshold.MinorUnits, subject, clock.Now());
            await monitors.AddAsync(monitor, cancellationToken);
            return (new Reply(StatusCodes.Status201Created, Of(monitor)), null);
        }
    }
}
