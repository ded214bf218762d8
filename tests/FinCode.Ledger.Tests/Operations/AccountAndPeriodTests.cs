using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Operations;
using FinCode.Ledger.Operations.Periods;
using FinCode.Ledger.Operations.Proposals;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Operations;

/// <summary>Accounts and periods, which two people change.</summary>
public sealed class AccountAndPeriodTests : IClassFixture<LedgerFixture>
{
    private readonly TenantId _tenant;
    private readonly LedgerFixture _ledger;
    private readonly ByHand _hand;

    public AccountAndPeriodTests(LedgerFixture ledger)
    {
        _ledger = ledger;
        _tenant = TestTenant.New();
        _hand = new ByHand(ledger, _tenant);
    }

    [Fact]
    public async Task A_period_closes_by_two_people_and_then_takes_nothing_more()
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        await _hand.BookAsync(ByHand.Posted("suspense", "own:GBP", "5.00", today.AddDays(-2)));
        using var client = _ledger.Finance(_tenant);
        var close = await client.PostJsonAsync<LedgerProposal>(
            "/v1/ledger/periods", new { reason = "month end", until = today.AddDays(-1) });

        await _ledger.ApproveAsync(_tenant, close);

        var late = await _hand.ProposeAsync(ByHand.Posted("suspense", "own:GBP", "5.00", today.AddDays(-1)));
        (await (await _hand.DecideAsync(late, "approve", "second")).ProblemAsync()).ShouldBe("409 PERIOD_CLOSED");
        await _hand.BookAsync(ByHand.Posted("suspense", "own:GBP", "5.00", today));
        var periods = await client.GetJsonAsync<ClosePeriod.LedgerPeriods>("/v1/ledger/periods");
        periods.ClosedUntil.ShouldBe(today.AddDays(-1));
        periods.Closed[0].ApprovedBy.ShouldBe("second");
        var again = await client.PostJsonAsync<LedgerProposal>(
            "/v1/ledger/periods", new { reason = "again", until = today.AddDays(-1) });
        (await (await _hand.DecideAsync(again, "approve", "second")).ProblemAsync()).ShouldBe("409 PERIOD_CLOSED");
        (await (await client.SendAsync(HttpMethod.Post, "/v1/ledger/periods", new { reason = "r", until = today }, "k"))
            .ProblemAsync()).ShouldBe("422 VALIDATION_ERROR /until");
    }

    [Fact]
    public async Task An_account_is_opened_changed_frozen_and_closed()
    {
        using var client = _ledger.Finance(_tenant);
        var opened = await client.PostJsonAsync<LedgerAccount>("/v1/ledger/accounts", new
        {
            code = "nostro:barclays:main", currency = "GBP", normalSide = "DEBIT", @class = "ASSET", owner = "treasury",
            minimum = ByHand.Pounds("0.00"), metadata = new Dictionary<string, string> { ["iban"] = "GB00" },
        });
        (opened.Owner, opened.Minimum!.Value.ToAmountString(), opened.Metadata!["iban"])
            .ShouldBe(("treasury", "0.00", "GB00"));
        const string nostro = "nostro:barclays:main";
        var over = await _hand.ProposeAsync(ByHand.Posted("suspense", nostro, "1.00"));
        (await (await _hand.DecideAsync(over, "approve", "second")).ProblemAsync()).ShouldBe("409 INSUFFICIENT_FUNDS");

        await ChangeAsync(
            client, new { reason = "overdraft agreed", owner = "treasury", minimum = ByHand.Pounds("-100.00") });
        await _ledger.ApproveAsync(_tenant, over);
        await ChangeAsync(client, new { reason = "stop", status = "FROZEN", minimum = ByHand.Pounds("-100.00") });
        var frozen = await _hand.ProposeAsync(ByHand.Posted(nostro, "suspense", "1.00"));
        (await (await _hand.DecideAsync(frozen, "approve", "second")).ProblemAsync())
            .ShouldBe("409 ACCOUNT_NOT_ACTIVE");
        await ChangeAsync(client, new { reason = "go", status = "ACTIVATED", minimum = ByHand.Pounds("-100.00") });
        await _ledger.ApproveAsync(_tenant, frozen);
        var closed = await ChangeAsync(client, new { reason = "done", status = "CLOSED" });

        closed.Result!.Value.Deserialize<LedgerAccount>(ContractJson.Options)!.Status.ShouldBe("CLOSED");
        var again = await client.PostJsonAsync<LedgerProposal>(
            "/v1/ledger/accounts/nostro:barclays:main/GBP/changes", new { reason = "reopen", status = "ACTIVATED" });
        (await (await _hand.DecideAsync(again, "approve", "second")).ProblemAsync()).ShouldBe("409 INVALID_TRANSITION");
    }

    [Theory]
    [InlineData("deposits:x", "CREDIT", "LIABILITY", "0.00")]
    [InlineData("nostro:x", "DEBIT", "ASSET", "0.00")]
    [InlineData("levy:x", "DEBIT", "EXPENSE", null)]
    [InlineData("commission:x", "CREDIT", "LIABILITY", null)]
    [InlineData("transit:x", "CREDIT", "LIABILITY", "0.00")]
    public async Task Saying_nothing_of_a_minimum_gives_no_overdraft_that_the_family_has_not(
        string code, string normalSide, string @class, string? minimum)
    {
        using var client = _ledger.Finance(_tenant);

        var opened = await client.PostJsonAsync<LedgerAccount>(
            "/v1/ledger/accounts", new { code, currency = "GBP", normalSide, @class });

        opened.Minimum?.ToAmountString().ShouldBe(minimum);
    }

    [Fact]
    public async Task A_change_that_the_account_does_not_bear_is_refused()
    {
        await _hand.BookAsync(ByHand.Posted("psp:x", "suspense", "5.00"));
        using var client = _ledger.Finance(_tenant);

        var limit = await client.PostJsonAsync<LedgerProposal>(
            "/v1/ledger/accounts/suspense/GBP/changes", new { reason = "cap", maximum = ByHand.Pounds("4.99") });
        (await (await _hand.DecideAsync(limit, "approve", "second")).ProblemAsync()).ShouldBe("422 LIMIT_EXCEEDED");
        var close = await client.PostJsonAsync<LedgerProposal>(
            "/v1/ledger/accounts/suspense/GBP/changes", new { reason = "close", status = "CLOSED" });
        (await (await _hand.DecideAsync(close, "approve", "second")).ProblemAsync()).ShouldBe("409 INVALID_TRANSITION");
        var nowhere = await client.PostJsonAsync<LedgerProposal>(
            "/v1/ledger/accounts/nowhere/GBP/changes", new { reason = "close", status = "CLOSED" });
        (await (await _hand.DecideAsync(nowhere, "approve", "second")).ProblemAsync()).ShouldBe("404 NOT_FOUND");
    }

    [Theory]
    [InlineData("""{"code": "a::b", "currency": "GBP", "normalSide": "DEBIT", "class": "ASSET"}""", "/code")]
    [InlineData("""{"code": "psp:x", "currency": "GBP", "normalSide": "CREDIT", "class": "ASSET"}""", "/normalSide")]
    [InlineData("""{"code": "prefund:x", "currency": "GBP", "normalSide": "DEBIT", "class": "ASSET"}""", "/code")]
    [InlineData("""{"code": "x", "currency": "GBX", "normalSide": "DEBIT", "class": "ASSET"}""", "/currency")]
    [InlineData("""{"code": "x", "currency": "GBP"}""", "/normalSide /class")]
    [InlineData("""
        {"code": "x", "currency": "GBP", "normalSide": "DEBIT", "class": "ASSET",
            "minimum": {"amount": "-1.00", "currency": "GBP"}}
        """, "/minimum")]
    [InlineData("""
        {"code": "x", "currency": "GBP", "normalSide": "DEBIT", "class": "ASSET",
            "minimum": {"amount": "1.00", "currency": "EUR"}}
        """, "/minimum")]
    public async Task An_account_that_makes_no_sense_is_not_opened(string body, string pointers)
    {
        using var client = _ledger.Finance(_tenant);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/ledger/accounts")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add(FinCode.Messaging.IdempotentRequests.Header, "k");

        (await (await client.SendAsync(request)).ProblemAsync()).ShouldBe($"422 VALIDATION_ERROR {pointers}");
    }

    private async Task<LedgerProposal> ChangeAsync(HttpClient client, object change) =>
        await _ledger.ApproveAsync(_tenant, await client.PostJsonAsync<LedgerProposal>(
            "/v1/ledger/accounts/nostro:barclays:main/GBP/changes", change));
}
