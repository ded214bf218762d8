namespace FinCode.Ledger.Proofs.Verification;

/// <summary>Verifies every book of a database, table by table, against what its log derives.</summary>
internal sealed class TableVerification(
    TableSnapshot tables, OutsideCheckpoints outside, CheckpointKeys? keys, VerificationProgress progress)
{
    private const string Tenants = """
        with recursive {0}_tenants as (
            (select tenant_id from {0} order by tenant_id limit 1)
            union all
            select (select t.tenant_id from {0} t where t.tenant_id > {0}_tenants.tenant_id order by tenant_id limit 1)
            from {0}_tenants where {0}_tenants.tenant_id is not null)
        select tenant_id from {0}_tenants where tenant_id is not null
        """;

    private static readonly string[] s_tables =
        [
        "entries", "legs", "book_events", "accounts", "account_holds", "checkpoints", "merkle_tiles", "row_hashes",
        "new_row_hashes",
    ];

    private const string Tiles = """
        select level, number, hash from merkle_tiles where tenant_id = $1
        order by (number + 1) * (2::numeric ^ level), level
        """;

    private const string Checkpoints = """
        select tenant_id, size, root_hash, chain_hash, issued_at, key_id, jws from checkpoints
        where tenant_id = $1 order by tenant_id, size
        """;

    public long Books { get; private set; }

    public long Inside { get; private set; }

    public long Outside { get; private set; }

    /// <summary>Rows beside the logs.</summary>
    public long Rows { get; private set; }

    public void Run(CancellationToken cancellationToken)
    {
        var books = tables.Read(BookRow.Sql, BookRow.Read).ToDictionary(row => row.Book);
        using var replay = new BookReplay();
        foreach (var book in TenantsOfAllTables().Concat(outside.Books).Concat(books.Keys).Distinct().Order())
        {
            Verify(replay, book, books.GetValueOrDefault(book), cancellationToken);
            Books++;
        }
        var days = tables.Read(
            "select d.account_id from account_days d left join accounts a "
            + "on a.id = d.account_id and a.tenant_id = d.tenant_id where a.id is null limit 1",
            row => row.GetGuid(0));
        if (days.Select(account => (Guid?)account).FirstOrDefault() is { } stray)
            throw new WrongBookException($"account_days: there is no account {stray} in the book that the row names.");
    }

    private IEnumerable<Guid> TenantsOfAllTables() =>
        s_tables.SelectMany(table => tables.Read(
                Tenants.Replace("{0}", table, StringComparison.Ordinal), row => row.GetGuid(0)))
            .Concat(HashedTable.All.SelectMany(table => tables.Read(
                $"select distinct tenant_id from {table.Name}", row => row.GetGuid(0))));

    private void Verify(BookReplay replay, Guid book, BookRow? row, CancellationToken cancellationToken)
    {
        replay.Begin(book);
        var log = new LogHashes();
        using var witnesses = new Witnesses(
            book, tables.Read(Checkpoints, ReadCheckpoint, book).Select(Checked), outside.Of(book),
            tables.Read(Tiles, tile => new StoredTile(
                tile.GetInt16(0), tile.GetInt64(1), tile.GetFieldValue<byte[]>(2)), book),
            keys);
        using (var lane = new HashLane(log, witnesses, progress, cancellationToken))
        {
            Replay(replay, lane);
            lane.Finish();
        }
        replay.Finish();
        witnesses.End(log);
        new TableState(tables, replay, log).Compare(row);
        var beside = new RowComparison(tables, replay);
        beside.Run(cancellationToken);
        Rows += beside.Rows;
        Inside += witnesses.ComparedInside;
        Outside += witnesses.ComparedOutside;
    }

    private void Replay(BookReplay replay, HashLane lane)
    {
        try
        {
            using var holds = new HoldReplay(tables, replay);
            foreach (var found in new TableLog(tables, replay.Book).Read(replay.Expect))
            {
                holds.Take(found);
                lane.Add(found);
            }
            holds.Finish();
        }
        catch (Exception)
        {
            // The first thing that is wrong is named: what stood before this record is looked at to its end.
            lane.Finish();
            throw;
        }
    }

    private static (SignedCheckpoint Signed, Checkpoint Row) ReadCheckpoint(Npgsql.NpgsqlDataReader row)
    {
        var (book, size, jws) = (row.GetGuid(0), row.GetInt64(1), row.GetString(6));
        var columns = new Checkpoint(
            book, size, row.GetFieldValue<byte[]>(2), row.GetFieldValue<byte[]>(3), row.GetDateTime(4),
            row.GetString(5));
        try
        {
            return (new SignedCheckpoint(Checkpoint.Read(jws), jws), columns);
        }
        catch (FormatException exception)
        {
            throw new WrongBookException(book, size, $"checkpoints.jws: {exception.Message}");
        }
    }

    /// <summary>The columns say the same as what was signed.</summary>
    private static SignedCheckpoint Checked((SignedCheckpoint Signed, Checkpoint Row) found)
    {
        var (content, row) = (found.Signed.Content, found.Row);
        var different = content.Book != row.Book ? "tenant_id"
            : content.Size != row.Size ? "size"
            : !content.RootHash.AsSpan().SequenceEqual(row.RootHash) ? "root_hash"
            : !content.ChainHash.AsSpan().SequenceEqual(row.ChainHash) ? "chain_hash"
            : content.IssuedAt != row.IssuedAt ? "issued_at"
            : content.KeyId != row.KeyId ? "key_id" : null;
        return different is null
            ? found.Signed
            : throw new WrongBookException(
                row.Book, row.Size, $"checkpoints.{different} is not what the checkpoint's jws says");
    }
}
