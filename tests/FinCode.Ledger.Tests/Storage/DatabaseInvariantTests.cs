using FinCode.Ledger.Model;
using FinCode.Testing;
using Npgsql;

namespace FinCode.Ledger.Tests.Storage;

/// <summary>What the database refuses by itself, whoever asks and whatever the service's code would do.</summary>
public sealed class DatabaseInvariantTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const string ZeroHash = "decode(repeat('00', 32), 'hex')";

    private readonly TenantId _tenant = TestTenant.New();

    [Theory]
    [InlineData("update entries set step = 'x' where tenant_id = '{0}'")]
    [InlineData("update legs set amount = amount + 1 where tenant_id = '{0}'")]
    [InlineData("delete from legs where tenant_id = '{0}'")]
    [InlineData("delete from entries where tenant_id = '{0}'")]
    [InlineData("delete from accounts where tenant_id = '{0}'")]
    [InlineData("delete from books where tenant_id = '{0}'")]
    [InlineData("update book_events set content = '{{}}' where tenant_id = '{0}'")]
    [InlineData("truncate legs cascade")]
    [InlineData("truncate entries cascade")]
    [InlineData("truncate accounts cascade")]
    public async Task Not_even_the_owner_changes_or_removes_what_is_booked(string sql)
    {
        await BookAsync();

        var refused = await ShouldRefuseAsync(AsOwnerAsync(string.Format(sql, _tenant.Value)));

        refused.SqlState.ShouldBe(PostgresErrorCodes.RestrictViolation);
    }

    [Theory]
    [InlineData("update entries set step = 'x'")]
    [InlineData("update legs set amount = 1")]
    [InlineData("delete from entries")]
    [InlineData("delete from legs")]
    [InlineData("delete from accounts")]
    [InlineData("update accounts set posted_debits = 0")]
    [InlineData("update accounts set liens = 0")]
    [InlineData("update account_days set debits = 0")]
    [InlineData("insert into account_days select * from account_days")]
    [InlineData("update book_events set content = ''")]
    [InlineData("update accounts set code = 'own:GBP'")]
    [InlineData("update refused_reservations set code = ''")]
    [InlineData("truncate legs")]
    [InlineData("alter table legs disable trigger all")]
    [InlineData("drop table legs")]
    public async Task The_services_role_has_no_right_to(string sql)
    {
        await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant, sql));

        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task An_entry_written_by_hand_is_taken_when_all_of_it_is_right()
    {
        var book = await BookAsync();

        await AsServiceAsync(_tenant, MoveHead(1), Entry(book.Next),
            Legs(LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 105),
                LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105)));

        (await CountEntriesAsync()).ShouldBe(2);
        (await ledger.AccountAsync(_tenant, "psp:x", "GBP"))!.Balance.ShouldBe(Money.Of(105, "GBP"));
    }

    [Fact]
    public async Task An_unbalanced_entry_written_by_hand_is_refused()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant, MoveHead(1), Entry(book.Next), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", 100, 200), LegRow(book.Next, 2, book.Transit, "CREDIT", 99, 199))));

        refused.MessageText.ShouldContain("Debits and credits differ");
        (await CountEntriesAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_balance_that_is_not_the_accounts_is_refused()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant, MoveHead(1), Entry(book.Next), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 106), LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105))));

        refused.MessageText.ShouldContain("another balance");
    }

    [Fact]
    public async Task An_entry_without_legs_is_refused_at_commit()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant, MoveHead(1), Entry(book.Next)));

        refused.MessageText.ShouldContain("not whole");
    }

    [Fact]
    public async Task A_head_that_moves_further_than_its_records_is_refused_at_commit()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant, MoveHead(2), Entry(book.Next), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 105), LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105))));

        refused.MessageText.ShouldContain("not whole");
    }

    [Fact]
    public async Task An_entry_beyond_the_head_is_refused()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant, Entry(book.Next)));

        refused.MessageText.ShouldContain("beyond the head");
    }

    [Theory]
    [InlineData("position = position - 1")]
    [InlineData("booked_at = booked_at - interval '1 s'")]
    [InlineData("booked_at = booked_at + interval '1 s'")]
    [InlineData("closed_until = '2020-01-01'")]
    [InlineData("chain_hash = decode(repeat('11', 32), 'hex')")]
    public async Task A_book_goes_forward_and_by_its_records_only(string change)
    {
        await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant, $"update books set {change}"));

        refused.MessageText.ShouldContain("only ever goes forward");
    }

    [Fact]
    public async Task A_book_is_not_closed_up_to_a_day_that_no_record_says()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant,
            "update books set position = position + 1, booked_at = now() + interval '1 hour', "
            + "closed_until = '2020-01-01'",
            Entry(book.Next), Legs(LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 105),
                LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105))));

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

        var entry = AsServiceAsync(_tenant, Entry(position, bookedAt: "'2020-01-01T00:00:00Z'"), Legs(
            LegRow(position, 1, book.Psp, "DEBIT", 5, 105), LegRow(position, 2, book.Transit, "CREDIT", 5, 105)));
        var happened = AsServiceAsync(_tenant, Event(position));

        if (position != 3)
            (await ShouldRefuseAsync(entry)).MessageText.ShouldContain(reason);
        else
            (await ShouldRefuseAsync(entry)).SqlState.ShouldBe(PostgresErrorCodes.UniqueViolation);
        if (position != 1)
            (await ShouldRefuseAsync(happened)).MessageText.ShouldContain(reason);
        else
            (await ShouldRefuseAsync(happened)).SqlState.ShouldBe(PostgresErrorCodes.UniqueViolation);
        (await ledger.AccountAsync(_tenant, "psp:x", "GBP"))!.Balance.ShouldBe(Money.Of(100, "GBP"));
    }

    [Fact]
    public async Task Legs_cannot_be_added_to_an_entry_that_stands_even_if_they_balance()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant, Legs(
            LegRow(book.Next - 1, 3, book.Psp, "DEBIT", 5, 105),
            LegRow(book.Next - 1, 4, book.Transit, "CREDIT", 5, 105))));

        refused.SqlState.ShouldBe(PostgresErrorCodes.RestrictViolation);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public async Task An_amount_is_positive(long amount)
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant, MoveHead(1), Entry(book.Next), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", amount, 0),
            LegRow(book.Next, 2, book.Transit, "CREDIT", amount, 0))));

        refused.SqlState.ShouldBe(PostgresErrorCodes.CheckViolation);
    }

    [Theory]
    [InlineData("POSTED", "DEBIT", 101)]
    [InlineData("PENDING", "DEBIT", 101)]
    public async Task A_balance_below_its_minimum_is_refused_also_by_what_is_only_pending(
        string kind, string side, long amount)
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant, MoveHead(1), Entry(book.Next, kind: kind), Legs(
            LegRow(book.Next, 1, book.Transit, side, amount, 0), LegRow(book.Next, 2, book.Psp, "CREDIT", amount, 0))));

        refused.ConstraintName.ShouldBe("accounts_minimum");
    }

    [Fact]
    public async Task Totals_do_not_wrap_around()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant, MoveHead(1), Entry(book.Next), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", long.MaxValue, 0),
            LegRow(book.Next, 2, book.Transit, "CREDIT", long.MaxValue, 0))));

        refused.SqlState.ShouldBe(PostgresErrorCodes.NumericValueOutOfRange);
    }

    [Theory]
    [InlineData("USD", false)]
    [InlineData("GBP", true)]
    public async Task A_leg_has_the_currency_of_its_account_and_its_account_is_active(string currency, bool frozen)
    {
        var book = await BookAsync();
        if (frozen)
            await AsOwnerAsync($"update accounts set status = 'FROZEN' where id = '{book.Transit}'");

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant, MoveHead(1), Entry(book.Next), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 105, currency),
            LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105, currency))));

        refused.SqlState.ShouldBe(PostgresErrorCodes.ForeignKeyViolation);
    }

    [Theory]
    [InlineData("resolves", "POSTED", "not pending")]
    [InlineData("resolves", "VOIDED", "not pending")]
    [InlineData("reverses", "POSTED", "takes back what was booked")]
    public async Task An_entry_resolves_and_reverses_only_what_can_be(string column, string kind, string reason)
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant,
            MoveHead(1), Entry(book.Next, kind: kind, target: (column, book.Next - 1)), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 105), LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105))));

        refused.MessageText.ShouldContain(reason);
    }

    [Fact]
    public async Task A_resolution_posts_no_more_than_was_held()
    {
        var book = await BookAsync();
        var hold = await ledger.BookAsync(_tenant, new Hold(new EntryKey("h", null, "test", 1),
            [Leg.Debit("psp:x", Money.Of(10, "GBP")), Leg.Credit("transit:a", Money.Of(10, "GBP"))]));

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant,
            MoveHead(1), Entry(hold.Position + 1, target: ("resolves", hold.Position)), Legs(
            LegRow(hold.Position + 1, 1, book.Psp, "DEBIT", 11, 111),
            LegRow(hold.Position + 1, 2, book.Transit, "CREDIT", 11, 111))));

        refused.MessageText.ShouldContain("no more");
    }

    [Fact]
    public async Task Nobody_approves_what_he_asked_for()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant,
            MoveHead(1), Entry(book.Next, people: "'ada', 'ada'")));

        refused.ConstraintName.ShouldBe("entries_four_eyes");
    }

    [Fact]
    public async Task A_session_sees_and_writes_its_own_tenants_book_only()
    {
        await BookAsync();
        var other = TestTenant.New();

        (await AsServiceAsync(other, "select count(*) from accounts")).ShouldBe(0);
        (await AsServiceAsync(other, "select count(*) from entries")).ShouldBe(0);
        (await AsServiceAsync(other, "select count(*) from legs")).ShouldBe(0);
        (await AsServiceAsync(_tenant, "select count(*) from legs")).ShouldBe(2);
        (await AsServiceAsync(null, "select count(*) from legs")).ShouldBe(0);
        var refused = await ShouldRefuseAsync(AsServiceAsync(other, Entry(1)));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    /// <summary>One entry of 1.00 between two accounts; the next record would be at Next.</summary>
    private async Task<(Guid Psp, Guid Transit, long Next)> BookAsync()
    {
        var amount = Money.Of(100, "GBP");
        var entry = await ledger.BookAsync(_tenant, new Post(
            new EntryKey("a", null, "test", 1), [Leg.Debit("psp:x", amount), Leg.Credit("transit:a", amount)]));
        var ids = await ledger.QueryAsync(
            $"select id from accounts where tenant_id = '{_tenant.Value}' order by code", reader => reader.GetGuid(0));
        return (ids[0], ids[1], entry.Position + 1);
    }

    private Task<long> CountEntriesAsync() =>
        ledger.CountAsync($"select count(*) from entries where tenant_id = '{_tenant.Value}'");

    private static string MoveHead(int records) =>
        $"update books set position = position + {records}, booked_at = now() + interval '1 hour'";

    private string Entry(
        long position, string kind = "POSTED", (string Column, long Position)? target = null,
        string people = "null, null", string bookedAt = "now()") =>
        "insert into entries (tenant_id, position, id, step, number, key, content_hash, kind, value_date, booked_at, "
        + $"booked_by, approved_by, leg_count, leaf_hash, chain_hash{(target is { } one ? ", " + one.Column : "")}) "
        + $"values ('{_tenant.Value}', {position}, '{Guid.CreateVersion7()}', 'test', 1, 'by hand', {ZeroHash}, "
        + $"'{kind}', current_date, {bookedAt}, {people}, 2, {ZeroHash}, {ZeroHash}"
        + $"{(target is { } other ? $", {other.Position}" : "")})";

    private string Event(long position) =>
        "insert into book_events (tenant_id, position, kind, content, booked_at, leaf_hash, chain_hash) "
        + $"values ('{_tenant.Value}', {position}, 'PERIOD_CLOSED', '', '2020-01-01T00:00:00Z', {ZeroHash}, "
        + $"{ZeroHash})";

    private static string Legs(params string[] rows) =>
        "insert into legs (tenant_id, entry_position, number, account_id, currency, side, amount, previous_balance, "
        + "new_balance, new_available) values " + string.Join(", ", rows);

    private string LegRow(
        long entry, int number, Guid account, string side, long amount, long balance, string currency = "GBP") =>
        $"('{_tenant.Value}', {entry}, {number}, '{account}', '{currency}', '{side}', {amount}, 0, {balance}, "
        + $"{balance})";

    private static async Task<PostgresException> ShouldRefuseAsync(Task action) =>
        await Should.ThrowAsync<PostgresException>(() => action);

    private async Task AsOwnerAsync(string sql)
    {
        await using var command = ledger.Service.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>
    /// Runs the statements in one transaction as the service's role; the value of the last one that gives any.
    /// </summary>
    private async Task<long?> AsServiceAsync(TenantId? tenant, params string[] statements)
    {
        await using var connection = new NpgsqlConnection(ledger.Service.AppConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        long? result = null;
        if (tenant is not null)
            statements = [$"set local fincode.tenant = '{tenant.Value.Value}'", .. statements];
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection, transaction);
            result = await command.ExecuteScalarAsync() as long? ?? result;
        }
        await transaction.CommitAsync();
        return result;
    }
}
