using System.Diagnostics.Metrics;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Operations.Reconciliation;
using FinCode.Ledger.Reconciliation;
using FinCode.Ledger.Reconciliation.Model.Reports;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Jobs;

/// <summary>
/// The days that ended (UTC): what got old is found missing, the settlement of each account and the safeguarding of
/// each currency are reported and kept. A shortfall raises an alarm, once a day and currency. Statements come in
/// during the next days; a report that says something else than the last one is kept as a further one. A tenant that
/// cannot be reported on does not hold up the others.
/// </summary>
internal sealed partial class ReportReconciliation(
    DbSession session, SafeguardingStore tenants, IServiceScopeFactory scopes, TimeProvider clock,
    ILogger<ReportReconciliation> logger) : IJob
{
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        await session.BeginForAllTenantsAsync(cancellationToken);
        var yesterday = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-1);
        foreach (var tenant in await tenants.TenantsAsync(cancellationToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<DailyReports>()
                    .RunAsync(tenant, yesterday, cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogNotReported(logger, tenant, exception);
            }
        }
        return false;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The days of {TenantId} could not be reported on")]
    private static partial void LogNotReported(ILogger logger, TenantId tenantId, Exception exception);
}

/// <summary>The reports of one tenant's days, in one unit of work.</summary>
internal sealed partial class DailyReports(
    DbSession session, Outbox outbox, ReconciledAccounts reconciled, ReconciliationDesk desk,
    SettlementStore settlement, SafeguardingStore safeguarding, ReconciliationMetrics metrics,
    ILogger<DailyReports> logger)
{
    /// <summary>How many days are reported again at each run: statements come late.</summary>
    private const int DaysAgain = 7;

    /// <summary>How many days are caught up with after a time in which nothing ran.</summary>
    private const int MaxDays = 31;

    /// <summary>Reports on the last days up to this one, and on all since the last report.</summary>
    public async Task RunAsync(TenantId tenant, DateOnly until, CancellationToken cancellationToken)
    {
        await session.BeginAsync(tenant, cancellationToken);
        var again = until.AddDays(1 - DaysAgain);
        var from = await safeguarding.LastDayAsync(cancellationToken) is { } last && last < again ? last : again;
        if (from < until.AddDays(1 - MaxDays))
            from = until.AddDays(1 - MaxDays);
        DateOnly[] days = [.. Enumerable.Range(0, until.DayNumber - from.DayNumber + 1).Select(from.AddDays)];
        foreach (var account in await reconciled.ListAsync(cancellationToken))
        {
            var held = (await reconciled.LockAsync(account.Id, cancellationToken))!;
            await desk.RunAsync(held, cancellationToken);
            foreach (var day in days)
                await SettleAsync(held, day, cancellationToken);
        }
        await safeguarding.HoldAsync(cancellationToken);
        foreach (var day in days)
        {
            foreach (var currency in await safeguarding.ReadAsync(day, cancellationToken))
                await ReportAsync(currency, cancellationToken);
        }
        await session.CommitAsync(cancellationToken);
    }

    private async Task SettleAsync(ReconciledAccount account, DateOnly day, CancellationToken cancellationToken)
    {
        if (await settlement.ReadAsync(account.Id, day, cancellationToken) is not { } figures)
            return;
        var isNew = await settlement.KeepAsync(
            account.Id, day, Write(SettlementReport.Of(account, figures)), cancellationToken);
        if (isNew && !figures.Ties)
            LogDoesNotTie(logger, account.Id, day);
    }

    private async Task ReportAsync(SafeguardingDay day, CancellationToken cancellationToken)
    {
        if (await safeguarding.KeepAsync(day, Write(SafeguardingReport.Of(day)), cancellationToken) is not { } report)
            return;
        if (day.Shortfall <= 0)
        {
            foreach (var ended in await safeguarding.CloseAsync(day, report, cancellationToken))
                await outbox.AddAsync(new SafeguardingRestored(ended, report), cancellationToken);
            return;
        }
        if (!await safeguarding.RaiseAsync(day, report, cancellationToken))
            return;
        Money Of(long minorUnits) => new(minorUnits, day.Currency);
        await outbox.AddAsync(
            new SafeguardingShortfall(report, day.Day, Of(day.Required), Of(day.Held), Of(day.Shortfall)),
            cancellationToken);
        var tenant = session.Tenant;
        session.AfterCommit(() =>
        {
            metrics.ShortfallFound(day.Currency);
            LogShortfall(logger, tenant, report, day.Currency.Code, day.Day);
        });
    }

    private static string Write<T>(T report) => JsonSerializer.Serialize(report, ContractJson.Options);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{TenantId} holds less {Currency} for its customers on {Day} than it owes them: report {ReportId}")]
    private static partial void LogShortfall(
        ILogger logger, TenantId tenantId, Id<SafeguardingReportKind> reportId, string currency, DateOnly day);

    [LoggerMessage(Level = LogLevel.Error, Message = "The settlement of account {AccountId} on {Day} does not tie")]
    private static partial void LogDoesNotTie(ILogger logger, Guid accountId, DateOnly day);
}

/// <summary>The meter "FinCode.Ledger.Reconciliation".</summary>
internal sealed class ReconciliationMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _shortfalls = meters.Create("FinCode.Ledger.Reconciliation")
        .CreateCounter<long>("fincode.ledger.safeguarding.shortfalls", "{alarm}");

    public void ShortfallFound(Currency currency) => _shortfalls.Add(1, new KeyValuePair<string, object?>(
        "currency", currency.Code));
}
