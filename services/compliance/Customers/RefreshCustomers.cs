using FinCode.Compliance.Screening;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Customers;

/// <summary>
/// Looks at customers that are due: a party was recorded, a transfer screened, a document ends, a review or the end of
/// an override has come, or a definition changed. Each in a transaction of its own.
/// </summary>
internal sealed partial class RefreshCustomers(
    IServiceScopeFactory scopes, PartyDirectory parties, TimeProvider clock, ILogger<RefreshCustomers> logger) : IJob
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private const int Batch = 32;
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromMinutes(1);

    /// <summary>The transactions service does not know the party; it is asked again all the same.</summary>
    private static readonly TimeSpan RestOfUnknown = TimeSpan.FromHours(1);

    private sealed record Due(TenantId Tenant, PartyId Customer, bool IsStale);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await DueAsync(cancellationToken);
        foreach (var one in due)
        {
            try
            {
                await RefreshAsync(one, cancellationToken);
            }
            catch (Exception exception)
                when (!cancellationToken.IsCancellationRequested && exception is not OutOfMemoryException)
            {
                // One customer about whom something is wrong holds up nobody else.
                LogFailed(logger, one.Customer, exception);
                await PutOffAsync(one, cancellationToken);
            }
        }
        return due.Count == Batch;
    }

    private async Task PutOffAsync(Due due, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(due.Tenant, cancellationToken);
        await using var command = session.Command(
            "update kyc_customers set due_at = $3 where tenant_id = $1 and party_id = $2",
            due.Tenant.Value, due.Customer.Value, clock.GetUtcNow() + RestOfUnknown);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    private async Task RefreshAsync(Due due, CancellationToken cancellationToken)
    {
        // Asked before anything is locked: nobody else waits for the answer.
        var (party, rest) = due.IsStale ? await AskAsync(due, cancellationToken) : (null, null);
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(due.Tenant, cancellationToken);
        if (await CustomerStore.LockAsync(session, due.Customer, cancellationToken) is not { } file
            || file.DueAt > clock.GetUtcNow())
            return;
        if (party is not null && party.Version >= file.ProfileVersion)
        {
            var vault = scope.ServiceProvider.GetRequiredService<CustomerVault>();
            var before = file.Profile is { } known
                ? await vault.OpenAsync<CustomerProfile>(file.Id, "profile", known, cancellationToken)
                : null;
            file.Profile = await vault.SealAsync(
                file.Id, "profile", new CustomerProfile(party.Country, party.Nationality), cancellationToken);
            await scope.ServiceProvider.GetRequiredService<CustomerIdentity>()
                .HearAsync(file, party, before, cancellationToken);
            file.ProfileVersion = party.Version;
        }
        await scope.ServiceProvider.GetRequiredService<CustomerDesk>().SettleAsync(file, null, cancellationToken);
        if (rest is { } pause && file.DueAt <= clock.GetUtcNow())
        {
            file.DueAt = clock.GetUtcNow() + pause;
            await CustomerStore.SaveAsync(session, file, cancellationToken);
        }
        await session.CommitAsync(cancellationToken);
    }

    private async Task<(Party? Party, TimeSpan? Pause)> AskAsync(Due due, CancellationToken cancellationToken)
    {
        try
        {
            var party = await parties.FindAsync(due.Tenant, due.Customer, cancellationToken);
            return (party, party is null ? RestOfUnknown : null);
        }
        catch (TransientException)
        {
            LogWaiting(logger, due.Customer);
            return (null, RestAfterFailure);
        }
    }

    private async Task<List<Due>> DueAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginForAllTenantsAsync(cancellationToken);
        await using var command = session.Command(
            "select tenant_id, party_id, ended_on is null and (profile is null or identity_hash is null "
            + "or profile_version < recorded_version) from kyc_customers "
            + "where due_at <= $1 order by due_at limit $2",
            clock.GetUtcNow(), Batch);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<Due>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(new Due(
                new TenantId(rows.GetGuid(0)), new PartyId(rows.GetGuid(1)), rows.GetBoolean(2)));
        return found;
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{PartyId} could not be looked at; it is tried again in an hour")]
    private static partial void LogFailed(ILogger logger, PartyId partyId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The transactions service does not answer for {PartyId}; it is asked again soon")]
    private static partial void LogWaiting(ILogger logger, PartyId partyId);
}
