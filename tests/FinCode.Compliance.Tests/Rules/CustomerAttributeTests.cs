using System.Text.Json;
using FinCode.Compliance.Customers;
using FinCode.Compliance.Rules;
using FinCode.Compliance.Rules.Language;
using FinCode.Contracts;
using static FinCode.Compliance.Tests.Rules.RuleSamples;

namespace FinCode.Compliance.Tests.Rules;

/// <summary>What rules know of the customer, as words of the language.</summary>
public sealed class CustomerAttributeTests
{
    private static readonly RuleFacts Known = Facts with
    {
        SenderCountry = "GB", SenderNationality = "NG", SenderAgeYears = 19, IsPep = false, RelationshipDays = 0,
    };

    [Theory]
    [InlineData("!customer.isPep && customer.isPep == false && has(customer.isPep)")]
    [InlineData("customer.country == transfer.sendCountry && customer.nationality in [\"NG\", \"GH\"]")]
    [InlineData("customer.nationality != customer.country && startsWith(customer.nationality, \"N\")")]
    [InlineData("customer.ageYears >= 18 && customer.ageYears < 21 && customer.ageYears / 2 == 9.5")]
    [InlineData("customer.relationshipDays == 0 && max(customer.relationshipDays, customer.ageYears) == 19")]
    [InlineData("has(customer.country) && has(customer.nationality) && has(customer.ageYears)")]
    public void Conditions_about_the_customer_mean_what_they_say(string condition) =>
        Try(condition, Known).Verdict.ShouldBe(RuleVerdict.Matched);

    [Theory]
    [InlineData("customer.isPep", "customer.isPep")]
    [InlineData("!customer.isPep", "customer.isPep")]
    [InlineData("customer.country == \"GB\"", "customer.country")]
    [InlineData("customer.nationality != \"GB\"", "customer.nationality")]
    [InlineData("customer.ageYears < 21", "customer.ageYears")]
    [InlineData("customer.relationshipDays < 30", "customer.relationshipDays")]
    public void What_is_not_known_of_the_customer_leaves_a_rule_undecided(string condition, string path)
    {
        Try(condition).ShouldBe(
            new RuleAnswer(RuleVerdict.Undecided, $"This could not be decided: {path} is not known."));
        Try($"has({path}) && {condition}").Verdict.ShouldBe(RuleVerdict.NotMatched);
    }

    [Theory]
    [InlineData("customer.age > 18", 29, "\"customer\" has no \"age\", but kind, kycTier, riskLevel, isPep, country, "
        + "nationality, ageYears, relationshipDays.")]
    [InlineData("customer.dateOfBirth > transfer.fundedAt", 29, "\"customer\" has no \"dateOfBirth\"")]
    [InlineData("customer.fullName == \"A\"", 29, "\"customer\" has no \"fullName\"")]
    [InlineData("customer.isPep == \"YES\"", 35, "== does not go with: these are bool and string.")]
    [InlineData("customer.isPep > 1", 35, "> does not go with: these are bool and int.")]
    [InlineData("customer.ageYears == \"18\"", 38, "== does not go with: these are int and string.")]
    [InlineData("customer.country > 1", 37, "> does not go with: these are string and int.")]
    [InlineData("customer.relationshipDays < 30d", 46, "< does not go with: these are int and duration.")]
    public void An_error_about_the_customer_has_its_place(string condition, int column, string message)
    {
        var error = ErrorOf(RuleOf(condition));

        error.Message.ShouldContain(message);
        error.At.ShouldBe(new SourcePosition(1, column));
    }

    [Fact]
    public void Facts_of_an_older_log_are_read_and_lack_what_was_not_asked_then()
    {
        const string older = """
            {"sendAmount": {"amount": "100.00", "currency": "GBP"},
             "receiveAmount": {"amount": "1.00", "currency": "NGN"},
             "sendCountry": "GB", "receiveCountry": "NG", "payInMethod": "CARD", "payoutMethod": "BANK",
             "purpose": "GIFT_AND_DONATION", "fundedAt": "2026-03-04T15:30:00Z", "senderKind": "PERSON",
             "beneficiaryKind": "PERSON", "kycTier": 1, "hasDevice": false, "hasPhone": true, "riskLevel": "LOW"}
            """;

        var facts = JsonSerializer.Deserialize<RuleFacts>(older, ContractJson.Options).ShouldNotBeNull();

        (facts.KycTier, facts.RiskLevel).ShouldBe((1, "LOW"));
        (facts.IsPep, facts.SenderCountry, facts.SenderNationality, facts.SenderAgeYears, facts.RelationshipDays)
            .ShouldBe((null, null, null, null, null));
    }

    [Theory]
    [InlineData("2000-03-04", "2018-03-03", 17)]
    [InlineData("2000-03-04", "2018-03-04", 18)]
    [InlineData("2000-12-31", "2018-01-01", 17)]
    [InlineData("2008-02-29", "2026-02-28", 17)]
    [InlineData("2008-02-29", "2026-03-01", 18)]
    [InlineData("2008-02-29", "2028-02-29", 20)]
    [InlineData("2026-03-04", "2026-03-04", 0)]
    [InlineData("2026-03-05", "2026-03-04", null)]
    public void An_age_is_the_birthdays_that_were(string born, string on, int? years) =>
        CustomerFacts.AgeYears(DateOnly.Parse(born), DateOnly.Parse(on)).ShouldBe(years);

    [Fact]
    public void Facts_never_print_themselves() => Known.ToString().ShouldBe(nameof(RuleFacts));
}
