using FinCode.Messaging;

namespace FinCode.Transactions.Storage;

/// <summary>
/// Something of a tenant that is found across tenants: by a provider's callback, or by a job that looks for due work.
/// </summary>
internal sealed record Found(TenantId Tenant, TransactionId Transaction, AttemptId? Attempt = null);

/// <summary>
/// Looks across tenants, in a unit of work of its own; what it finds is worked on in a session of its tenant.
/// </summary>
internal sealed class TenantLookup(IServiceScopeFactory scopes)
{
    public async Task<Found?> ByPcnAsync(string pcn, CancellationToken cancellationToken) =>
        (await ReadAsync("select tenant_id, id, null::uuid from transactions where pcn = $1", [pcn], cancellationToken))
            .SingleOrDefault();

    public async Task<Found?> ByPayoutAttemptAsync(AttemptId id, string provider,
        CancellationToken cancellationToken) =>
        (await ReadAsync("select tenant_id, transaction_id, id from payout_attempts where id = $1 and provider = $2",
            [id.Value, provider], cancellationToken)).SingleOrDefault();

    public async Task<Found?> ByRefundAttemptAsync(AttemptId id, string provider,
        CancellationToken cancellationToken) =>
        (await ReadAsync("select tenant_id, transaction_id, id from refund_attempts where id = $1 and provider = $2",
            [id.Value, provider], cancellationToken)).SingleOrDefault();

    /// <summary>Transfers of that stage whose time has come, the longest waiting first.</summary>
    public Task<List<Found>> DueTransfersAsync(string stage, DateTimeOffset now, int limit,
        CancellationToken cancellationToken) =>
        ReadAsync("select tenant_id, id, null::uuid from transactions "
            + "where stage = $1 and due_at <= $2 order by due_at limit $3",
            [stage, now, limit], cancellationToken);

    /// <summary>
    /// Transfers that wait for details of a party that has changed since they began to wait, or by rules that were in
    /// force before. Of new rules everybody knows by then.
    /// </summary>
    public Task<List<Found>> DetailsGivenAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        ReadAsync("select t.tenant_id, t.id, null::uuid from transactions t where t.stage = 'AWAITING_DETAILS' "
            + "and (exists (select from parties p where (p.id = t.sender_id and p.version > t.sender_version) "
            + "or (p.id = t.beneficiary_id and p.version > t.beneficiary_version)) "
            + "or exists (select from travel_rules r where r.tenant_id = t.tenant_id and r.state = 'IN_FORCE' "
            + "and r.approved_at < $2 and r.approved_at > t.updated_at - $3)) order by t.id limit $1",
            [limit, now - 2 * TravelRulesInForce.MaxAge, 2 * TravelRulesInForce.MaxAge], cancellationToken);

    /// <summary>Transfers whose payout's provider is to be asked about the name.</summary>
    public Task<List<Found>> DueNameChecksAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        ReadAsync("select tenant_id, id, null::uuid from transactions where name_check = 'PENDING' "
            + "and name_check_due_at <= $1 order by name_check_due_at limit $2", [now, limit], cancellationToken);

    public Task<List<Found>> DuePayoutsAsync(string[] states, DateTimeOffset now, int limit,
        CancellationToken cancellationToken) =>
        ReadAsync("select tenant_id, transaction_id, id from payout_attempts "
            + "where state = any ($1) and due_at <= $2 order by due_at limit $3", [states, now, limit],
            cancellationToken);

    public Task<List<Found>> DueRefundsAsync(string[] states, DateTimeOffset now, int limit,
        CancellationToken cancellationToken) =>
        ReadAsync("select tenant_id, transaction_id, id from refund_attempts "
            + "where state = any ($1) and due_at <= $2 order by due_at limit $3", [states, now, limit],
            cancellationToken);

    /// <summary>Customers whose erasure two people want and whose record nobody needs any more.</summary>
    public async Task<List<(TenantId Tenant, PartyId Customer)>> DueErasuresAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        [.. (await ReadAsync("select tenant_id, id, null::uuid from parties where erase_after <= $1 "
            + "and erased_at is null and erasure_approved_by is not null order by erase_after limit $2",
            [now, limit], cancellationToken))
            .Select(found => (found.Tenant, new PartyId(found.Transaction.Value)))];

    private async Task<List<Found>> ReadAsync(string sql, object[] arguments, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginForAllTenantsAsync(cancellationToken);
        await using var command = session.Command(sql, arguments);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<Found>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(new Found(new TenantId(rows.GetGuid(0)), new TransactionId(rows.GetGuid(1)),
                await rows.IsDBNullAsync(2, cancellationToken) ? null : new AttemptId(rows.GetGuid(2))));
        return found;
    }
}
