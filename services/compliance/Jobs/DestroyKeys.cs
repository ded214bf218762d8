using FinCode.Compliance.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Jobs;

/// <summary>
/// What reports of suspicion say goes when their customer was erased and their own years are over; so do the words of
/// cases about a party that was erased and never sent anything. Nobody asks for it: whoever erases a customer learns
/// nothing of a report.
/// </summary>
internal sealed partial class DestroyKeys(
    IServiceScopeFactory scopes, TimeProvider clock, ILogger<DestroyKeys> logger) : IJob
{
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private const int TenantsAtOnce = 100;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var tenants = await FindAsync(cancellationToken);
        var failed = false;
        foreach (var tenant in tenants)
        {
            try
            {
                await DestroyAsync(tenant, cancellationToken);
            }
            catch (Exception exception)
                when (!cancellationToken.IsCancellationRequested && exception is not OutOfMemoryException)
            {
                // One tenant whose keys cannot go now holds up nobody else; they are met again.
                LogFailed(logger, exception, tenant);
                failed = true;
            }
        }
        return !failed && tenants.Count == TenantsAtOnce;
    }

    private async Task DestroyAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, cancellationToken);
        await ErasedParties.DestroyOldAsync(session, clock.GetUtcNow(), cancellationToken);
        await scope.ServiceProvider.GetRequiredService<SuspicionReports>()
            .DestroyOldAsync(clock.GetUtcNow(), cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    private async Task<List<TenantId>> FindAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginForAllTenantsAsync(cancellationToken);
        await using var find = session.Command(
            $"select tenant_id from suspicion_reports where {SuspicionReports.IsOver} "
            + $"union select tenant_id from erased_parties e where {ErasedParties.HasOldCase} limit $2",
            clock.GetUtcNow(), TenantsAtOnce);
        await using var rows = await find.ExecuteReaderAsync(cancellationToken);
        var tenants = new List<TenantId>();
        while (await rows.ReadAsync(cancellationToken))
            tenants.Add(new TenantId(rows.GetGuid(0)));
        return tenants;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Old keys of {TenantId} could not be destroyed")]
    private static partial void LogFailed(ILogger logger, Exception exception, TenantId tenantId);
}
