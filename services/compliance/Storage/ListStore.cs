using FinCode.Compliance.Lists;
using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>Which lists are in force, and how looking for newer ones went.</summary>
/// <param name="CheckedAt">When the folder last held good lists, new or unchanged.</param>
internal sealed record ListState(
    long? ActiveVersion, byte[]? ActiveHash, DateTimeOffset? CheckedAt, DateTimeOffset? RefusedAt, byte[]? RefusedHash,
    string? RefusedReason);

internal sealed record ListVersion(long Version, byte[] ContentHash, ListCounts Counts, DateTimeOffset LoadedAt);

/// <summary>The list versions, their files, and the one row that says which is in force. No tenant's.</summary>
internal static class ListStore
{
    /// <summary>Evidence holds its own copy of what it needs; older files only take room.</summary>
    private const int KeptVersions = 10;

    private const int MaxListedVersions = 50;

    private const string StateSql =
        "select s.active_version, v.content_hash, s.checked_at, s.refused_at, s.refused_hash, s.refused_reason "
        + "from list_state s left join list_versions v on v.version = s.active_version";

    public static Task<ListState> ReadStateAsync(DbSession session, CancellationToken cancellationToken) =>
        ReadStateAsync(session, StateSql, cancellationToken);

    /// <summary>
    /// Holds the row until the transaction ends: one replica decides, the others wait and see its decision.
    /// </summary>
    public static async Task<ListState> LockStateAsync(DbSession session, CancellationToken cancellationToken)
    {
        await using (var take = session.Command("select 1 from list_state for update"))
            await take.ExecuteNonQueryAsync(cancellationToken);
        return await ReadStateAsync(session, StateSql, cancellationToken);
    }

    public static async Task<long> AddVersionAsync(
        DbSession session, byte[] hash, ListCounts counts, IReadOnlyDictionary<string, byte[]> files,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var add = session.Command(
            "insert into list_versions (content_hash, entries, aliases, weak_aliases, addresses, comments, orphans, "
            + "loaded_at) values ($1, $2, $3, $4, $5, $6, $7, $8) returning version",
            hash, counts.Entries, counts.Parts["alt.csv"], counts.WeakAliases, counts.Parts["add.csv"],
            counts.Parts["sdn_comments.csv"], counts.Orphans, now);
        var version = (long)(await add.ExecuteScalarAsync(cancellationToken))!;
        foreach (var (name, content) in files)
        {
            await using var file = session.Command(
                "insert into list_files (version, name, content) values ($1, $2, $3)", version, name, content);
            await file.ExecuteNonQueryAsync(cancellationToken);
        }
        await using var prune = session.Command(
            "delete from list_files where version not in "
            + "(select version from list_versions order by version desc limit $1)",
            KeptVersions);
        await prune.ExecuteNonQueryAsync(cancellationToken);
        return version;
    }

    public static async Task MarkGoodAsync(
        DbSession session, long version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "update list_state set active_version = $1, checked_at = $2, refused_at = null, refused_hash = null, "
            + "refused_reason = null", version, now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task MarkRefusedAsync(
        DbSession session, byte[]? hash, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "update list_state set refused_at = $1, refused_hash = $2::bytea, refused_reason = $3", now, hash, reason);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<Dictionary<string, byte[]>> ReadFilesAsync(
        DbSession session, long version, CancellationToken cancellationToken)
    {
        await using var command = session.Command("select name, content from list_files where version = $1", version);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var files = new Dictionary<string, byte[]>();
        while (await rows.ReadAsync(cancellationToken))
            files.Add(rows.GetString(0), rows.GetFieldValue<byte[]>(1));
        return files;
    }

    /// <summary>The newest first.</summary>
    public static async Task<List<ListVersion>> ReadVersionsAsync(
        DbSession session, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select version, content_hash, entries, aliases, weak_aliases, addresses, comments, orphans, loaded_at "
            + "from list_versions order by version desc limit $1", MaxListedVersions);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var versions = new List<ListVersion>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var counts = new ListCounts(rows.GetInt32(2), 0, rows.GetInt32(4), rows.GetInt32(7),
                new Dictionary<string, int>
                {
                    ["alt.csv"] = rows.GetInt32(3),
                    ["add.csv"] = rows.GetInt32(5),
                    ["sdn_comments.csv"] = rows.GetInt32(6),
                });
            versions.Add(new ListVersion(rows.GetInt64(0), rows.GetFieldValue<byte[]>(1), counts,
                rows.GetFieldValue<DateTimeOffset>(8)));
        }
        return versions;
    }

    private static async Task<ListState> ReadStateAsync(
        DbSession session, string sql, CancellationToken cancellationToken)
    {
        await using var command = session.Command(sql);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new ListState(
            await row.IsDBNullAsync(0, cancellationToken) ? null : row.GetInt64(0),
            Bytes(row, 1), Time(row, 2), Time(row, 3), Bytes(row, 4),
            await row.IsDBNullAsync(5, cancellationToken) ? null : row.GetString(5));
    }

    private static byte[]? Bytes(Npgsql.NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    private static DateTimeOffset? Time(Npgsql.NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
