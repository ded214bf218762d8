using FinCode.Compliance.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Jobs;

/// <summary>
/// After a list changed, goes through the known customers once, batch by batch, and compares them with what is new or
/// changed; after the thresholds of a tenant changed, through the customers of that tenant, with all lists. Where the
/// lists or the transactions service are away it waits and goes on from where it stood. A batch that is done twice
/// alerts once.
/// </summary>
internal sealed partial class RescreenCustomers(
    RescreenParties parties, IServiceScopeFactory scopes, TimeProvider clock, ILogger<RescreenCustomers> logger) : IJob
{
    private const int BatchSize = 200;
    private const int RetrySeconds = 30;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var claimed = await InSessionAsync(
            session => RescreeningStore.ClaimAsync(session, clock.GetUtcNow(), cancellationToken), cancellationToken);
        if (claimed is null)
            return await RetrySkippedAsync(cancellationToken);
        var batch = await InSessionAsync(
            session => RescreeningStore.NextAsync(session, claimed, BatchSize, cancellationToken), cancellationToken);
        if (batch.Count == 0)
        {
            var (seen, alerts) = await InSessionAsync(session => RescreeningStore.FinishAsync(
                session, claimed.ListVersion, clock.GetUtcNow(), cancellationToken), cancellationToken);
            if (claimed.Reason.PolicyBefore is { } before)
                LogMetPolicy(logger, seen, new TenantId(claimed.Owner!.Value), before, alerts);
            else
                LogFinished(logger, claimed.ListVersion, claimed.Reason.Entries.Count, seen, alerts);
            return true;
        }
        try
        {
            var alerts = 0;
            foreach (var tenant in batch.GroupBy(party => party.Tenant))
                alerts += await parties.RunAsync(
                    tenant.Key, [.. tenant], claimed.ListVersion, claimed.Reason, cancellationToken);
            await InSessionAsync(async session =>
            {
                await RescreeningStore.AdvanceAsync(
                    session, claimed.ListVersion, batch[^1], batch.Count, alerts, cancellationToken);
                return true;
            }, cancellationToken);
            return true;
        }
        catch (TransientException waiting)
        {
            LogWaiting(logger, claimed.ListVersion, waiting.Message);
            await InSessionAsync(async session =>
            {
                await RescreeningStore.WaitAsync(session, claimed.ListVersion,
                    clock.GetUtcNow().AddSeconds(RetrySeconds), cancellationToken);
                return true;
            }, cancellationToken);
            return false;
        }
    }

    /// <summary>Those that were skipped and whose time has come. False: there is nothing more to do now.</summary>
    private async Task<bool> RetrySkippedAsync(CancellationToken cancellationToken)
    {
        var skipped = await InSessionAsync(session => RescreeningSkips.ClaimAsync(
            session, clock.GetUtcNow(), BatchSize, cancellationToken), cancellationToken);
        foreach (var group in skipped.GroupBy(one => (one.ListVersion, one.Party.Tenant)))
        {
            try
            {
                await RetryAsync(group.Key.ListVersion, group.Key.Tenant, [.. group.Select(one => one.Party)],
                    cancellationToken);
            }
            catch (TransientException waiting)
            {
                // They come again; the others do not wait for them.
                LogWaiting(logger, group.Key.ListVersion, waiting.Message);
            }
        }
        return skipped.Count == BatchSize;
    }

    private async Task RetryAsync(
        long listVersion, TenantId tenant, IReadOnlyList<KnownParty> known, CancellationToken cancellationToken)
    {
        var reason = await InSessionAsync(
            session => RescreeningStore.ReadReasonAsync(session, listVersion, cancellationToken), cancellationToken);
        var alerts = await parties.RunAsync(tenant, known, listVersion, reason, cancellationToken);
        await InSessionAsync(async session =>
        {
            await RescreeningStore.AddAlertsAsync(session, listVersion, alerts, cancellationToken);
            return true;
        }, cancellationToken);
    }

    private async Task<T> InSessionAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginForAllTenantsAsync(cancellationToken);
        var result = await work(session);
        await session.CommitAsync(cancellationToken);
        return result;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Parties} customers met the {Entries} entries that list "
        + "version {ListVersion} added or changed: {Alerts} alerts")]
    private static partial void LogFinished(
        ILogger logger, long listVersion, int entries, long parties, long alerts);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Parties} customers of {TenantId} met the policy that "
        + "came after version {PolicyVersion}: {Alerts} alerts")]
    private static partial void LogMetPolicy(
        ILogger logger, long parties, TenantId tenantId, long policyVersion, long alerts);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Customers wait to meet the entries of list version {ListVersion}: {Reason}")]
    private static partial void LogWaiting(ILogger logger, long listVersion, string reason);
}
