using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Screening;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Identity;

/// <summary>
/// Asks the provider by our reference about verifications of which nothing final was heard, with growing pauses. What
/// it does not know is sent again under the same reference, unless it would be somebody else by now. Leased first, so
/// that a replica that is cut off holds nothing up.
/// </summary>
internal sealed class EnquireVerifications(
    IServiceScopeFactory scopes, IIdentityProvider provider, IdentitySetup setup, PartyDirectory parties,
    ComplianceOptions options, TimeProvider clock) : IJob
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private const int Batch = 16;
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(10);

    private sealed record Due(TenantId Tenant, Guid Id);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await DueAsync(cancellationToken);
        await Task.WhenAll(due.Select(one => AskAsync(one, cancellationToken)));
        return due.Count == Batch;
    }

    private async Task AskAsync(Due due, CancellationToken cancellationToken)
    {
        if (await LeaseAsync(due, cancellationToken) is not { } leased)
            return;
        var answer = await provider.EnquireAsync(leased.Id, cancellationToken);
        if (answer.Status == IdentityStatus.NotFound)
            answer = await SendAgainAsync(due.Tenant, leased, cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(due.Tenant, cancellationToken);
        await scope.ServiceProvider.GetRequiredService<IdentityDesk>()
            .RecordAsync(leased.Customer, leased.Id, answer, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    private async Task<IdentityAnswer> SendAgainAsync(
        TenantId tenant, Verification leased, CancellationToken cancellationToken)
    {
        try
        {
            return await parties.FindAsync(tenant, leased.Customer, cancellationToken) is { } party
                && CustomerIdentity.HashOf(options, tenant, party) == leased.IdentityHash
                ? await provider.CreateSessionAsync(leased.Id, IdentityPerson.Of(party), cancellationToken)
                : IdentityAnswer.Unknown;
        }
        catch (TransientException)
        {
            return IdentityAnswer.Unknown;
        }
    }

    /// <summary>Null when somebody else has it, or it is not due any more.</summary>
    private async Task<Verification?> LeaseAsync(Due due, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(due.Tenant, cancellationToken);
        await using (var lease = session.Command(
            "update kyc_verifications set enquiries = enquiries + 1, due_at = $4 "
            + "where tenant_id = $1 and id = $2 and due_at <= $3",
            due.Tenant.Value, due.Id, clock.GetUtcNow(),
            clock.GetUtcNow() + setup.Required.Timeout * 2 + LeaseMargin))
        {
            if (await lease.ExecuteNonQueryAsync(cancellationToken) == 0)
                return null;
        }
        var leased = await VerificationStore.FindAsync(session, due.Id, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return leased;
    }

    private async Task<List<Due>> DueAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginForAllTenantsAsync(cancellationToken);
        await using var command = session.Command(
            "select tenant_id, id from kyc_verifications where due_at <= $1 and provider = $2 order by due_at limit $3",
            clock.GetUtcNow(), provider.Name, Batch);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<Due>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(new Due(new TenantId(rows.GetGuid(0)), rows.GetGuid(1)));
        return found;
    }
}
