using FinCode.Compliance.Lists;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Compliance.Storage;

/// <summary>The states of an edition of a tenant's own list.</summary>
public enum OwnListState
{
    Proposed,
    InForce,
    Replaced,
    Withdrawn,
}

/// <summary>An edition of what a tenant lists itself.</summary>
/// <param name="ListVersion">The list version that it made when it was approved.</param>
internal sealed record OwnListEdition(
    long Edition, OwnListState State, byte[] ContentHash, int Entries, int Names, string UploadedBy,
    DateTimeOffset UploadedAt, string? ApprovedBy, DateTimeOffset? ApprovedAt, long? ListVersion);

/// <summary>The own lists of the session's tenant; row-level security keeps those of others away.</summary>
internal static class OwnListStore
{
    private const int MaxListed = 50;

    private const string Columns = "edition, state, content_hash, entries, names, uploaded_by, uploaded_at, "
        + "approved_by, approved_at, list_version";

    private const int VersionColumn = 10;

    /// <summary>One after the other for a tenant, so that editions are given once.</summary>
    public static async Task LockAsync(DbSession session, CancellationToken cancellationToken)
    {
        await using var take = session.Command(
            "select pg_advisory_xact_lock(hashtextextended('own-list:' || $1::text, 0))", session.Tenant.Value);
        await take.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The newest first.</summary>
    public static Task<List<OwnListEdition>> ReadAllAsync(DbSession session, CancellationToken cancellationToken) =>
        ReadAsync(session, $"select {Columns} from own_lists where tenant_id = $1 order by edition desc limit $2",
            [session.Tenant.Value, MaxListed], cancellationToken);

    public static async Task<OwnListEdition?> FindAsync(
        DbSession session, long edition, CancellationToken cancellationToken) =>
        (await ReadAsync(session, $"select {Columns} from own_lists where tenant_id = $1 and edition = $2",
            [session.Tenant.Value, edition], cancellationToken)).SingleOrDefault();

    public static async Task<OwnListEdition?> FindInForceAsync(
        DbSession session, CancellationToken cancellationToken) =>
        (await ReadAsync(session, $"select {Columns} from own_lists where tenant_id = $1 and state = 'IN_FORCE'",
            [session.Tenant.Value], cancellationToken)).SingleOrDefault();

    /// <summary>
    /// The platform's list version in force, and the edition of the tenant's own; both as they stood at one moment: of
    /// versions that come into force between two looks, the one that was looked at first would be missed.
    /// </summary>
    public static async Task<(long? Version, OwnListEdition? Own)> ReadInForceAsync(
        DbSession session, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            $"select {Columns}, active_version from list_state left join own_lists "
            + "on tenant_id = $1 and state = 'IN_FORCE'", session.Tenant.Value);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return (Version(row, VersionColumn), row.IsDBNull(0) ? null : Edition(row));
    }

    public static async Task<byte[]> ReadContentAsync(
        DbSession session, long edition, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select content from own_lists where tenant_id = $1 and edition = $2", session.Tenant.Value, edition);
        return ListEditionStore.Decompress((byte[])(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <summary>Proposes the next edition; one that still waited is withdrawn.</summary>
    public static async Task<long> ProposeAsync(
        DbSession session, byte[] hash, byte[] content, ListCounts counts, string by, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await SetStateAsync(session, OwnListState.Proposed, OwnListState.Withdrawn, cancellationToken);
        await using var add = session.Command(
            "insert into own_lists (tenant_id, edition, state, content_hash, content, entries, names, uploaded_by, "
            + "uploaded_at) select $1, coalesce(max(edition), 0) + 1, 'PROPOSED', $2, $3, $4, $5, $6, $7 "
            + "from own_lists where tenant_id = $1 returning edition",
            session.Tenant.Value, hash, ListEditionStore.Compress(content), counts.Entries, counts.Names, by, now);
        return (long)(await add.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The proposed edition is in force; the one before is kept as replaced.</summary>
    public static async Task ApproveAsync(
        DbSession session, long edition, long listVersion, string by, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await SetStateAsync(session, OwnListState.InForce, OwnListState.Replaced, cancellationToken);
        await using var approve = session.Command(
            "update own_lists set state = 'IN_FORCE', approved_by = $3, approved_at = $4, list_version = $5 "
            + "where tenant_id = $1 and edition = $2 and state = 'PROPOSED'",
            session.Tenant.Value, edition, by, now, listVersion);
        if (await approve.ExecuteNonQueryAsync(cancellationToken) != 1)
            throw new InvalidOperationException($"Edition {edition} of an own list was not waiting.");
    }

    private static async Task SetStateAsync(
        DbSession session, OwnListState from, OwnListState to, CancellationToken cancellationToken)
    {
        await using var command = session.Command("update own_lists set state = $3 where tenant_id = $1 and state = $2",
            session.Tenant.Value, Words.Of(from), Words.Of(to));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<OwnListEdition>> ReadAsync(
        DbSession session, string sql, object?[] arguments, CancellationToken cancellationToken)
    {
        await using var command = session.Command(sql, arguments);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<OwnListEdition>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(Edition(rows));
        return found;
    }

    private static OwnListEdition Edition(NpgsqlDataReader row) => new(
        row.GetInt64(0), Words.Parse<OwnListState>(row.GetString(1)), row.GetFieldValue<byte[]>(2), row.GetInt32(3),
        row.GetInt32(4), row.GetString(5), row.GetFieldValue<DateTimeOffset>(6),
        row.IsDBNull(7) ? null : row.GetString(7), Time(row, 8), Version(row, 9));

    private static long? Version(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetInt64(column);

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
