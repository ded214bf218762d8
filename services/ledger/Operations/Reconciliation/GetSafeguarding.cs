using FinCode.Contracts;
using FinCode.Ledger.Reconciliation.Model.Reports;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Reconciliation;

/// <summary>What is owed to customers and what the bank holds for them, per currency at the end of a day.</summary>
internal static class GetSafeguarding
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/ledger/safeguarding", ReportAsync)
            .RequireRole(Roles.Finance, Roles.Manager)
            .WithName("getSafeguarding").WithTags(ReconciliationViews.Tag)
            .WithSummary("Required and held per currency at the end of a day (today unless given)")
            .Produces<SafeguardingReports>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapGet("/v1/ledger/safeguarding/alarms", AlarmsAsync)
            .RequireRole(Roles.Finance, Roles.Manager)
            .WithName("listSafeguardingAlarms").WithTags(ReconciliationViews.Tag)
            .WithSummary("Shortfalls that were found, newest first; open ones unless all are asked for")
            .Produces<SafeguardingAlarms>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ReportAsync(
        Caller caller, DbSession session, SafeguardingStore safeguarding, TimeProvider clock,
        CancellationToken cancellationToken, DateOnly? day = null)
    {
        if (ReconciliationViews.ProblemOf(day) is { } impossible)
            return impossible;
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var days = await safeguarding.ReadAsync(day ?? clock.Today(), cancellationToken);
        return TypedResults.Ok(new SafeguardingReports([.. days.Select(SafeguardingReport.Of)]));
    }

    private static async Task<IResult> AlarmsAsync(
        Caller caller, DbSession session, SafeguardingStore safeguarding, CancellationToken cancellationToken,
        bool all = false, int? limit = null)
    {
        if (!Paging.TryLimit(limit, out var size, out var problem))
            return problem;
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var alarms = await safeguarding.AlarmsAsync(!all, size, cancellationToken);
        return TypedResults.Ok(new SafeguardingAlarms([.. alarms.Select(alarm => new SafeguardingAlarm(
            alarm.Report, alarm.Currency.Code, alarm.Day, new Money(alarm.Shortfall, alarm.Currency), alarm.RaisedAt,
            alarm.ClosedAt))]));
    }
}

/// <param name="Family">The first segment of the accounts' codes.</param>
public sealed record SafeguardingLiability(string Family, Money Amount);

/// <param name="Required">Owed to customers: the sum of the liabilities.</param>
/// <param name="Liabilities">transit, payable, wallet, frozen and suspense.</param>
/// <param name="OtherLiabilities">
/// Not required: commission, owed, and accounts of liabilities that people opened. Look at them where customers' money
/// could be among it.
/// </param>
/// <param name="Held">On the safeguarding account at the bank.</param>
/// <param name="HeldBy">STATEMENT: the bank says so for that day. BOOK: only our books do.</param>
/// <param name="Shortfall">Required less held; less than zero is an excess.</param>
/// <param name="Receivable">With providers and agents, on its way: not held.</param>
/// <param name="OpenPosition">Promised in the currency above what was bought of it (the balance of fx).</param>
public sealed record SafeguardingReport(
    string Currency, DateOnly Day, Money Required, Money Held, string HeldBy, Money Shortfall,
    IReadOnlyList<SafeguardingLiability> Liabilities, IReadOnlyList<SafeguardingLiability> OtherLiabilities,
    Money Receivable, Money OpenPosition)
{
    internal static SafeguardingReport Of(SafeguardingDay day)
    {
        return new SafeguardingReport(day.Currency.Code, day.Day, Of(day.Required), Of(day.Held), Words.Of(day.HeldBy),
            Of(day.Shortfall),
            [.. SafeguardingFamilies.Required.Select(family =>
                new SafeguardingLiability(family, Of(day.Liabilities[family])))],
            [.. day.OtherLiabilities.Select(other => new SafeguardingLiability(other.Key, Of(other.Value)))],
            Of(day.Receivable), Of(day.Position));

        Money Of(long minorUnits) => new(minorUnits, day.Currency);
    }
}

public sealed record SafeguardingReports(IReadOnlyList<SafeguardingReport> Items);

public sealed record SafeguardingAlarm(
    Id<SafeguardingReportKind> ReportId, string Currency, DateOnly Day, Money Shortfall, DateTimeOffset RaisedAt,
    DateTimeOffset? ClosedAt);

public sealed record SafeguardingAlarms(IReadOnlyList<SafeguardingAlarm> Items);
