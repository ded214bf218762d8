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
    public async Task Nor_does_one_that_the_head_passed_in_another_transaction()
    {
        var book = await BookAsync();
        await using var ahead = new NpgsqlConnection(Ledger.Service.AppConnectionString);
        await ahead.OpenAsync();
        await using var transaction = await ahead.BeginTransactionAsync();
        foreach (var sql in (string[])[$"set local fincode.tenant = '{Tenant.Value}'", Entry(book.Next + 1)])
            await new NpgsqlCommand(sql, ahead, transaction).ExecuteNonQueryAsync();

        await AsServiceAsync(Tenant, Entry(book.Next, key: "first"), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 105), LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105)),
            MoveHead(1));

        (await ShouldRefuseAsync(transaction.CommitAsync())).MessageText.ShouldContain("beyond the head");
        (await CountEntriesAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task What_is_written_ahead_is_booked_in_its_own_transaction_and_nobody_sees_it_before()
    {
        var book = await BookAsync();
        await using var ahead = new NpgsqlConnection(Ledger.Service.AppConnectionString);
        await ahead.OpenAsync();
        await using var transaction = await ahead.BeginTransactionAsync();
        foreach (var sql in (string[])[$"set local fincode.tenant = '{Tenant.Value}'", Entry(book.Next + 1),
            Legs(LegRow(book.Next + 1, 1, book.Psp, "DEBIT", 5, 110),
                LegRow(book.Next + 1, 2, book.Transit, "CREDIT", 5, 110))])
            await new NpgsqlCommand(sql, ahead, transaction).ExecuteNonQueryAsync();
        (await Ledger.AccountAsync(Tenant, "psp:x", "GBP"))!.Balance.ShouldBe(Money.Of(100, "GBP"));

        await AsServiceAsync(Tenant, Entry(book.Next, key: "first"), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 105), LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105)),
            MoveHead(1));
        await new NpgsqlCommand(MoveHead(1), ahead, transaction).ExecuteNonQueryAsync();
        await transaction.CommitAsync();

        (await Ledger.AccountAsync(Tenant, "psp:x", "GBP"))!.Balance.ShouldBe(Money.Of(110, "GBP"));
        (await CountEntriesAsync()).ShouldBe(3);
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
}
