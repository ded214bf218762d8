using System.Security.Cryptography;
using System.Text;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// What stands beside the log of a book: the hashes that its rows left are those that the log seals, and each row is
/// as it was last hashed. What was hashed since the last seal counts, but the log does not vouch for it yet.
/// </summary>
internal sealed class RowComparison(TableSnapshot tables, BookReplay replay)
{
    private const string Sealed = """
        select position, table_name, row_key, row_hash from row_hashes where tenant_id = $1
        order by tenant_id, position, number
        """;

    private const string Last = """
        select distinct on (table_name collate "C", row_key collate "C") table_name, row_key, row_hash
        from (
            select table_name, row_key, row_hash, position, number::bigint as number
            from row_hashes where tenant_id = $1
            union all
            select table_name, row_key, row_hash, 9223372036854775807, id
            from new_row_hashes where tenant_id = $1) hashes
        order by table_name collate "C", row_key collate "C", position desc, number desc
        """;

    /// <summary>Rows that are as they were last hashed.</summary>
    public long Rows { get; private set; }

    public void Run(CancellationToken cancellationToken)
    {
        CompareSeals(cancellationToken);
        CompareRows(cancellationToken);
    }

    private void CompareSeals(CancellationToken cancellationToken)
    {
        var seals = replay.Seals.GetEnumerator();
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        LoggedSeal? seal = null;
        long count = 0;
        foreach (var row in tables.Read(Sealed, HashRow.ReadSealed, replay.Book))
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (seal is null || seal.Position < row.Position)
            {
                Close();
                seal = seals.MoveNext() ? seals.Current : throw NoSeal(row.Position);
            }
            if (seal.Position > row.Position)
                throw NoSeal(row.Position);
            digest.AppendData(Encoding.UTF8.GetBytes(
                $"{row.Table} {row.Key} {(row.Hash is null ? "-" : Convert.ToHexStringLower(row.Hash))}\n"));
            count++;
        }
        do
            Close();
        while ((seal = seals.MoveNext() ? seals.Current : null) is not null);

        void Close()
        {
            var found = digest.GetHashAndReset();
            if (seal is not null && (count != seal.Count || !found.AsSpan().SequenceEqual(seal.Digest)))
                throw new WrongBookException(
                    replay.Book, seal.Position, $"row_hashes: the record seals {seal.Count} hashes, and the {count} "
                    + "that are there are not those; one was changed, removed, added or moved");
            count = 0;
        }
    }

    private void CompareRows(CancellationToken cancellationToken)
    {
        using var hashes = tables.Read(Last, HashRow.Read, replay.Book).GetEnumerator();
        var hasHash = hashes.MoveNext();
        foreach (var table in HashedTable.All)
        {
            foreach (var (key, hash) in tables.Read(
                table.Rows, row => (row.GetString(0), row.GetFieldValue<byte[]>(1)), replay.Book))
            {
                cancellationToken.ThrowIfCancellationRequested();
                while (hasHash && Order(hashes.Current, table.Name, key) < 0)
                    Pass();
                if (!hasHash || Order(hashes.Current, table.Name, key) > 0)
                    throw Wrong(table.Name, key, "was not written by the service");
                if (hashes.Current.Hash is not { } last)
                    throw Wrong(table.Name, key, "was removed by the service, and is there again");
                if (!last.AsSpan().SequenceEqual(hash))
                    throw Wrong(table.Name, key, "is not as the service last wrote it");
                Rows++;
                hasHash = hashes.MoveNext();
            }
        }
        while (hasHash)
            Pass();

        void Pass()
        {
            var (_, table, key, hash) = hashes.Current;
            if (hash is not null)
                throw Wrong(table, key, "is missing");
            hasHash = hashes.MoveNext();
        }
    }

    private static int Order(HashRow hash, string table, string key) =>
        string.CompareOrdinal(hash.Table, table) is var order and not 0 ? order : string.CompareOrdinal(hash.Key, key);

    private WrongBookException NoSeal(long position) => new(
        replay.Book, position, "row_hashes: the record at this position seals none");

    private WrongBookException Wrong(string table, string key, string what) =>
        new(replay.Book, $"{table}: the row {key} {what}");

    /// <param name="Position">Of the record that seals it; 0 where that is not asked for.</param>
    private readonly record struct HashRow(long Position, string Table, string Key, byte[]? Hash)
    {
        public static HashRow ReadSealed(Npgsql.NpgsqlDataReader row) => new(
            row.GetInt64(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3));

        public static HashRow Read(Npgsql.NpgsqlDataReader row) => new(
            0, row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2));
    }
}
