using System.IO.Compression;
using System.Text.Json;
using FinCode.Compliance.Lists;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>One edition of one list.</summary>
internal sealed record ListEdition(
    string List, long Edition, string Format, byte[] ContentHash, ListCounts Counts, int Added, int Changed,
    int Removed, DateTimeOffset LoadedAt);

/// <summary>The editions of lists: what they held, what they changed, and their files, compressed.</summary>
internal static class ListEditionStore
{
    /// <summary>Evidence holds its own copy of what it needs; older files and changes only take room.</summary>
    private const int KeptEditions = 10;

    private const string Columns =
        "list, edition, format, content_hash, counts, added, changed, removed, loaded_at";

    /// <summary>Null before the first one.</summary>
    public static async Task<ListEdition?> ReadAsync(
        DbSession session, string list, long? edition, CancellationToken cancellationToken)
    {
        if (edition is null)
            return null;
        var found = await ReadAsync(session,
            $"select {Columns} from list_editions where list = $1 and edition = $2", [list, edition],
            cancellationToken);
        return found.SingleOrDefault();
    }

    /// <summary>Those in force.</summary>
    public static Task<List<ListEdition>> ReadInForceAsync(DbSession session, CancellationToken cancellationToken) =>
        ReadAsync(session, $"select {Columns} from list_editions join list_standings using (list, edition)", [],
            cancellationToken);

    public static async Task<long> AddAsync(
        DbSession session, ListSource source, byte[] hash, ListCounts counts, IReadOnlyList<EntryChange> changes,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var add = session.Command(
            "insert into list_editions (list, edition, format, content_hash, counts, added, changed, removed, "
            + "loaded_at) select $1, coalesce(max(edition), 0) + 1, $2, $3, $4::jsonb, $5, $6, $7, $8 "
            + "from list_editions where list = $1 returning edition",
            source.Name, source.Format.Name, hash, JsonSerializer.Serialize(counts, ContractJson.Options),
            Count(changes, EntryChangeKind.Added), Count(changes, EntryChangeKind.Changed),
            Count(changes, EntryChangeKind.Removed), now);
        var edition = (long)(await add.ExecuteScalarAsync(cancellationToken))!;
        await using var entries = session.Command(
            "insert into list_entry_changes (list, edition, entry_id, change, entry_hash) "
            + "select $1, $2, * from unnest($3::text[], $4::text[], $5::bytea[])",
            source.Name, edition, changes.Select(change => change.EntryId).ToArray(),
            changes.Select(change => Words.Of(change.Kind)).ToArray(), changes.Select(change => change.Hash).ToArray());
        await entries.ExecuteNonQueryAsync(cancellationToken);
        return edition;
    }

    public static async Task AddFilesAsync(
        DbSession session, string list, long edition, IReadOnlyDictionary<string, FetchedPart> parts,
        CancellationToken cancellationToken)
    {
        foreach (var (name, part) in parts)
        {
            await using var file = session.Command(
                "insert into list_edition_files (list, edition, part, content, etag, last_modified) "
                + "values ($1, $2, $3, $4, $5, $6)",
                list, edition, name, Compress(part.Content), part.ETag, part.LastModified?.ToUniversalTime());
            await file.ExecuteNonQueryAsync(cancellationToken);
        }
        foreach (var table in (string[])["list_edition_files", "list_entry_changes"])
        {
            await using var prune = session.Command(
                $"delete from {table} where list = $1 and edition <= $2", list, edition - KeptEditions);
            await prune.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>The same files under new names at their server.</summary>
    public static async Task UpdateValidatorsAsync(
        DbSession session, string list, long edition, IReadOnlyDictionary<string, FetchedPart> parts,
        CancellationToken cancellationToken)
    {
        foreach (var (name, part) in parts)
        {
            await using var file = session.Command(
                "update list_edition_files set etag = $4, last_modified = $5 "
                + "where list = $1 and edition = $2 and part = $3 "
                + "and (etag, last_modified) is distinct from ($4::text, $5::timestamptz)",
                list, edition, name, part.ETag, part.LastModified?.ToUniversalTime());
            await file.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    public static async Task<Dictionary<string, FetchedPart>> ReadFilesAsync(
        DbSession session, string list, long edition, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select part, content, etag, last_modified from list_edition_files where list = $1 and edition = $2",
            list, edition);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var files = new Dictionary<string, FetchedPart>();
        while (await rows.ReadAsync(cancellationToken))
        {
            files.Add(rows.GetString(0), new FetchedPart(Decompress(rows.GetFieldValue<byte[]>(1)),
                rows.IsDBNull(2) ? null : rows.GetString(2),
                rows.IsDBNull(3) ? null : rows.GetFieldValue<DateTimeOffset>(3)));
        }
        return files;
    }

    /// <summary>Every list that there ever was an edition of.</summary>
    public static async Task<List<string>> ReadNamesAsync(DbSession session, CancellationToken cancellationToken)
    {
        await using var command = session.Command("select distinct list from list_editions");
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var names = new List<string>();
        while (await rows.ReadAsync(cancellationToken))
            names.Add(rows.GetString(0));
        return names;
    }

    /// <summary>What the edition changed, by entry, after the given one.</summary>
    public static async Task<List<EntryChange>> ReadChangesAsync(DbSession session, string list, long edition,
        string after, int limit, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select entry_id, change, entry_hash from list_entry_changes "
            + "where list = $1 and edition = $2 and entry_id > $3 order by entry_id limit $4",
            list, edition, after, limit);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var changes = new List<EntryChange>();
        while (await rows.ReadAsync(cancellationToken))
        {
            changes.Add(new EntryChange(rows.GetString(0), Words.Parse<EntryChangeKind>(rows.GetString(1)),
                rows.IsDBNull(2) ? null : rows.GetFieldValue<byte[]>(2)));
        }
        return changes;
    }

    public static byte[] Compress(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest))
            brotli.Write(content);
        return compressed.ToArray();
    }

    public static byte[] Decompress(byte[] content)
    {
        using var brotli = new BrotliStream(new MemoryStream(content), CompressionMode.Decompress);
        using var whole = new MemoryStream(content.Length * 4);
        brotli.CopyTo(whole);
        return whole.ToArray();
    }

    private static int Count(IReadOnlyList<EntryChange> changes, EntryChangeKind kind) =>
        changes.Count(change => change.Kind == kind);

    private static async Task<List<ListEdition>> ReadAsync(
        DbSession session, string sql, object?[] arguments, CancellationToken cancellationToken)
    {
        await using var command = session.Command(sql, arguments);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var editions = new List<ListEdition>();
        while (await rows.ReadAsync(cancellationToken))
        {
            editions.Add(new ListEdition(rows.GetString(0), rows.GetInt64(1), rows.GetString(2),
                rows.GetFieldValue<byte[]>(3),
                JsonSerializer.Deserialize<ListCounts>(rows.GetString(4), ContractJson.Options)!,
                rows.GetInt32(5), rows.GetInt32(6), rows.GetInt32(7), rows.GetFieldValue<DateTimeOffset>(8)));
        }
        return editions;
    }
}
