using FinCode.Compliance.Lists;
using FinCode.Contracts;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Compliance.Storage;

/// <summary>What customers are being screened again for.</summary>
/// <param name="Entries">That a list version added or changed; none where the policy changed.</param>
/// <param name="PolicyBefore">The version of the policy before the one that came into force.</param>
internal sealed record RescreeningReason(IReadOnlySet<ChangedEntry> Entries, long? PolicyBefore);

/// <summary>A list version whose changed entries the customers are being compared with.</summary>
/// <param name="ListVersion">
/// Where a policy changed, a version of that tenant's with the same lists as before: all of them are met again.
/// </param>
/// <param name="Owner">The tenant whose own list or policy it is; null when it concerns the customers of all.</param>
internal sealed record Rescreening(
    long ListVersion, Guid? Owner, RescreeningReason Reason, Guid? TenantCursor, Guid? PartyCursor);

/// <summary>A customer that compliance knows: an id, and no details.</summary>
internal sealed record KnownParty(TenantId Tenant, PartyId Id, PartyRole Role);

/// <summary>
/// Which rescreenings are under way, and the customers they go through: every party that was ever screened, alone or in
/// a transfer.
/// </summary>
internal static class RescreeningStore
{
    /// <summary>A replica that died over a batch is replaced after this.</summary>
    private const int ClaimMinutes = 10;

    /// <summary>
    /// A customer whose screening began under the version before is written down by then, and is gone through too.
    /// </summary>
    private const int StartDelaySeconds = 60;

    /// <summary>
    /// Where nothing is new or changed there is nothing to do, nor for the very first version: before it nobody could
    /// be screened, so whoever was has met it.
    /// </summary>
    public static async Task StartAsync(DbSession session, long listVersion, Guid? owner,
        IReadOnlyList<ChangedEntry> entries, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
            return;
        await using var command = session.Command(
            "insert into rescreenings (list_version, owner, lists, entry_ids, started_at) "
            + "select $1, $2::uuid, $3, $4, $5 where exists (select from list_versions where version < $1)",
            listVersion, owner, entries.Select(entry => entry.List).ToArray(),
            entries.Select(entry => entry.EntryId).ToArray(), now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Whoever the policy before let pass may be a hit of the one that comes into force.</summary>
    /// <param name="policyBefore">The version that it follows.</param>
    public static async Task StartForPolicyAsync(
        DbSession session, long policyBefore, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var listVersion = await ListStore.AddVersionOfAsync(
            session, session.Tenant.Value, null, now, cancellationToken);
        await using var command = session.Command(
            "insert into rescreenings (list_version, owner, lists, entry_ids, started_at, policy_before) "
            + "select $1, $2, '{}', '{}', $3, $4 where exists (select from list_versions where version < $1)",
            listVersion, session.Tenant.Value, now, policyBefore);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The oldest due one that is not claimed by another replica; null when there is none.</summary>
    public static async Task<Rescreening?> ClaimAsync(
        DbSession session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            """
            update rescreenings set claimed_until = $2 where list_version = (
                select list_version from rescreenings
                where finished_at is null and (claimed_until is null or claimed_until <= $1) and started_at <= $3
                order by list_version limit 1 for update skip locked)
            returning lists, entry_ids, policy_before, list_version, owner, tenant_cursor, party_cursor
            """, now, now.AddMinutes(ClaimMinutes), now.AddSeconds(-StartDelaySeconds));
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
            return null;
        return new Rescreening(row.GetInt64(3), row.IsDBNull(4) ? null : row.GetGuid(4), Reason(row),
            row.IsDBNull(5) ? null : row.GetGuid(5), row.IsDBNull(6) ? null : row.GetGuid(6));
    }

    /// <summary>
    /// The next customers in the order of tenant and id. The session sees all tenants, or the one that it is about. Of
    /// a party that has not been recorded yet its transfer tells; each part reads on in its own index.
    /// </summary>
    public static async Task<List<KnownParty>> NextAsync(
        DbSession session, Rescreening rescreening, int limit, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            """
            select distinct on (tenant_id, party_id) tenant_id, party_id, role from (
                (select distinct on (tenant_id, party_id) tenant_id, party_id,
                    evidence #>> '{parties,0,role}' as role, 1 as source
                from screenings
                where subject = 'PARTY' and (tenant_id, party_id) > ($1, $2) and ($3::uuid is null or tenant_id = $3)
                order by tenant_id, party_id, party_version desc limit $4)
                union all
                (select distinct on (tenant_id, sender_id) tenant_id, sender_id, 'SENDER', 2 from funded_transfers
                where (tenant_id, sender_id) > ($1, $2) and ($3::uuid is null or tenant_id = $3)
                order by tenant_id, sender_id limit $4)
                union all
                (select distinct on (tenant_id, beneficiary_id) tenant_id, beneficiary_id, 'BENEFICIARY', 2
                from funded_transfers
                where (tenant_id, beneficiary_id) > ($1, $2) and ($3::uuid is null or tenant_id = $3)
                order by tenant_id, beneficiary_id limit $4)) known
            order by tenant_id, party_id, source limit $4
            """,
            rescreening.TenantCursor ?? Guid.Empty, rescreening.PartyCursor ?? Guid.Empty, rescreening.Owner, limit);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var parties = new List<KnownParty>();
        while (await rows.ReadAsync(cancellationToken))
        {
            parties.Add(new KnownParty(new TenantId(rows.GetGuid(0)), new PartyId(rows.GetGuid(1)),
                Words.Parse<PartyRole>(rows.GetString(2))));
        }
        return parties;
    }

    public static async Task<RescreeningReason> ReadReasonAsync(
        DbSession session, long listVersion, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select lists, entry_ids, policy_before from rescreenings where list_version = $1", listVersion);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return Reason(row);
    }

    /// <summary>Of customers that were tried again.</summary>
    public static async Task AddAlertsAsync(
        DbSession session, long listVersion, int alerts, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "update rescreenings set alerts = alerts + $2 where list_version = $1", listVersion, alerts);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task AdvanceAsync(DbSession session, long listVersion, KnownParty last, int parties,
        int alerts, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "update rescreenings set tenant_cursor = $2, party_cursor = $3, parties = parties + $4, "
            + "alerts = alerts + $5, claimed_until = null where list_version = $1",
            listVersion, last.Tenant.Value, last.Id.Value, parties, alerts);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Tried again from where it stands, not before that time.</summary>
    public static async Task WaitAsync(
        DbSession session, long listVersion, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "update rescreenings set claimed_until = $2 where list_version = $1", listVersion, until);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>How many customers it went through, and how many of them raised an alert.</summary>
    public static async Task<(long Parties, long Alerts)> FinishAsync(
        DbSession session, long listVersion, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "update rescreenings set finished_at = $2, claimed_until = null where list_version = $1 "
            + "returning parties, alerts", listVersion, now);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    private static RescreeningReason Reason(NpgsqlDataReader row) => new(
        row.GetFieldValue<string[]>(0).Zip(row.GetFieldValue<string[]>(1))
            .Select(pair => new ChangedEntry(pair.First, pair.Second)).ToHashSet(),
        row.IsDBNull(2) ? null : row.GetInt64(2));
}
