using FinCode.Ledger.Model;
using FinCode.Testing;
using Npgsql;

namespace FinCode.Ledger.Tests.Storage;

/// <summary>What the database refuses by itself, whoever asks and whatever the service's code would do.</summary>
public sealed class DatabaseInvariantTests(LedgerFixture ledger) : RowsByHand(ledger), IClassFixture<LedgerFixture>
{
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

        var refused = await ShouldRefuseAsync(AsOwnerAsync(string.Format(sql, Tenant.Value)));

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
    [InlineData("insert into account_holds select * from account_holds")]
    [InlineData("select keep_holds(tenant_id, 0, position) from books")]
    [InlineData("update book_events set content = ''")]
    [InlineData("update accounts set code = 'own:GBP'")]
    [InlineData("update refused_reservations set code = ''")]
    [InlineData("truncate legs")]
    [InlineData("alter table legs disable trigger all")]
    [InlineData("drop table legs")]
    public async Task The_services_role_has_no_right_to(string sql)
    {
        await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant, sql));

        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task An_entry_written_by_hand_is_taken_when_all_of_it_is_right()
    {
        var book = await BookAsync();

        await AsServiceAsync(Tenant, Entry(book.Next),
            Legs(LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 105),
                LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105)), MoveHead(1));

        (await CountEntriesAsync()).ShouldBe(2);
        (await Ledger.AccountAsync(Tenant, "psp:x", "GBP"))!.Balance.ShouldBe(Money.Of(105, "GBP"));
    }

    [Fact]
    public async Task What_is_held_is_kept_for_each_booking_time_also_of_one_batch()
    {
        var book = await BookAsync();
        (long Position, string BookedAt)[] held = [
            (book.Next, "now()"), (book.Next + 1, "now()"), (book.Next + 2, "now() + interval '1 minute'")];

        await AsServiceAsync(Tenant,
        [
            .. held.Select(one =>
                Entry(one.Position, "PENDING", bookedAt: one.BookedAt, key: $"hold {one.Position}")),
            Legs([.. held.SelectMany(one => new[]
            {
                LegRow(one.Position, 1, book.Psp, "DEBIT", 5, 100),
                LegRow(one.Position, 2, book.Transit, "CREDIT", 5, 100),
            })]),
            MoveHead(held.Length),
        ]);

        var kept = await Ledger.QueryAsync(
            "select position, account_id, pending_debits, pending_credits from account_holds "
            + $"where tenant_id = '{Tenant.Value}' order by position, pending_debits",
            row => (row.GetInt64(0), row.GetGuid(1), row.GetInt64(2), row.GetInt64(3)));
        kept.ShouldBe([
            (book.Next + 1, book.Transit, 0, 10), (book.Next + 1, book.Psp, 10, 0),
            (book.Next + 2, book.Transit, 0, 15), (book.Next + 2, book.Psp, 15, 0)]);
    }

    [Fact]
    public async Task An_unbalanced_entry_written_by_hand_is_refused()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant, Entry(book.Next), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", 100, 200), LegRow(book.Next, 2, book.Transit, "CREDIT", 99, 199)),
            MoveHead(1)));

        refused.MessageText.ShouldContain("Debits and credits differ");
        (await CountEntriesAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_balance_that_is_not_the_accounts_is_refused()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant, Entry(book.Next), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 106), LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105)),
            MoveHead(1)));

        refused.MessageText.ShouldContain("another balance");
    }

    [Fact]
    public async Task Legs_cannot_be_added_to_an_entry_that_stands_even_if_they_balance()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant, Legs(
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

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant, Entry(book.Next), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", amount, 0),
            LegRow(book.Next, 2, book.Transit, "CREDIT", amount, 0)), MoveHead(1)));

        refused.SqlState.ShouldBe(PostgresErrorCodes.CheckViolation);
    }

    [Theory]
    [InlineData("POSTED", "DEBIT", 101)]
    [InlineData("PENDING", "DEBIT", 101)]
    public async Task A_balance_below_its_minimum_is_refused_also_by_what_is_only_pending(
        string kind, string side, long amount)
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant, Entry(book.Next, kind: kind), Legs(
            LegRow(book.Next, 1, book.Transit, side, amount, 0), LegRow(book.Next, 2, book.Psp, "CREDIT", amount, 0)),
            MoveHead(1)));

        refused.ConstraintName.ShouldBe("accounts_minimum");
    }

    [Fact]
    public async Task Totals_do_not_wrap_around()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant, Entry(book.Next), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", long.MaxValue, 0),
            LegRow(book.Next, 2, book.Transit, "CREDIT", long.MaxValue, 0)), MoveHead(1)));

        refused.SqlState.ShouldBe(PostgresErrorCodes.NumericValueOutOfRange);
    }

    [Theory]
    [InlineData("USD", false)]
    [InlineData("GBP", true)]
    public async Task A_leg_has_the_currency_of_its_account_and_its_account_is_active(string currency, bool frozen)
    {
        var book = await BookAsync();
        var change = frozen ? $"update accounts set status = 'FROZEN' where id = '{book.Transit}'" : "select 1";

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant, change, Entry(book.Next), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 105, currency),
            LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105, currency)), MoveHead(1)));

        refused.SqlState.ShouldBe(PostgresErrorCodes.ForeignKeyViolation);
    }

    [Theory]
    [InlineData("resolves", "POSTED", "not pending")]
    [InlineData("resolves", "VOIDED", "not pending")]
    [InlineData("reverses", "POSTED", "takes back what was booked")]
    public async Task An_entry_resolves_and_reverses_only_what_can_be(string column, string kind, string reason)
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant,
            Entry(book.Next, kind: kind, target: (column, book.Next - 1)), Legs(
            LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 105), LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105)),
            MoveHead(1)));

        refused.MessageText.ShouldContain(reason);
    }

    [Fact]
    public async Task A_resolution_posts_no_more_than_was_held()
    {
        var book = await BookAsync();
        var hold = await Ledger.BookAsync(Tenant, new Hold(new EntryKey("h", null, "test", 1),
            [Leg.Debit("psp:x", Money.Of(10, "GBP")), Leg.Credit("transit:a", Money.Of(10, "GBP"))]));

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant,
            Entry(hold.Position + 1, target: ("resolves", hold.Position)), Legs(
            LegRow(hold.Position + 1, 1, book.Psp, "DEBIT", 11, 111),
            LegRow(hold.Position + 1, 2, book.Transit, "CREDIT", 11, 111)), MoveHead(1)));

        refused.MessageText.ShouldContain("no more");
    }

    [Fact]
    public async Task An_entry_that_says_who_approved_it_is_of_a_proposal_that_he_approved()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant,
            Entry(book.Next, people: "'ada', 'bob'"),
            Legs(LegRow(book.Next, 1, book.Psp, "DEBIT", 50, 150),
                LegRow(book.Next, 2, book.Transit, "CREDIT", 50, 150)), MoveHead(1)));

        refused.MessageText.ShouldContain("no proposal does");
        (await CountEntriesAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_approves_what_he_asked_for()
    {
        var book = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(Tenant,
            Entry(book.Next, people: "'ada', 'ada'"), MoveHead(1)));

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
        (await AsServiceAsync(Tenant, "select count(*) from legs")).ShouldBe(2);
        (await AsServiceAsync(null, "select count(*) from legs")).ShouldBe(0);
        var refused = await ShouldRefuseAsync(AsServiceAsync(other, Entry(1)));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }
}
