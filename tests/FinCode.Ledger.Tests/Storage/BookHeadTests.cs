using Npgsql;

namespace FinCode.Ledger.Tests.Storage;

/// <summary>A book's head moves with its records, and each place of the book holds one of them.</summary>
public sealed class BookHeadTests(LedgerFixture ledger) : RowsByHand(ledger), IClassFixture<LedgerFixture>
{
    [Fact]
    public async Task An_entry_without_legs_is_refused()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant, Entry(book.Next), MoveHead(1)));

        refused.MessageText.ShouldContain("not whole");
    }

    [Fact]
    public async Task A_head_that_moves_further_than_its_records_is_refused()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant, Entry(book.Next), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 105), LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105)),
            MoveHead(2)));

        refused.MessageText.ShouldContain("not whole");
    }

    [Fact]
    public async Task An_entry_beyond_the_head_is_refused_at_commit()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant, Entry(book.Next)));

        refused.MessageText.ShouldContain("beyond the head");
    }

    [Fact]
    public async Task What_is_written_ahead_is_booked_in_its_own_transaction_and_nobody_sees_it_before()
    {
        var book = await BookAsync();
        await using var ahead = await AheadAsync(Entry(book.Next + 1), Legs(
            LegRow(book.Next + 1, 1, book.Psp, "DEBIT", 5, 110),
            LegRow(book.Next + 1, 2, book.Transit, "CREDIT", 5, 110)));
        (await Ledger.AccountAsync(Tenant, "psp:x", "GBP"))!.Balance.ShouldBe(Money.Of(100, "GBP"));

        await BookOneAsync(book);
        await ahead.RunAsync(MoveHead(1));
        await ahead.CommitAsync();

        (await Ledger.AccountAsync(Tenant, "psp:x", "GBP"))!.Balance.ShouldBe(Money.Of(110, "GBP"));
        (await CountEntriesAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task What_is_written_ahead_and_passed_by_another_transaction_does_not_commit()
    {
        var book = await BookAsync();
        await using var ahead = await AheadAsync(Event(book.Next + 1));

        // Two entries in one statement: the second takes the place of that event, which nobody else sees.
        await AsServiceAsync(Tenant,
            Entry(book.Next, key: "first") + ", " + Entry(book.Next + 1, key: "second").Split(" values ")[1],
            Legs(LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 105), LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105),
                LegRow(book.Next + 1, 1, book.Psp, "DEBIT", 5, 110),
                LegRow(book.Next + 1, 2, book.Transit, "CREDIT", 5, 110)),
            MoveHead(2));

        (await ShouldRefuseAsync(ahead.CommitAsync())).MessageText.ShouldContain("beyond the head");
        (await CountEntriesAsync()).ShouldBe(3);
    }

    [Theory]
    [InlineData("now()", "current_date", "closed period")]
    [InlineData("now() + interval '1 day'", "'2020-01-01'", "later than its book")]
    public async Task What_is_written_ahead_fits_the_book_as_it_is_when_the_head_moves(
        string bookedAt, string closedUntil, string reason)
    {
        var book = await BookAsync();
        await using var ahead = await AheadAsync(Entry(book.Next + 1, bookedAt: bookedAt), Legs(
            LegRow(book.Next + 1, 1, book.Psp, "DEBIT", 5, 105),
            LegRow(book.Next + 1, 2, book.Transit, "CREDIT", 5, 105)));

        await AsServiceAsync(Tenant, Event(book.Next), $"{MoveHead(1)}, closed_until = {closedUntil}");

        (await ShouldRefuseAsync(ahead.RunAsync(MoveHead(1)))).MessageText.ShouldContain(reason);
    }

    [Theory]
    [InlineData("insert into book_tails values ('{0}', 1, 2)")]
    [InlineData("delete from book_tails")]
    [InlineData("select count(*) from book_tails")]
    public async Task The_services_role_has_no_hand_in_what_is_beyond_the_head(string sql)
    {
        await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant, string.Format(sql, Tenant.Value)));

        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData("position = position - 1")]
    [InlineData("booked_at = booked_at - interval '1 s'")]
    [InlineData("booked_at = booked_at + interval '1 s'")]
    [InlineData("closed_until = '2020-01-01'")]
    [InlineData("chain_hash = decode(repeat('11', 32), 'hex')")]
    [InlineData("watch_revision = watch_revision - 1")]
    [InlineData("watch_revision = watch_revision + 1, chain_hash = decode(repeat('11', 32), 'hex')")]
    [InlineData("watch_revision = watch_revision + 1, booked_at = booked_at + interval '1 s'")]
    public async Task A_book_goes_forward_and_by_its_records_only(string change)
    {
        await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant, $"update books set {change}"));

        refused.MessageText.ShouldContain("only ever goes forward");
    }

    [Fact]
    public async Task A_book_is_not_closed_up_to_a_day_that_no_record_says()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant,
            Entry(book.Next), Legs(LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 105),
                LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105)),
            "update books set position = position + 1, booked_at = now() + interval '1 hour', "
            + "closed_until = '2020-01-01'"));

        refused.MessageText.ShouldContain("none of its records");
    }

    [Theory]
    [InlineData(1, "takes the place")]
    [InlineData(3, "takes the place")]
    [InlineData(4, "beyond the head")]
    public async Task A_place_of_the_book_holds_one_record(long position, string reason)
    {
        var book = await BookAsync();
        book.Next.ShouldBe(4); // Two accounts were opened, and an entry was booked.

        var entry = AsServiceAsync(Tenant, Entry(position, bookedAt: "'2020-01-01T00:00:00Z'"), Legs(
            LegRow(position, 1, book.Psp, "DEBIT", 5, 105), LegRow(position, 2, book.Transit, "CREDIT", 5, 105)));
        var happened = AsServiceAsync(Tenant, Event(position));

        if (position != 3)
            (await ShouldRefuseAsync(entry)).MessageText.ShouldContain(reason);
        else
            (await ShouldRefuseAsync(entry)).SqlState.ShouldBe(PostgresErrorCodes.UniqueViolation);
        if (position != 1)
            (await ShouldRefuseAsync(happened)).MessageText.ShouldContain(reason);
        else
            (await ShouldRefuseAsync(happened)).SqlState.ShouldBe(PostgresErrorCodes.UniqueViolation);
        (await Ledger.AccountAsync(Tenant, "psp:x", "GBP"))!.Balance.ShouldBe(Money.Of(100, "GBP"));
    }

    private Task<long?> BookOneAsync((Guid Psp, Guid Transit, long Next) book) => AsServiceAsync(Tenant,
        Entry(book.Next, key: "first"), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 105), LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105)),
        MoveHead(1));

    private async Task<AheadRows> AheadAsync(params string[] statements)
    {
        var ahead = await AheadRows.BeginAsync(Ledger.Service.AppConnectionString);
        await ahead.RunAsync($"set local fincode.tenant = '{Tenant.Value}'");
        foreach (var sql in statements)
            await ahead.RunAsync(sql);
        return ahead;
    }

    /// <summary>A transaction of the service's role that stays open while others commit.</summary>
    private sealed class AheadRows(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public static async Task<AheadRows> BeginAsync(string connectionString)
        {
            var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync();
            return new AheadRows(connection, await connection.BeginTransactionAsync());
        }

        public async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync();
        }

        public Task CommitAsync() => transaction.CommitAsync();

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
