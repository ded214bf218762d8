using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Compliance.Tests.Customers;
using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Rules;

/// <summary>Rules about the customer: live, backtested and replayed they are told the same.</summary>
public sealed class CustomerRuleTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private static readonly StandInParty Student =
        new("Geraldine Winterbourne", "2005-03-10", "GB", Nationality: "KE");

    private readonly TenantId _tenant = TestTenant.New();

    [Theory]
    [InlineData("customer.ageYears == 20", true)]
    [InlineData("customer.ageYears > 20", false)]
    [InlineData("customer.nationality == \"KE\" && customer.country == \"GB\"", true)]
    [InlineData("customer.nationality == customer.country", false)]
    [InlineData("customer.isPep", false)]
    [InlineData("customer.relationshipDays == 0", true)]
    [InlineData("count(sender) == 1", true)]
    [InlineData("count(sender) > 1", false)]
    public async Task A_rule_sees_who_sends(string condition, bool holds)
    {
        await compliance.LiveRuleAsync(_tenant, RuleSamples.RuleOf(condition));

        (await FundAsync(compliance.Transactions.Add(_tenant, Student))).Outcome
            .ShouldBe(holds ? ScreeningOutcome.Review : ScreeningOutcome.Clear);
    }

    [Fact]
    public async Task What_a_party_does_not_say_is_not_known_and_a_firm_has_no_age()
    {
        await compliance.LiveRuleAsync(_tenant, RuleSamples.RuleOf("customer.ageYears < 21"));
        var silent = PartyId.New();
        compliance.Transactions.AnswerWith(silent,
            $$"""{"id": "{{silent}}", "version": 1, "kind": "PERSON", "fullName": "Geraldine Winterbourne"}""");
        var firm = compliance.Transactions.Add(_tenant, Student with { Name = "Winterbourne Bakery", Kind = "ENTITY" });

        foreach (var sender in (PartyId[])[silent, firm])
        {
            var (transfer, outcome) = await FundAsync(sender);
            outcome.ShouldBe(ScreeningOutcome.Review);
            (await LoggedAsync("results -> 0 ->> 'explanation'", transfer))
                .ShouldBe("This could not be decided: customer.ageYears is not known.");
        }
    }

    [Fact]
    public async Task A_rule_sees_the_mark_of_a_politically_exposed_person_and_for_how_long_the_customer_is_known()
    {
        await compliance.LiveRuleAsync(_tenant, RuleSamples.RuleOf(
            "customer.isPep || customer.relationshipDays >= 45", because: "{customer.relationshipDays} days."));
        var (marked, old, young) = (Add(), Add(), Add());
        (await compliance.Officer(_tenant, "olga").PutAsync(CustomerCalls.Kyc(marked, "/pep"), null))
            .EnsureSuccessStatusCode();
        await SeenSinceAsync(marked, Noon.AddDays(1));
        await SeenSinceAsync(old, Noon.AddDays(-45));
        await SeenSinceAsync(young, Noon.AddDays(-45).AddSeconds(1));

        (await FundAsync(young)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        (await LoggedAsync("results -> 0 ->> 'explanation'", (await FundAsync(old)).Id)).ShouldBe("45 days.");
        // Heard of before it was recorded here: no days, and none less.
        (await LoggedAsync("results -> 0 ->> 'explanation'", (await FundAsync(marked)).Id)).ShouldBe("0 days.");
    }

    [Fact]
    public async Task The_third_transfer_ever_is_told_from_the_second_however_long_ago_they_were()
    {
        await compliance.LiveRuleAsync(_tenant, RuleSamples.RuleOf("count(sender) >= 3"));
        var sender = Add();

        (await FundAsync(sender, Noon.AddDays(-400))).Outcome.ShouldBe(ScreeningOutcome.Clear);
        (await FundAsync(sender, Noon.AddDays(-200))).Outcome.ShouldBe(ScreeningOutcome.Clear);
        (await FundAsync(sender)).Outcome.ShouldBe(ScreeningOutcome.Review);
        // It happened before them.
        (await FundAsync(sender, Noon.AddDays(-500))).Outcome.ShouldBe(ScreeningOutcome.Clear);
    }

    [Fact]
    public async Task Backtest_and_replay_go_by_what_was_known_then()
    {
        const string text = "rule \"Young or exposed\" when customer.isPep || customer.ageYears < 21 "
            + "&& customer.nationality == \"KE\" && customer.relationshipDays < 30 && count(sender) < 3 then hold "
            + "because \"{customer.ageYears} years, {customer.nationality}, {customer.relationshipDays} days.\"";
        var id = await compliance.LiveRuleAsync(_tenant, text);
        var (student, other) = (Add(), compliance.Transactions.Add(_tenant, People.AlsoInnocent));
        var held = new List<string>();
        foreach (var (sender, days) in new[] { (student, 0), (other, 0), (student, 1), (student, 2) })
        {
            if (await FundAsync(sender, Noon.AddDays(days)) is (var transfer, ScreeningOutcome.Review))
                held.Add(transfer.ToString());
        }
        held.Count.ShouldBe(2);

        // Since then both are marked, the student is older and a citizen of another country, and was seen long before.
        foreach (var customer in (PartyId[])[student, other])
            (await compliance.Officer(_tenant, "olga").PutAsync(CustomerCalls.Kyc(customer, "/pep"), null))
                .EnsureSuccessStatusCode();
        compliance.Transactions.Add(
            _tenant, Student with { Version = 2, Born = "1975-03-10", Nationality = "GB" }, student);
        await SeenSinceAsync(student, Noon.AddYears(-3));

        var figures = await BacktestAsync(new { id });
        figures.GetProperty("candidate").GetProperty("examples").EnumerateArray()
            .Select(one => one.GetString()).ShouldBe(held);
        figures.GetProperty("gained").GetProperty("count").GetInt32().ShouldBe(0);
        figures.GetProperty("lost").GetProperty("count").GetInt32().ShouldBe(0);
        (await ReplayAsync()).ShouldBe((4, 0));
        // The log holds what was said then, and neither a day of birth nor a name; so do the lines that were logged.
        (await LoggedAsync("facts::text", student)).ShouldNotContain("2005-03-10");
        (await LoggedAsync("facts::text", student)).ShouldNotContain("Winterbourne");
        compliance.Logged.ShouldAllBe(line => !line.Contains("2005-03-10") && !line.Contains("senderAgeYears"));
    }

    [Fact]
    public async Task Lines_of_an_older_log_say_unknown_to_a_new_rule_and_replay_as_they_were()
    {
        await compliance.LiveRuleAsync(_tenant, RuleRequests.LimitOf("50.00"));
        var (transfer, _) = await FundAsync(Add());
        await compliance.Service.ByHandAsync(["rule_evaluations"],
            "update rule_evaluations set facts = facts - array['isPep', 'senderCountry', 'senderNationality', "
            + "'senderAgeYears', 'relationshipDays'] where transaction_id = $1", transfer.Value);

        foreach (var condition in (string[])["customer.isPep", "customer.country == \"GB\"",
            "customer.nationality == \"KE\"", "customer.ageYears < 21", "customer.relationshipDays < 30"])
        {
            var bare = (await BacktestAsync(new { text = RuleSamples.RuleOf(condition) })).GetProperty("candidate");
            (bare.GetProperty("count").GetInt32(), bare.GetProperty("undecided").GetInt32()).ShouldBe((1, 1));
            var path = condition.Split(' ')[0];
            var guarded = await BacktestAsync(new { text = RuleSamples.RuleOf($"has({path}) && {condition}") });
            guarded.GetProperty("candidate").GetProperty("count").GetInt32().ShouldBe(0);
        }
        (await ReplayAsync()).ShouldBe((1, 0));
    }

    private PartyId Add() => compliance.Transactions.Add(_tenant, Student);

    private async Task<(TransactionId Id, ScreeningOutcome Outcome)> FundAsync(
        PartyId sender, DateTimeOffset? fundedAt = null)
    {
        var facts = ComplianceUnderTest.FactsOf(sender, compliance.Transactions.Add(_tenant, People.Innocent));
        var id = TransactionId.New();
        await compliance.Service.Events.PublishAsync(_tenant,
            new TransactionFunded(id, facts, facts.SendAmount, "psp:sandbox", false, 1), occurredAt: fundedAt ?? Noon);
        return (id, (await compliance.ScreenedAsync(id)).Outcome);
    }

    private async Task SeenSinceAsync(PartyId customer, DateTimeOffset since)
    {
        await compliance.Service.PublishAsync(_tenant, new PartyRecorded(customer, PartyRole.Sender, 1));
        await Eventually.TrueAsync(async () => await compliance.CountAsync(
            "select count(*) from kyc_customers where party_id = $1", customer.Value) == 1, "it is a customer");
        await compliance.Service.ByHandAsync(["kyc_customers"],
            "update kyc_customers set first_seen_at = $2 where party_id = $1", customer.Value, since);
    }

    private Task<string> LoggedAsync(string what, TransactionId transfer) =>
        LoggedAsync(what, "e.transaction_id", transfer.Value);

    private Task<string> LoggedAsync(string what, PartyId sender) => LoggedAsync(what, "f.sender_id", sender.Value);

    private async Task<string> LoggedAsync(string what, string of, Guid id)
    {
        await using var command = compliance.Service.Owner.CreateCommand(
            $"select string_agg({what}, ' ') from rule_evaluations e "
            + $"join funded_transfers f using (tenant_id, transaction_id) where {of} = $1");
        command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = id });
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private async Task<(int Evaluations, int Different)> ReplayAsync()
    {
        var answer = await compliance.Officer(_tenant, "olga").PostAsJsonAsync(
            "/v1/screening-rules/replays", new { from = Noon.AddDays(-5), to = Noon.AddDays(5) });
        var figures = await answer.JsonAsync();
        return (figures.GetProperty("evaluations").GetInt32(), figures.GetProperty("different").GetInt32());
    }

    private async Task<JsonElement> BacktestAsync(object what)
    {
        var request = JsonSerializer.SerializeToNode(what)!.AsObject();
        request["from"] = Noon.AddDays(-5).ToString("O");
        request["to"] = Noon.AddDays(5).ToString("O");
        var answer = await compliance.Officer(_tenant, "olga")
            .PostAsJsonAsync("/v1/screening-rules/backtests", request);
        answer.EnsureSuccessStatusCode();
        return await answer.JsonAsync();
    }
}
