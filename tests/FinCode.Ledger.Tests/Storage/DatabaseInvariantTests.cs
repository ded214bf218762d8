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
    [InlineData("truncate legs")]
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
    [InlineData("update accounts set minimum = null")]
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
    public async Task An_unbalanced_entry_written_by_hand_is_refused_at_commit()
    {
        var (psp, transit) = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant,
            Entry("11111111-1111-7111-8111-111111111111"),
            LegRow("11111111-1111-7111-8111-111111111111", 1, psp, "DEBIT", 100),
            LegRow("11111111-1111-7111-8111-111111111111", 2, transit, "CREDIT", 99)));

        refused.MessageText.ShouldContain("does not balance");
        (await CountEntriesAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task An_entry_without_legs_or_with_one_is_refused()
    {
        await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant, Entry("21111111-1111-7111-8111-111111111111")));

        refused.MessageText.ShouldContain("fewer than two legs");
    }

    [Fact]
    public async Task Legs_cannot_be_added_to_an_entry_that_stands_even_if_they_balance()
    {
        var (psp, transit) = await BookAsync();
        var entry = (await ledger.QueryAsync(
            $"select id from entries where tenant_id = '{_tenant.Value}'", reader => reader.GetGuid(0)))[0].ToString();

        var refused = await ShouldRefuseAsync(AsServiceAsync(
            _tenant, LegRow(entry, 3, psp, "DEBIT", 5), LegRow(entry, 4, transit, "CREDIT", 5)));

        refused.SqlState.ShouldBe(PostgresErrorCodes.RestrictViolation);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public async Task An_amount_is_positive(long amount)
    {
        var (psp, _) = await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant,
            Entry("31111111-1111-7111-8111-111111111111"),
            LegRow("31111111-1111-7111-8111-111111111111", 1, psp, "DEBIT", amount)));

        refused.SqlState.ShouldBe(PostgresErrorCodes.CheckViolation);
    }

    [Theory]
    [InlineData("posted_debits = posted_debits + 101", "accounts_minimum")]
    [InlineData("pending_debits = pending_debits + 101", "accounts_minimum")]
    public async Task A_balance_below_its_minimum_is_refused_also_by_what_is_only_pending(
        string change, string constraint)
    {
        await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(
            _tenant, $"update accounts set {change} where code = 'transit:a'"));

        refused.ConstraintName.ShouldBe(constraint);
    }

    [Fact]
    public async Task Totals_do_not_wrap_around()
    {
        await BookAsync();

        var refused = await ShouldRefuseAsync(AsServiceAsync(
            _tenant, $"update accounts set posted_debits = posted_debits + {long.MaxValue} where code = 'psp:x'"));

        refused.SqlState.ShouldBe(PostgresErrorCodes.NumericValueOutOfRange);
    }

    [Fact]
    public async Task A_leg_has_the_currency_of_its_account()
    {
        var (psp, transit) = await BookAsync();
        const string entry = "41111111-1111-7111-8111-111111111111";

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant, Entry(entry),
            LegRow(entry, 1, psp, "DEBIT", 5, "USD"), LegRow(entry, 2, transit, "CREDIT", 5, "USD")));

        refused.SqlState.ShouldBe(PostgresErrorCodes.ForeignKeyViolation);
    }

    [Fact]
    public async Task An_entry_resolves_and_reverses_only_what_can_be()
    {
        var (psp, transit) = await BookAsync();
        var posted = (await ledger.QueryAsync(
            $"select id from entries where tenant_id = '{_tenant.Value}'", reader => reader.GetGuid(0)))[0].ToString();
        const string entry = "51111111-1111-7111-8111-111111111111";

        var refused = await ShouldRefuseAsync(AsServiceAsync(_tenant, Entry(entry, resolves: posted),
            LegRow(entry, 1, psp, "DEBIT", 5), LegRow(entry, 2, transit, "CREDIT", 5)));

        refused.MessageText.ShouldContain("not pending");
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
        var refused = await ShouldRefuseAsync(AsServiceAsync(other, Entry("61111111-1111-7111-8111-111111111111")));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    private async Task<(Guid Psp, Guid Transit)> BookAsync()
    {
        var amount = Money.Of(100, "GBP");
        await ledger.BookAsync(_tenant, new Post(
            new EntryKey("a", null, "test", 1), [Leg.Debit("psp:x", amount), Leg.Credit("transit:a", amount)]));
        var ids = await ledger.QueryAsync(
            $"select id from accounts where tenant_id = '{_tenant.Value}' order by code", reader => reader.GetGuid(0));
        return (ids[0], ids[1]);
    }

    private Task<long> CountEntriesAsync() =>
        ledger.CountAsync($"select count(*) from entries where tenant_id = '{_tenant.Value}'");

    private string Entry(string id, string? resolves = null) =>
        "insert into entries (tenant_id, id, step, number, key, content_hash, kind, resolves_entry, booked_at) values "
        + $"('{_tenant.Value}', '{id}', 'test', 1, '{id}', {ZeroHash}, 'POSTED', "
        + $"{(resolves is null ? "null" : $"'{resolves}'")}, now())";

    private string LegRow(string entry, int number, Guid account, string side, long amount, string currency = "GBP") =>
        "insert into legs (tenant_id, entry_id, number, account_id, currency, side, amount, previous_balance, "
        + "new_balance, new_available) values "
        + $"('{_tenant.Value}', '{entry}', {number}, '{account}', '{currency}', '{side}', {amount}, 0, 0, 0)";

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
