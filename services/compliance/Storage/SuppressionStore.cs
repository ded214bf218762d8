using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Compliance.Storage;

/// <summary>The suppressions of the session's tenant; only added to.</summary>
internal static class SuppressionStore
{
    private const string Columns = """
        s.id, s.case_id, s.proposal_number, s.approval_number, s.party_id, s.name, s.list, s.entry_id, s.entry_hash,
        s.subject_hash, s.proposed_by, s.approved_by, s.approved_at, s.expires_at, r.revoked_by, r.revoked_at
        from suppressions s
        left join suppression_revocations r on r.tenant_id = s.tenant_id and r.suppression_id = s.id
        """;

    public static async Task AddAsync(DbSession session, Suppression one, CancellationToken cancellationToken)
    {
        await using var add = session.Command(
            "insert into suppressions (tenant_id, id, case_id, proposal_number, approval_number, party_id, name, list, "
            + "entry_id, entry_hash, subject_hash, proposed_by, approved_by, approved_at, expires_at) "
            + "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            session.Tenant.Value, one.Id.Value, one.CaseId.Value, one.ProposalNumber, one.ApprovalNumber,
            one.Hit.PartyId.Value, Words.Of(one.Hit.Name), one.Hit.List, one.Hit.EntryId, one.Hit.EntryHash,
            one.Hit.SubjectHash, one.ProposedBy, one.ApprovedBy, one.ApprovedAt, one.ExpiresAt);
        await add.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What is in force for whatever has one of these hashes.</summary>
    public static Task<List<Suppression>> InForceAsync(
        DbSession session, string[] subjectHashes, DateTimeOffset now, CancellationToken cancellationToken) =>
        ReadAsync(session.Command(
            $"select {Columns} where s.tenant_id = $1 and s.subject_hash = any($2) and s.expires_at > $3 "
            + "and r.suppression_id is null order by s.id", session.Tenant.Value, subjectHashes, now),
            cancellationToken);

    public static async Task<Suppression?> FindAsync(
        DbSession session, SuppressionId id, CancellationToken cancellationToken) =>
        (await ReadAsync(session.Command($"select {Columns} where s.tenant_id = $1 and s.id = $2",
            session.Tenant.Value, id.Value), cancellationToken)).SingleOrDefault();

    /// <summary>The newest first.</summary>
    /// <param name="inForceAt">Only those that are in force then; null for all.</param>
    public static Task<List<Suppression>> ListAsync(
        DbSession session, DateTimeOffset? inForceAt, Guid? before, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session.Command(
            $"select {Columns} where s.tenant_id = $1 and ($2::timestamptz is null "
            + "or (s.expires_at > $2 and r.suppression_id is null)) "
            + "and ($3::uuid is null or s.id < $3) order by s.id desc limit $4",
            session.Tenant.Value, inForceAt, before, limit), cancellationToken);

    /// <summary>False when somebody had ended it before.</summary>
    public static async Task<bool> RevokeAsync(DbSession session, SuppressionId id, string actor, SealedText reason,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var add = session.Command(
            "insert into suppression_revocations (tenant_id, suppression_id, revoked_by, revoked_at, reason) "
            + "values ($1, $2, $3, $4, $5) on conflict do nothing",
            session.Tenant.Value, id.Value, actor, now, reason.Sealed);
        return await add.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private static async Task<List<Suppression>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var owned = command;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<Suppression>();
        while (await rows.ReadAsync(cancellationToken))
        {
            found.Add(new Suppression(new SuppressionId(rows.GetGuid(0)), new CaseId(rows.GetGuid(1)),
                rows.GetInt32(2), rows.GetInt32(3),
                new SuppressedHit(new PartyId(rows.GetGuid(4)), Words.Parse<ScreenedName>(rows.GetString(5)),
                    rows.GetString(6), rows.GetString(7), rows.GetString(8), rows.GetString(9)),
                rows.GetString(10), rows.GetString(11), rows.GetFieldValue<DateTimeOffset>(12),
                rows.GetFieldValue<DateTimeOffset>(13), rows.IsDBNull(14) ? null : rows.GetString(14),
                rows.IsDBNull(15) ? null : rows.GetFieldValue<DateTimeOffset>(15)));
        }
        return found;
    }
}
