using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Operations;
using FinCode.Ledger.Operations.Proposals;
using FinCode.Testing;
using Npgsql;

namespace FinCode.Ledger.Tests.Operations;

/// <summary>What people book by hand, and the two of them that it takes.</summary>
public sealed class ProposalTests : IClassFixture<LedgerFixture>
{
    private const string Path = ByHand.Path;

    private readonly TenantId _tenant;
    private readonly LedgerFixture _ledger;
    private readonly ByHand _hand;

    public ProposalTests(LedgerFixture ledger)
    {
        _ledger = ledger;
        _tenant = TestTenant.New();
        _hand = new ByHand(ledger, _tenant);
    }

    [Fact]
    public async Task Linked_entries_are_booked_all_together_when_a_second_person_approves()
    {
        var proposal = await _hand.ProposeAsync(
            ByHand.Posted("suspense", "own:GBP", "5.00"),
            new
            {
                kind = "PENDING",
                legs = ByHand.Legs("psp:x", "suspense", "3.00"),
                expiresAt = TimeProvider.System.GetUtcNow().AddDays(1),
                reference = "stmt 7",
                metadata = new Dictionary<string, string> { ["ticket"] = "T-1", ["a"] = "\"ü\n" },
            });
        (await _hand.CountEntriesAsync()).ShouldBe(0);

        var approved = await _ledger.ApproveAsync(_tenant, proposal);

        approved.Status.ShouldBe("APPROVED");
        var entries = approved.Result!.Value.Deserialize<LedgerEntries>(ContractJson.Options)!.Items;
        entries.Select(entry => entry.Form).ShouldBe(["POSTED", "PENDING"]);
        entries.ShouldAllBe(entry => entry.BookedBy == "tester" && entry.ApprovedBy == "second");
        entries[1].Reference.ShouldBe("stmt 7");
        entries[1].Metadata!["a"].ShouldBe("\"ü\n");
        entries[0].Legs.Select(leg => leg.NewBalance.ToAmountString()).ShouldBe(["-5.00", "-5.00"]);
    }

    [Fact]
    public async Task When_one_of_them_is_refused_none_is_booked_and_the_proposal_stays_open()
    {
        var proposal = await _hand.ProposeAsync(
            ByHand.Posted("suspense", "own:GBP", "5.00"), ByHand.Posted("psp:x", "prefund:acme:GBP", "1.00"));

        (await (await _hand.DecideAsync(proposal, "approve", "second")).ProblemAsync())
            .ShouldBe("409 INSUFFICIENT_FUNDS");

        (await _hand.CountEntriesAsync()).ShouldBe(0);
        using var client = _ledger.Finance(_tenant);
        (await client.GetJsonAsync<LedgerProposal>($"{Path}/{proposal.Id}")).Status.ShouldBe("PROPOSED");
    }

    [Fact]
    public async Task Pending_entries_are_posted_in_part_voided_and_reversed_by_hand()
    {
        var first = await _hand.BookAsync(
            new { kind = "PENDING", legs = ByHand.Legs("psp:x", "suspense", "10.00") },
            new { kind = "PENDING", legs = ByHand.Legs("psp:x", "suspense", "4.00") });

        var second = await _hand.BookAsync(
            new { posts = first[0].Id, legs = ByHand.Legs("psp:x", "suspense", "6.00") }, new { voids = first[1].Id });
        await _hand.BookAsync(new { reverses = second[0].Id });

        (await _ledger.AccountAsync(_tenant, "suspense", "GBP"))!.Balance.ToAmountString().ShouldBe("0.00");
        (await _ledger.AccountAsync(_tenant, "suspense", "GBP"))!.PendingIn.ToAmountString().ShouldBe("0.00");
        using var client = _ledger.Finance(_tenant);
        var held = await client.GetJsonAsync<LedgerEntry>($"/v1/ledger/entries/{first[0].Id}");
        held.Resolution.ShouldBe("POSTED");
        second[0].Legs[0].Amount.ToAmountString().ShouldBe("6.00");
    }

    [Fact]
    public async Task A_lien_takes_from_what_is_available_until_it_is_let_go()
    {
        await _hand.BookAsync(ByHand.Posted("psp:x", "wallet:anna:GBP", "10.00"));

        var lien = await _hand.BookAsync(new
        {
            kind = "LIEN",
            legs = new[] { new { account = "wallet:anna:GBP", side = "DEBIT", amount = ByHand.Pounds("7.00") } },
            description = "court order",
        });

        var blocked = (await _ledger.AccountAsync(_tenant, "wallet:anna:GBP", "GBP"))!;
        (blocked.Balance.ToAmountString(), blocked.Liens.ToAmountString(), blocked.Available.ToAmountString())
            .ShouldBe(("10.00", "7.00", "3.00"));
        var spend = await _hand.ProposeAsync(ByHand.Posted("wallet:anna:GBP", "psp:x", "4.00"));
        (await (await _hand.DecideAsync(spend, "approve", "second")).ProblemAsync()).ShouldBe("409 INSUFFICIENT_FUNDS");
        await _hand.BookAsync(new { voids = lien[0].Id });
        await _ledger.ApproveAsync(_tenant, spend);
        (await _ledger.AvailableAsync(_tenant, "wallet:anna:GBP", "GBP")).ShouldBe("6.00");
    }

    [Fact]
    public async Task Who_proposes_may_withdraw_and_nothing_else()
    {
        var proposal = await _hand.ProposeAsync(ByHand.Posted("suspense", "own:GBP", "5.00"));

        (await (await _hand.DecideAsync(proposal, "approve", "tester")).ProblemAsync()).ShouldBe("403 FORBIDDEN");
        (await (await _hand.DecideAsync(proposal, "reject", "tester")).ProblemAsync()).ShouldBe("403 FORBIDDEN");
        (await (await _hand.DecideAsync(proposal, "withdraw", "second")).ProblemAsync()).ShouldBe("403 FORBIDDEN");
        (await (await _hand.DecideAsync(proposal, "withdraw", "tester")).ProposalAsync()).Status.ShouldBe("WITHDRAWN");
        (await (await _hand.DecideAsync(proposal, "approve", "second")).ProblemAsync())
            .ShouldBe("409 INVALID_TRANSITION");
        (await _hand.CountEntriesAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Approving_again_or_by_ten_at_once_books_once()
    {
        var proposal = await _hand.ProposeAsync(ByHand.Posted("suspense", "own:GBP", "5.00"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
            _hand.DecideAsync(proposal, "approve", "second")));

        foreach (var answer in answers)
            (await answer.ProposalAsync()).Status.ShouldBe("APPROVED");
        (await _hand.CountEntriesAsync()).ShouldBe(1);
        (await (await _hand.DecideAsync(proposal, "approve", "third")).ProblemAsync())
            .ShouldBe("409 INVALID_TRANSITION");
        (await (await _hand.DecideAsync(proposal, "reject", "second")).ProblemAsync())
            .ShouldBe("409 INVALID_TRANSITION");
    }

    [Theory]
    [InlineData("update proposals set status = 'APPROVED', decided_by = proposed_by, decided_at = now()")]
    [InlineData("update proposals set status = 'WITHDRAWN', decided_by = 'second', decided_at = now()")]
    [InlineData("update proposals set status = 'REJECTED', decided_by = 'second'")]
    public async Task The_database_wants_four_eyes_too(string sql)
    {
        var proposal = await _hand.ProposeAsync(ByHand.Posted("suspense", "own:GBP", "5.00"));
        await using var command = _ledger.Service.Owner.CreateCommand($"{sql} where id = '{proposal.Id.Value}'");

        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState
            .ShouldBe(PostgresErrorCodes.CheckViolation);
    }

    [Fact]
    public async Task A_decided_proposal_and_its_content_stay_as_they_are()
    {
        var proposal = await _hand.ProposeAsync(ByHand.Posted("suspense", "own:GBP", "5.00"));
        await using var edit = _ledger.Service.Owner.CreateCommand(
            $"update proposals set content = '[]' where id = '{proposal.Id.Value}'");
        await using var reopen = _ledger.Service.Owner.CreateCommand(
            $"update proposals set status = 'PROPOSED', decided_by = null, decided_at = null "
            + $"where id = '{proposal.Id.Value}'");

        await Should.ThrowAsync<PostgresException>(() => edit.ExecuteNonQueryAsync());
        await _ledger.ApproveAsync(_tenant, proposal);
        await Should.ThrowAsync<PostgresException>(() => reopen.ExecuteNonQueryAsync());
    }

    [Fact]
    public async Task Another_tenants_proposal_is_not_there_and_other_roles_have_no_business_here()
    {
        var proposal = await _hand.ProposeAsync(ByHand.Posted("suspense", "own:GBP", "5.00"));

        (await (await _ledger.DecideAsync(TestTenant.New(), proposal.Id, "approve", "second")).ProblemAsync())
            .ShouldBe("404 NOT_FOUND");
        (await (await _ledger.DecideAsync(_tenant, proposal.Id, "approve", "second", Roles.Compliance)).ProblemAsync())
            .ShouldBe("403 FORBIDDEN");
        using var manager = _ledger.Service.Client(_tenant, Roles.Manager);
        (await (await manager.SendAsync(HttpMethod.Post, Path, new { }, "k")).ProblemAsync()).ShouldBe("403 FORBIDDEN");
    }

    [Theory]
    [InlineData("""{"reason": "r"}""", "/entries")]
    [InlineData("""{"reason": "r", "entries": []}""", "/entries")]
    [InlineData("""{"entries": [{"posts": "ent_1"}]}""", "/reason /entries/0/posts")]
    [InlineData("""{"reason": "r", "entries": [{}]}""", "/entries/0/legs")]
    [InlineData("""{"reason": "r", "entries": [null]}""", "/entries/0")]
    [InlineData("""{"reason": "r", "entries": [{"legs": [{"side": "DEBIT"}]}]}""",
        "/entries/0/legs/0/account /entries/0/legs/0/amount")]
    [InlineData("""{"reason": "r", "entries": [{"legs": [{"account": "a", "side": "LEFT"}]}]}""",
        "/entries/0/legs/0/side")]
    [InlineData("""{"reason": "r", "entries": [{"kind": "GONE", "posts": "ent_0197a1b2c3d4e5f60718293a4b5c6d7e"}]}""",
        "/entries/0/kind /entries/0/kind")]
    [InlineData("""{"reason": "r", "entries": [{"voids": "x", "reverses": "y"}]}""",
        "/entries/0 /entries/0/voids /entries/0/reverses")]
    [InlineData("""
        {"reason": "r", "entries": [{"posts": "ent_0197a1b2c3d4e5f60718293a4b5c6d7e",
            "valueDate": "1999-01-01"}]}
        """,
        "/entries/0/valueDate")]
    [InlineData("""
        {"reason": "r", "entries": [{"posts": "ent_0197a1b2c3d4e5f60718293a4b5c6d7e",
            "metadata": {"a b": "c"}}]}
        """,
        "/entries/0/metadata")]
    [InlineData("""{"reason": "r", "entries": [{"posts": "ent_0197a1b2c3d4e5f60718293a4b5c6d7e", "surprise": 1}]}""",
        "/entries/0/surprise")]
    public async Task Bad_input_is_named(string body, string pointers)
    {
        using var client = _ledger.Finance(_tenant);
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add(FinCode.Messaging.IdempotentRequests.Header, "k");

        (await (await client.SendAsync(request)).ProblemAsync()).ShouldBe($"422 VALIDATION_ERROR {pointers}");
    }
}
