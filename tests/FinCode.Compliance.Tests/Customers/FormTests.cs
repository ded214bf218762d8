using System.Net;
using System.Net.Http.Json;
using FinCode.Contracts;
using FinCode.Testing;
using static FinCode.Compliance.Tests.Customers.CustomerCalls;

namespace FinCode.Compliance.Tests.Customers;

public sealed class FormTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    private PartyId NewCustomer() => compliance.Transactions.Add(_tenant, People.AlsoInnocent);

    private async Task SendAsync(PartyId sender, long minor, string to = "NG")
    {
        var facts = ComplianceUnderTest.FactsOf(sender, compliance.Transactions.Add(_tenant, People.Innocent),
            Money.Of(minor, "GBP")) with { ReceiveCountry = to };
        var id = TransactionId.New();
        await compliance.Service.PublishAsync(_tenant, new TransactionFunded(
            id, facts, facts.SendAmount, "psp:sandbox", PaidAfterEnd: false, ScreeningRound: 1));
        await compliance.ScreenedAsync(id);
    }

    private async Task<bool> IsAskedAsync(PartyId customer) =>
        (await compliance.StandingAsync(_tenant, customer)).Awaited()
            .Contains("FORM:RISK_ASSESSMENT AWAITED REQUIRED_INFORMATION");

    [Theory]
    [InlineData(100_001, "NG", true)]
    [InlineData(100_000, "NG", false)]
    [InlineData(1_000, "MM", true)]
    public async Task The_risk_is_asked_about_at_the_first_transfer_above_a_limit_or_on_a_risky_corridor(
        long minor, string to, bool isAsked)
    {
        var customer = NewCustomer();
        await SendAsync(customer, minor, to);
        await Eventually.TrueAsync(async () => (await compliance.HistoryAsync(_tenant, customer))
            .Contains("RISK_RATED"), "it was looked at");
        (await IsAskedAsync(customer)).ShouldBe(isAsked);
        if (!isAsked)
            return;

        (await compliance.Partner(_tenant).AssessAsync(customer)).StatusCode.ShouldBe(HttpStatusCode.Created);

        (await IsAskedAsync(customer)).ShouldBeFalse();
        await SendAsync(customer, minor, to);
        (await IsAskedAsync(customer)).ShouldBeFalse();
        (await compliance.HistoryAsync(_tenant, customer)).Count(type => type == "ASKED").ShouldBe(1);
    }

    [Fact]
    public async Task A_form_shows_no_points_and_its_answers_are_sealed_and_read_on_file()
    {
        var customer = NewCustomer();
        var form = await (await compliance.Partner(_tenant).GetAsync("/v1/kyc/forms/SOURCE_OF_FUNDS")).JsonAsync();
        form.ToString().ShouldNotContain("points");
        form.GetProperty("version").GetInt32().ShouldBe(0);
        await compliance.StandingAsync(_tenant, customer);
        await compliance.ReachTierOneAsync(_tenant, customer);

        var answered = await compliance.Partner(_tenant).AnswerAsync(customer, "SOURCE_OF_FUNDS", 0,
            ("SOURCE", ["SALARY"]), ("EMPLOYER", ["Quillfeather Ltd"]), ("YEARLY_INCOME", ["42000.50"]));

        var id = await answered.IdAsync();
        await compliance.ShowAsync(_tenant, customer, "PROOF_OF_ADDRESS");
        (await compliance.TierAsync(_tenant, customer)).ShouldBe(2);
        (await compliance.CountAsync("select count(*) from kyc_answers where id = $1 "
            + "and position('Quillfeather'::bytea in sealed) > 0", Guid.Parse(id))).ShouldBe(0);
        compliance.Logged.ShouldNotContain(line => line.Contains("Quillfeather", StringComparison.Ordinal));
        (await compliance.Partner(_tenant).GetAsync(Kyc(customer, $"/answers/{id}"))).StatusCode
            .ShouldBe(HttpStatusCode.Forbidden);
        var read = await (await compliance.Officer(_tenant, "olga").GetAsync(Kyc(customer, $"/answers/{id}")))
            .JsonAsync();
        read.GetProperty("answers")[1].GetProperty("values")[0].GetString().ShouldBe("Quillfeather Ltd");
        (await compliance.HistoryAsync(_tenant, customer)).ShouldContain("ANSWERS_READ");
    }

    [Fact]
    public async Task Answers_that_do_not_fit_are_refused_with_their_question()
    {
        var (customer, partner) = (NewCustomer(), compliance.Partner(_tenant));
        await compliance.StandingAsync(_tenant, customer);
        (string, string[])[][] wrong =
        [
            [("SOURCE", ["SALARY"])],
            [("SOURCE", ["MAGIC"]), ("YEARLY_INCOME", ["1"])],
            [("SOURCE", ["SALARY", "GIFT"]), ("YEARLY_INCOME", ["1"])],
            [("SOURCE", ["SALARY"]), ("YEARLY_INCOME", ["-1"])],
            [("SOURCE", ["SALARY"]), ("YEARLY_INCOME", ["1.2345"])],
            [("SOURCE", ["SALARY"]), ("YEARLY_INCOME", ["1"]), ("EMPLOYER", [new string('x', 1001)])],
            [("SOURCE", ["SALARY"]), ("YEARLY_INCOME", ["1"]), ("SHOE_SIZE", ["44"])],
            [("SOURCE", ["SALARY"]), ("SOURCE", ["GIFT"]), ("YEARLY_INCOME", ["1"])],
        ];
        foreach (var answers in wrong)
            (await partner.AnswerAsync(customer, "SOURCE_OF_FUNDS", 0, answers)).StatusCode
                .ShouldBe(HttpStatusCode.UnprocessableEntity, string.Join(", ", answers.Select(one => one.Item1)));
        (await (await partner.AssessAsync(customer, version: 3)).CodeAsync()).ShouldBe("FORM_CHANGED");
        (await partner.AnswerAsync(customer, "NO_FORM", 0)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await partner.AssessAsync(PartyId.New())).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await compliance.CountAsync("select count(*) from kyc_answers where party_id = $1", customer.Value))
            .ShouldBe(0);
    }

    [Fact]
    public async Task Answers_of_a_customer_who_was_not_heard_of_are_taken_unless_nobody_can_be_asked()
    {
        (await compliance.Partner(_tenant).AssessAsync(NewCustomer())).StatusCode.ShouldBe(HttpStatusCode.Created);
        var customer = NewCustomer();
        compliance.Transactions.GoAway(_tenant);

        (await compliance.Partner(_tenant).AssessAsync(customer)).StatusCode
            .ShouldBe(HttpStatusCode.ServiceUnavailable);

        compliance.Transactions.ComeBack(_tenant);
        (await compliance.Partner(_tenant).AssessAsync(customer)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_waited_before_it_was_asked_for_does_not_meet_the_ask_when_it_is_accepted()
    {
        var (customer, olga) = (NewCustomer(), compliance.Officer(_tenant, "olga"));
        var waiting = await (await compliance.Partner(_tenant).UploadAsync(customer, "PROOF_OF_ADDRESS", NewPdf()))
            .IdAsync();
        (await olga.PostAsJsonAsync(Kyc(customer, "/asks"), new { item = "PROOF_OF_ADDRESS" }))
            .EnsureSuccessStatusCode();
        (await compliance.StandingAsync(_tenant, customer)).Awaited()
            .ShouldContain("PROOF_OF_ADDRESS AWAITED REQUIRED_INFORMATION");

        (await olga.ReviewAsync(customer, waiting)).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await compliance.StandingAsync(_tenant, customer)).Awaited()
            .ShouldContain("PROOF_OF_ADDRESS AWAITED REQUIRED_INFORMATION");
        await compliance.ShowAsync(_tenant, customer, "PROOF_OF_ADDRESS");
        (await compliance.HistoryAsync(_tenant, customer)).ShouldContain("ASK_MET");
    }

    [Fact]
    public async Task Who_says_to_hold_a_public_function_is_a_politically_exposed_person_from_then_on()
    {
        var customer = NewCustomer();
        await compliance.StandingAsync(_tenant, customer);
        (await compliance.Partner(_tenant).AssessAsync(customer, "YES")).StatusCode.ShouldBe(HttpStatusCode.Created);

        (await compliance.RiskAsync(_tenant, customer)).GetProperty("pep").GetBoolean().ShouldBeTrue();
        (await compliance.Partner(_tenant).AssessAsync(customer)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await compliance.RiskAsync(_tenant, customer)).GetProperty("pep").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task An_officer_asks_anew_for_what_is_valid_and_a_new_one_meets_it()
    {
        var (customer, olga) = (NewCustomer(), compliance.Officer(_tenant, "olga"));
        await compliance.ShowAsync(_tenant, customer, "PROOF_OF_ADDRESS");
        for (var i = 0; i < 2; i++)
            (await olga.PostAsJsonAsync(Kyc(customer, "/asks"), new { item = "PROOF_OF_ADDRESS" })).StatusCode
                .ShouldBe(HttpStatusCode.OK);
        (await compliance.StandingAsync(_tenant, customer)).Awaited()
            .ShouldContain("PROOF_OF_ADDRESS AWAITED REQUIRED_INFORMATION");
        (await (await olga.PostAsync(Kyc(customer, "/reviews"), null)).CodeAsync()).ShouldBe("STILL_AWAITED");

        await compliance.ShowAsync(_tenant, customer, "PROOF_OF_ADDRESS");

        (await compliance.StandingAsync(_tenant, customer)).Awaited()
            .ShouldNotContain("PROOF_OF_ADDRESS AWAITED REQUIRED_INFORMATION");
        (await olga.PostAsync(Kyc(customer, "/reviews"), null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await compliance.HistoryAsync(_tenant, customer)).ShouldContain("REVIEWED");
    }
}
