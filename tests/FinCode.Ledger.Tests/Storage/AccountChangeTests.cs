using Npgsql;

namespace FinCode.Ledger.Tests.Storage;

/// <summary>What an account is does not change without a record of the book that says so.</summary>
public sealed class AccountChangeTests(LedgerFixture ledger) : RowsByHand(ledger), IClassFixture<LedgerFixture>
{
    [Theory]
    [InlineData("status = 'FROZEN'")]
    [InlineData("owner = 'somebody'")]
    [InlineData("metadata = '{\"a\":\"b\"}'")]
    [InlineData("minimum = null")]
    [InlineData("maximum = 1000")]
    [InlineData("status = 'FROZEN', maximum = 1000")]
    public async Task A_change_without_a_record_is_refused(string change)
    {
        await BookAsync();

        var refused = await ShouldRefuseAsync(
            AsServiceAsync(Tenant, $"update accounts set {change} where code = 'transit:a'"));
        var owner = await ShouldRefuseAsync(AsOwnerAsync(
            $"update accounts set {change} where tenant_id = '{Tenant.Value}' and code = 'transit:a'"));

        (refused.SqlState, owner.SqlState).ShouldBe(
            (PostgresErrorCodes.CheckViolation, PostgresErrorCodes.CheckViolation));
        refused.MessageText.ShouldContain("Account transit:a was changed without a record");
    }

    [Fact]
    public async Task A_change_with_its_record_is_taken_and_another_one_beside_it_is_not()
    {
        var book = await BookAsync();
        var record = Changed(book.Next, book.Transit, "FROZEN", metadata: "{\"a\":\"b\"}");

        await AsServiceAsync(Tenant, "update accounts set maximum = 7000 where code = 'transit:a'",
            "update accounts set maximum = null, status = 'FROZEN' where code = 'transit:a'",
            "update accounts set metadata = '{\"a\":\"b\"}' where code = 'transit:a'",
            record, MoveHead(1));

        (await Ledger.AccountAsync(Tenant, "transit:a", "GBP"))!.Status.ToString().ShouldBe("FROZEN");
        foreach (var change in new[] { "status = 'ACTIVATED'", "metadata = null", "minimum = -5" })
            (await ShouldRefuseAsync(AsServiceAsync(
                Tenant, $"update accounts set {change} where code = 'transit:a'")))
                .SqlState.ShouldBe(PostgresErrorCodes.CheckViolation);
    }

    [Fact]
    public async Task The_record_of_another_account_or_of_another_state_does_not_do()
    {
        var book = await BookAsync();
        const string change = "update accounts set status = 'FROZEN' where code = 'transit:a'";

        foreach (var record in new[]
        {
            Changed(book.Next, book.Psp, "FROZEN"),
            Changed(book.Next, book.Transit, "CLOSED"),
            Changed(book.Next, book.Transit, "FROZEN", code: "transit:b"),
            Changed(book.Next, book.Transit, "FROZEN", minimum: "5"),
        })
            (await ShouldRefuseAsync(AsServiceAsync(Tenant, change, record, MoveHead(1))))
                .SqlState.ShouldBe(PostgresErrorCodes.CheckViolation);
    }

    [Fact]
    public async Task What_is_booked_and_who_watches_needs_no_record()
    {
        var book = await BookAsync();

        await AsServiceAsync(Tenant, "update accounts set monitored = true",
            "update accounts set status = status, minimum = minimum", Entry(book.Next),
            Legs(LegRow(book.Next, 1, book.Psp, "DEBIT", 5, 105),
                LegRow(book.Next, 2, book.Transit, "CREDIT", 5, 105)), MoveHead(1));

        (await CountEntriesAsync()).ShouldBe(2);
    }

    private string Changed(
        long position, Guid account, string status, string metadata = "null", string code = "transit:a",
        string minimum = "0") =>
        "insert into book_events (tenant_id, position, kind, account_id, content, booked_at, leaf_hash, chain_hash) "
        + $"values ('{Tenant.Value}', {position}, 'ACCOUNT_CHANGED', '{account}', "
        + $"'{{\"account\":\"{code}\",\"currency\":\"GBP\",\"status\":\"{status}\",\"owner\":null,"
        + $"\"metadata\":{metadata},\"minimum\":{minimum},\"maximum\":null}}', now(), {ZeroHash}, {ZeroHash})";
}
