using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>A customer who could not be read while others were.</summary>
/// <param name="Tries">How often so far.</param>
internal sealed record SkippedParty(
    long ListVersion, KnownParty Party, int Tries, DateTimeOffset SkippedAt, DateTimeOffset NextAt);

/// <summary>
/// Customers that a rescreening passed over so that the others could go on. Each is tried again until it can be read
/// or is known no more.
/// </summary>
internal static class RescreeningSkips
{
    private const int FirstRetrySeconds = 30;
    private const int MostRetrySeconds = 3_600;
    private const int MaxDoublings = 7;

    private const string Columns = "list_version, tenant_id, party_id, party_role, tries, skipped_at, next_at";

    /// <summary>How often the customer has been tried now.</summary>
    public static async Task<int> AddAsync(DbSession session, long listVersion, KnownParty party, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "insert into rescreening_skips as known (list_version, tenant_id, party_id, party_role, tries, "
            + "skipped_at, next_at) values ($1, $2, $3, $4, 1, $5, $6) "
            + "on conflict (list_version, tenant_id, party_id) do update set tries = known.tries + 1, "
            + "next_at = $5 + make_interval(secs => least($8, $7 * 2 ^ least($9, known.tries))) returning tries",
            listVersion, party.Tenant.Value, party.Id.Value, Words.Of(party.Role), now,
            now.AddSeconds(FirstRetrySeconds), FirstRetrySeconds, MostRetrySeconds, MaxDoublings);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public static async Task RemoveAsync(
        DbSession session, long listVersion, IReadOnlyList<PartyId> parties, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "delete from rescreening_skips where list_version = $1 and tenant_id = $2 and party_id = any($3)",
            listVersion, session.Tenant.Value, parties.Select(party => party.Value).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Those whose time has come, for this replica; they come again after a while should it not get to them.
    /// </summary>
    public static async Task<List<SkippedParty>> ClaimAsync(
        DbSession session, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            $"""
            update rescreening_skips set next_at = $2
            where (list_version, tenant_id, party_id) in (
                select list_version, tenant_id, party_id from rescreening_skips where next_at <= $1
                order by next_at limit $3 for update skip locked)
            returning {Columns}
            """, now, now.AddSeconds(FirstRetrySeconds), limit);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>Those of the session's tenant, the longest skipped first.</summary>
    public static async Task<List<SkippedParty>> ReadAsync(
        DbSession session, int limit, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            $"select {Columns} from rescreening_skips where tenant_id = $1 order by skipped_at, party_id limit $2",
            session.Tenant.Value, limit);
        return await ReadAsync(command, cancellationToken);
    }

    private static async Task<List<SkippedParty>> ReadAsync(
        Npgsql.NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var skipped = new List<SkippedParty>();
        while (await rows.ReadAsync(cancellationToken))
        {
            skipped.Add(new SkippedParty(rows.GetInt64(0),
                new KnownParty(new TenantId(rows.GetGuid(1)), new PartyId(rows.GetGuid(2)),
                    Words.Parse<PartyRole>(rows.GetString(3))),
                rows.GetInt32(4), rows.GetFieldValue<DateTimeOffset>(5), rows.GetFieldValue<DateTimeOffset>(6)));
        }
        return skipped;
    }
}
