using FinCode.Ledger.Operations.Monitors;
using FinCode.Ledger.Proofs;
using FinCode.Ledger.Proofs.Verification;
using FinCode.Testing;
using Npgsql;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>
/// What stands beside the log and was changed by hand is found and named, whatever row and column it is.
/// </summary>
public sealed class RowTamperingTests(WorkedBook book) : IClassFixture<WorkedBook>
{
    /// <summary>Changed by the service at every crossing, and worth nothing to anybody else.</summary>
    private const string NotHashed = "is_below";

    /// <summary>Queues, and answers that are kept for a while.</summary>
    private static readonly string[] s_passing =
        ["outbox", "inbox", "parked_messages", "idempotent_requests", "book_tails"];

    private static readonly string[] s_ofTheLog =
    [
        "books", "accounts", "account_days", "account_holds", "entries", "legs", "book_events", "merkle_tiles",
        "checkpoints", "row_hashes", "new_row_hashes",
    ];

    public static TheoryData<string> Tables => new(HashedTable.All.Select(table => table.Name));

    public static TheoryData<string, string> Hashes { get; } = new()
    {
        { "update row_hashes set row_hash = sha256('x') where number = 2", "row_hashes: the record seals" },
        { "update row_hashes set row_key = row_key || 'x' where number = 2", "row_hashes: the record seals" },
        { "update row_hashes set table_name = 'breaks' where table_name = 'proposals'", "row_hashes: the record sea" },
        { "update row_hashes set number = number + 1000 where number = 1", "row_hashes: the record seals" },
        { "update row_hashes set position = position + 1000", "row_hashes: " },
        { "update row_hashes set tenant_id = gen_random_uuid()", "row_hashes: " },
        { "delete from row_hashes where number = 1", "row_hashes: the record seals" },
        { "delete from row_hashes", "row_hashes: the record seals" },
        {
            "insert into row_hashes select tenant_id, position, 100000, 'breaks', 'x', null from row_hashes limit 1",
            "row_hashes: the record seals"
        },
        {
            "insert into row_hashes select tenant_id, 1, 1, 'breaks', 'x', null from row_hashes limit 1",
            "position 1: row_hashes: the record at this position seals none"
        },
        {
            "insert into row_hashes select tenant_id, 1000000, 1, 'breaks', 'x', null from row_hashes limit 1",
            "position 1000000: row_hashes: the record at this position seals none"
        },
    };

    [Fact]
    public async Task Every_table_of_a_tenant_is_verified_or_passes()
    {
        var tables = await book.Ledger.QueryAsync("""
            select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
            where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
            """, row => row.GetString(0));

        tables.Except(s_passing).Order(StringComparer.Ordinal)
            .ShouldBe(HashedTable.All.Select(table => table.Name).Concat(s_ofTheLog).Order(StringComparer.Ordinal));
        (await book.Ledger.QueryAsync(
            "select table_name, key_columns from hashed_tables() order by table_name collate \"C\"",
            row => $"{row.GetString(0)} {string.Join(' ', row.GetFieldValue<string[]>(1))}"))
            .ShouldBe(HashedTable.All.Select(table => $"{table.Name} {string.Join(' ', table.Key)}"));
    }

    [Fact]
    public void Without_tampering_everything_is_fine()
    {
        var (code, said) = book.Verify();

        said.ShouldStartWith("Fine: ");
        said.ShouldContain(" rows beside the logs are as they were written.");
        code.ShouldBe(LedgerVerification.Fine);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task A_change_of_any_column_is_named(string table)
    {
        foreach (var (column, type) in await book.ColumnsAsync(table))
        {
            if (column == NotHashed)
                continue;
            var change = type switch
            {
                "uuid" => "gen_random_uuid()",
                "text" => $"coalesce({column}, '') || 'x'",
                "bigint" or "integer" => $"coalesce({column}, 0) + 1000",
                "date" => $"coalesce({column}, '2020-01-01') + 1",
                "timestamp with time zone" => $"coalesce({column}, now()) + interval '1 microsecond'",
                "boolean" => $"not {column}",
                "bytea" => "sha256('x')",
                _ => throw new InvalidOperationException($"{table}.{column} is {type}."),
            };

            await IsNamedAsync(table,
                $"update {table} set {column} = {change} where ctid = (select min(ctid) from {table})",
                $"{table}: the row ", $"{table}.{column}");
        }
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task A_row_that_was_removed_or_added_is_named(string table)
    {
        await IsNamedAsync(table, $"delete from {table} where ctid = (select min(ctid) from {table})",
            " is missing", $"{table} removed");
        var columns = await book.ColumnsAsync(table);
        var names = string.Join(", ", columns.Select(column => column.Name));
        var key = HashedTable.All.Single(one => one.Name == table).Key[0];
        var values = string.Join(", ", columns.Select(column => column.Name == key ? "gen_random_uuid()"
            : column.Type == "bytea" ? "sha256('other')" : column.Name == "live" ? "false"
            : column.Name));
        await IsNamedAsync(table,
            $"insert into {table} ({names}) select {values} from {table} where ctid = (select min(ctid) from {table})",
            " was not written by the service", $"{table} added");
    }

    [Theory]
    [MemberData(nameof(Hashes))]
    public Task A_change_of_the_hashes_themselves_is_named(string sql, string named) =>
        IsNamedAsync("row_hashes", sql, named, sql);

    [Fact]
    public async Task What_no_record_seals_yet_is_compared_too_and_sealed_by_the_next()
    {
        using var client = book.Ledger.Finance(TestTenant.New());
        using var proposed = await LedgerFixture.SendTopUpAsync(
            client, "other", new { amount = Samples.Payout }, Guid.CreateVersion7().ToString());
        var proposal = await proposed.ProposalAsync();
        var row = proposal.Id.Value;
        book.Verify().Said.ShouldStartWith("Fine: ");
        await IsNamedOfAsync("other reason");

        await ProofsFixture.SignAsync(book.Ledger.Service);

        (await book.Ledger.CountAsync($"select count(*) from new_row_hashes where row_key = '{row}'")).ShouldBe(0);
        book.Verify().Said.ShouldStartWith("Fine: ");
        await IsNamedOfAsync("another reason");

        async Task IsNamedOfAsync(string reason)
        {
            var (_, said) = await book.VerifyAfterAsync(
                "proposals", $"update proposals set reason = '{reason}' where id = '{row}'");
            said.ShouldContain($"proposals: the row {row} is not as the service last wrote it");
        }

    }

    [Fact]
    public async Task More_rows_than_one_record_seals_are_sealed_by_several_in_one_go()
    {
        var tenant = TestTenant.New();
        // What the planner knows is older than the backlog: taking it must not cost the square of it.
        await using (var analyze = book.Ledger.Service.Owner.CreateCommand("analyze new_row_hashes"))
            await analyze.ExecuteNonQueryAsync();
        await book.Ledger.AsServiceAsync(tenant, $"""
            insert into refused_reservations select '{tenant.Value}', gen_random_uuid(), 1, 'X', now()
            from generate_series(1, {2 * RowSeal.MaxRows + 1})
            """);

        await ProofsFixture.SignAsync(book.Ledger.Service);

        (await book.Ledger.QueryAsync(
            $"select count(*) from row_hashes where tenant_id = '{tenant.Value}' group by position order by position",
            row => row.GetInt64(0))).ShouldBe([RowSeal.MaxRows, RowSeal.MaxRows, 1]);
        book.Verify().Said.ShouldStartWith("Fine: ");
    }

    [Fact]
    public void The_records_that_seal_stand_in_an_export_too()
    {
        var file = Path.Combine(TestServers.NewFolder("export"), "books.jsonl");
        LedgerExport.Run(book.Ledger.Service.AppConnectionString, book.Tenant.Value, file, TextWriter.Null,
            TextWriter.Null, CancellationToken.None).ShouldBe(LedgerVerification.Fine);
        using var output = new StringWriter();

        LedgerVerification.Run(new LedgerVerificationRequest { Export = file }, output, TextWriter.Null,
            CancellationToken.None);

        File.ReadAllText(file).ShouldContain("\"type\":\"ROWS_SEALED\",\"count\":");
        output.ToString().ShouldStartWith("Fine: 1 books");
    }

    [Theory]
    [InlineData("update breaks set assignee = 'nobody'")]
    [InlineData("update monitors set is_below = is_below")]
    [InlineData("delete from monitors")]
    [InlineData("insert into break_notes select tenant_id, break_id, 900, kind, null, at, '' from break_notes limit 1")]
    public async Task Not_even_the_owner_writes_there_while_the_triggers_are_on(string sql)
    {
        await using var command = book.Ledger.Service.Owner.CreateCommand(sql);

        if (sql.StartsWith("update monitors", StringComparison.Ordinal))
            (await command.ExecuteNonQueryAsync()).ShouldBePositive("what no hash is of");
        else
            (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync()))
                .MessageText.ShouldContain("written by the service alone");
    }

    [Fact]
    public async Task The_service_can_neither_forget_a_hash_nor_seal_it_without_a_record()
    {
        foreach (var sql in new[] { "delete from new_row_hashes", "update row_hashes set row_hash = null" })
            (await Should.ThrowAsync<PostgresException>(() => book.Ledger.AsServiceAsync(book.Tenant, sql)))
                .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, sql);
        using var client = book.Ledger.Finance(book.Tenant);
        await client.PostJsonAsync<ManageMonitors.LedgerMonitor>("/v1/ledger/monitors",
            new { account = "prefund:acme:NGN", threshold = Money.Of(9, "NGN") });

        (await Should.ThrowAsync<PostgresException>(
            () => book.Ledger.AsServiceAsync(book.Tenant, "select take_row_hashes(900000, 10)")))
            .MessageText.ShouldContain("which is none that seals");

        // What it wrote is there still, and removing it again leaves a hash as well.
        (await book.Ledger.CountAsync(
            $"select count(*) from new_row_hashes where tenant_id = '{book.Tenant.Value}'")).ShouldBe(1);
        await book.Ledger.AsServiceAsync(book.Tenant, "delete from monitors where threshold = 9");
        await ProofsFixture.SignAsync(book.Ledger.Service);
        book.Verify().Said.ShouldStartWith("Fine: ");
    }

    private async Task IsNamedAsync(string table, string sql, string named, string what)
    {
        var (code, said) = await book.VerifyAfterAsync(table, sql);

        said.ShouldStartWith("WRONG. Book ", customMessage: what);
        // An account says for itself that it is watched.
        if (table != "monitors" || !said.Contains(": accounts.monitored of ", StringComparison.Ordinal))
            said.ShouldContain(named, customMessage: what);
        code.ShouldBe(LedgerVerification.Wrong, what);
    }
}
