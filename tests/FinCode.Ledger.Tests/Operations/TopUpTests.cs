using System.Net;
using System.Text;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Operations;
using FinCode.Ledger.Operations.Monitors;
using FinCode.Ledger.Operations.Proposals;
using FinCode.Messaging;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Operations;

public sealed class TopUpTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task A_top_up_bought_with_pounds_is_booked_over_both_positions_once_a_second_person_approves()
    {
        using var client = ledger.Finance(_tenant);
        using var response = await LedgerFixture.SendTopUpAsync(client, "acme",
            new { amount = Money.Of(20_000_000, "NGN"), cost = Money.Of(9_850, "GBP") }, "k1");
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        var proposal = await response.ProposalAsync();
        response.Headers.Location!.ToString().ShouldBe($"/v1/ledger/proposals/{proposal.Id}");
        (await ledger.AvailableAsync(_tenant, "prefund:acme:NGN", "NGN")).ShouldBe("0.00");

        var approved = await ledger.ApproveAsync(_tenant, proposal);

        var result = approved.Result!.Value.Deserialize<TopUpPrefunding.TopUpResult>(ContractJson.Options)!;
        result.Account.Available.ToString().ShouldBe("200000.00 NGN");
        (await ledger.AvailableAsync(_tenant, "fx:NGN", "NGN")).ShouldBe("-200000.00");
        (await ledger.AvailableAsync(_tenant, "fx:GBP", "GBP")).ShouldBe("98.50");
        (await ledger.AvailableAsync(_tenant, "own:GBP", "GBP")).ShouldBe("-98.50");
        var entry = await client.GetJsonAsync<LedgerEntry>($"/v1/ledger/entries/{result.EntryId}");
        (entry.BookedBy, entry.ApprovedBy).ShouldBe(("tester", "second"));
    }

    [Fact]
    public async Task A_balance_that_nobody_watches_gets_a_monitor_at_a_fifth_of_what_its_top_up_made_it()
    {
        using var client = ledger.Finance(_tenant);
        await ledger.TopUpAsync(_tenant, "acme", Money.Of(1_000_004, "NGN"));

        var monitor = (await MonitorsAsync(client)).ShouldHaveSingleItem();
        (monitor.Account, monitor.Threshold.ToString(), monitor.IsBelow, monitor.CreatedBy)
            .ShouldBe(("prefund:acme:NGN", "2000.00 NGN", false, "second"));
        await ledger.BookAsync(_tenant, new Post(new EntryKey("fee", null, "test", 1),
            [
                Leg.Debit("expense:payout", Money.Of(900_000, "NGN")),
                Leg.Credit("prefund:acme:NGN", Money.Of(900_000, "NGN")),
            ]));
        await ledger.TopUpAsync(_tenant, "acme", Money.Of(500_000, "NGN"));

        var crossed = await ledger.Service.Events.WaitForAsync<BalanceCrossed>(
            one => one.MonitorId == monitor.Id && one.Crossing == BalanceCrossing.NotBelow);
        crossed.Available.ToString().ShouldBe("6000.04 NGN");
        ledger.Service.Events.All<BalanceCrossed>(_tenant).Select(one => one.Crossing)
            .ShouldBe([BalanceCrossing.Below, BalanceCrossing.NotBelow]);
        (await MonitorsAsync(client)).ShouldHaveSingleItem().Threshold.ToString().ShouldBe("2000.00 NGN");
    }

    [Fact]
    public async Task What_people_watch_stays_as_they_set_it_and_too_little_to_take_a_fifth_of_is_not_watched()
    {
        using var client = ledger.Finance(_tenant);
        await ledger.TopUpAsync(_tenant, "acme", Money.Of(4, "NGN"));
        (await MonitorsAsync(client)).ShouldBeEmpty();
        await client.PostJsonAsync<ManageMonitors.LedgerMonitor>(
            "/v1/ledger/monitors", new { account = "prefund:acme:NGN", threshold = Money.Of(7_777, "NGN") });

        await ledger.TopUpAsync(_tenant, "acme", Money.Of(1_000_000, "NGN"));

        (await MonitorsAsync(client)).ShouldHaveSingleItem().Threshold.ToString().ShouldBe("77.77 NGN");
    }

    [Fact]
    public async Task Where_people_removed_a_monitor_a_top_up_sets_none()
    {
        using var client = ledger.Finance(_tenant);
        await ledger.TopUpAsync(_tenant, "acme", Money.Of(1_000_000, "NGN"));
        var monitor = (await MonitorsAsync(client)).ShouldHaveSingleItem();
        using var removed = await client.DeleteAsync($"/v1/ledger/monitors/{monitor.Id}");
        removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await ledger.TopUpAsync(_tenant, "acme", Money.Of(1_000_000, "NGN"));

        (await MonitorsAsync(client)).ShouldBeEmpty();
        (await ledger.QueryAsync($"""
            select id, threshold, removed_by from removed_monitors where tenant_id = '{_tenant.Value}'
            """, reader => (reader.GetGuid(0), reader.GetInt64(1), reader.GetString(2))))
            .ShouldBe([(monitor.Id.Value, 200_000, "tester")]);
    }

    [Theory]
    [InlineData("JPY", "500")]
    [InlineData("KWD", "1.250")]
    public async Task Amounts_keep_their_currencys_decimals(string currency, string amount)
    {
        await ledger.TopUpAsync(_tenant, "acme", Money.Parse(amount, Currency.Of(currency)));

        (await ledger.AvailableAsync(_tenant, $"prefund:acme:{currency}", currency)).ShouldBe(amount);
    }

    [Fact]
    public async Task The_same_key_again_answers_the_same_and_other_content_is_refused()
    {
        using var client = ledger.Finance(_tenant);
        var body = new { amount = Money.Of(100, "NGN") };

        using var first = await LedgerFixture.SendTopUpAsync(client, "acme", body, "k1");
        using var again = await LedgerFixture.SendTopUpAsync(client, "acme", body, "k1");
        var other = await LedgerFixture.SendTopUpAsync(client, "acme", new { amount = Money.Of(101, "NGN") }, "k1");
        var elsewhere = await LedgerFixture.SendTopUpAsync(client, "other", body, "k1");

        (await again.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        again.Headers.Contains(IdempotentRequests.ReplayedHeader).ShouldBeTrue();
        (await other.ProblemAsync()).ShouldBe("422 IDEMPOTENCY_KEY_REUSED");
        (await elsewhere.ProblemAsync()).ShouldBe("422 IDEMPOTENCY_KEY_REUSED");
        (await ledger.CountAsync($"select count(*) from proposals where tenant_id = '{_tenant.Value}'")).ShouldBe(1);
    }

    [Fact]
    public async Task The_books_know_a_key_also_after_the_stored_answer_is_gone()
    {
        using var client = ledger.Finance(_tenant);
        var body = new { amount = Money.Of(100, "NGN") };
        using var first = await LedgerFixture.SendTopUpAsync(client, "acme", body, "k1");
        await using var forget = ledger.Service.Owner.CreateCommand(
            $"delete from idempotent_requests where tenant_id = '{_tenant.Value}'");
        await forget.ExecuteNonQueryAsync();

        using var again = await LedgerFixture.SendTopUpAsync(client, "acme", body, "k1");

        (await again.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        await forget.ExecuteNonQueryAsync();
        (await (await LedgerFixture.SendTopUpAsync(client, "acme", new { amount = Money.Of(101, "NGN") }, "k1"))
            .ProblemAsync()).ShouldBe("422 IDEMPOTENCY_KEY_REUSED");
        (await ledger.CountAsync($"select count(*) from proposals where tenant_id = '{_tenant.Value}'")).ShouldBe(1);
    }

    [Fact]
    public async Task Ten_at_once_with_one_key_propose_once()
    {
        using var client = ledger.Finance(_tenant);

        var responses = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
            LedgerFixture.SendTopUpAsync(client, "acme", new { amount = Money.Of(100, "NGN") }, "k1")));

        foreach (var response in responses)
        {
            response.StatusCode.ShouldBeOneOf(HttpStatusCode.Created, HttpStatusCode.Conflict);
            response.Dispose();
        }
        (await ledger.CountAsync($"select count(*) from proposals where tenant_id = '{_tenant.Value}'")).ShouldBe(1);
    }

    [Theory]
    [InlineData("""{}""", "422 VALIDATION_ERROR /amount")]
    [InlineData("""{"amount": {"amount": "0.00", "currency": "NGN"}}""", "422 VALIDATION_ERROR /amount")]
    [InlineData("""{"amount": {"amount": "-1.00", "currency": "NGN"}}""", "422 VALIDATION_ERROR /amount")]
    [InlineData("""{"amount": {"amount": "1.001", "currency": "NGN"}}""", "422 VALIDATION_ERROR /amount")]
    [InlineData("""{"amount": {"amount": "1.0", "currency": "JPY"}, "cost": {"amount": "0.5", "currency": "JPY"}}""",
        "422 VALIDATION_ERROR /cost")]
    [InlineData("""{"amount": {"amount": "1", "currency": "XXX"}}""", "422 VALIDATION_ERROR /amount")]
    [InlineData("""{"amount": {"amount": "1", "currency": "ngn"}}""", "422 VALIDATION_ERROR /amount")]
    [InlineData("""{"amount": {"amount": 1, "currency": "NGN"}}""", "422 VALIDATION_ERROR /amount")]
    [InlineData("""{"amount": {"amount": "1e3", "currency": "NGN"}}""", "422 VALIDATION_ERROR /amount")]
    [InlineData(
        """{"amount": {"amount": "99999999999999999999", "currency": "NGN"}}""", "422 VALIDATION_ERROR /amount")]
    [InlineData("""{"amount": {"amount": "2", "currency": "NGN"}, "cost": {"amount": "1", "currency": "NGN"}}""",
        "422 VALIDATION_ERROR /cost")]
    [InlineData("""{"amount": {"amount": "2", "currency": "NGN"}, "cost": {"amount": "-1", "currency": "GBP"}}""",
        "422 VALIDATION_ERROR /cost")]
    [InlineData("""{"amount": {"amount": "1", "currency": "NGN"}, "extra": 1}""", "422 VALIDATION_ERROR /extra")]
    [InlineData("""{"amount": """, "400 MALFORMED_REQUEST")]
    [InlineData("""nonsense""", "400 MALFORMED_REQUEST")]
    public async Task Bad_input_is_named_and_books_nothing(string body, string expected)
    {
        using var client = ledger.Finance(_tenant);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/ledger/prefunding/acme/top-ups")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add(IdempotentRequests.Header, "k1");

        (await (await client.SendAsync(request)).ProblemAsync()).ShouldBe(expected);

        (await ledger.CountAsync($"select count(*) from proposals where tenant_id = '{_tenant.Value}'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_body_that_is_too_large_a_bad_partner_and_a_missing_key_are_refused()
    {
        using var client = ledger.Finance(_tenant);
        var body = new { amount = Money.Of(100, "NGN") };

        (await (await LedgerFixture.SendTopUpAsync(client, "a:b", body, "k1")).ProblemAsync())
            .ShouldBe("422 VALIDATION_ERROR partner");
        (await (await LedgerFixture.SendTopUpAsync(client, "acme", body, null)).ProblemAsync())
            .ShouldBe("400 IDEMPOTENCY_KEY_MISSING");
        (await (await LedgerFixture.SendTopUpAsync(client, "acme", new { amount = new string('1', 300_000) }, "k1"))
            .ProblemAsync())
            .ShouldBe("413 PAYLOAD_TOO_LARGE");
    }

    [Fact]
    public async Task A_total_beyond_64_bits_is_refused_and_the_proposal_stays_open()
    {
        using var client = ledger.Finance(_tenant);
        for (var n = 0; n < 9; n++)
            await ledger.TopUpAsync(_tenant, "acme", Money.Of(999_999_999_999_999_999, "NGN"));
        using var response = await LedgerFixture.SendTopUpAsync(
            client, "acme", new { amount = Money.Of(999_999_999_999_999_999, "NGN") }, "k9");
        var proposal = await response.ProposalAsync();

        (await (await ledger.DecideAsync(_tenant, proposal.Id, "approve", "second")).ProblemAsync())
            .ShouldBe("422 LIMIT_EXCEEDED");

        (await client.GetJsonAsync<LedgerProposal>($"/v1/ledger/proposals/{proposal.Id}")).Status
            .ShouldBe("PROPOSED");
    }

    [Fact]
    public async Task Only_finance_tops_up()
    {
        using var manager = ledger.Service.Client(_tenant, Roles.Manager);
        using var anonymous = ledger.Service.AnonymousClient();
        var body = new { amount = Money.Of(100, "NGN") };

        (await (await LedgerFixture.SendTopUpAsync(manager, "acme", body, "k1")).ProblemAsync())
            .ShouldBe("403 FORBIDDEN");
        (await (await LedgerFixture.SendTopUpAsync(anonymous, "acme", body, "k1")).ProblemAsync())
            .ShouldBe("401 AUTH_REQUIRED");
    }

    private static async Task<IReadOnlyList<ManageMonitors.LedgerMonitor>> MonitorsAsync(HttpClient client) =>
        (await client.GetJsonAsync<ManageMonitors.LedgerMonitorPage>("/v1/ledger/monitors")).Items;
}
