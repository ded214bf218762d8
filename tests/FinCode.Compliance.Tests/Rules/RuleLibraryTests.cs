using FinCode.Compliance.Rules;
using FinCode.Compliance.Rules.Language;
using FinCode.Contracts;
using static FinCode.Compliance.Tests.Rules.RuleSamples;

namespace FinCode.Compliance.Tests.Rules;

/// <summary>Every shipped rule with a case that alerts and one that just does not.</summary>
public sealed class RuleLibraryTests
{
    private static readonly RuleFacts To = Facts with { ReceiveCountry = "MM" };
    private static readonly RuleFacts Tier1 = Facts with { KycTier = 1 };
    private static readonly RuleFacts Device = Facts with { HasDevice = true };
    private static readonly RuleFacts Phone = Facts with { HasPhone = true };
    private static readonly RuleFacts Mismatch = Facts with { NameMatch = "NO_MATCH" };

    private static readonly Case[] Cases =
    [
        Alerts("tier-amount-limit", Sending(50_001),
            "500.01 GBP is above 500.00 GBP, the limit of one transfer on KYC tier 0."),
        Quiet("tier-amount-limit", Sending(50_000)),
        Alerts("tier-amount-limit", Sending(200_001) with { KycTier = 1 },
            "2000.01 GBP is above 2000.00 GBP, the limit of one transfer on KYC tier 1."),
        Quiet("tier-amount-limit", Sending(200_000) with { KycTier = 1 }),
        Alerts("tier-amount-limit", Sending(1_000_001) with { KycTier = 2 },
            "10000.01 GBP is above 10000.00 GBP, the limit of one transfer on KYC tier 2."),
        Quiet("tier-amount-limit", Sending(1_000_000) with { KycTier = 2 }),
        Alerts("tier-amount-limit", Sending(60_001, "EUR"),
            "600.01 EUR is above 600.00 EUR, the limit of one transfer on KYC tier 0."),
        Quiet("tier-amount-limit", Sending(60_000, "EUR")),
        Alerts("tier-amount-limit", Sending(2_400_001, "UGX"),
            "2400001 UGX is above 2400000 UGX, the limit of one transfer on KYC tier 0."),
        // No limit is shipped for it.
        Quiet("tier-amount-limit", Sending(900_000_000, "JPY")),
        Alerts("tier-period-limit", Tier1 with { SendAmount = Money.Of(100, "USD") },
            "1.00 USD within 24 hours (limit 3900.00 USD) and 10000.01 USD within 30 days (limit 10000.00 USD) on "
            + "KYC tier 1.", ("sum(sender, 24h, sendAmount)", Sum(100, "USD")),
            ("sum(sender, 30d, sendAmount)", Sum(1_000_001, "USD"))),
        Alerts("tier-period-limit", Tier1, "3000.01 GBP within 24 hours (limit 3000.00 GBP) and 3000.01 GBP within "
            + "30 days (limit 8000.00 GBP) on KYC tier 1.", ("sum(sender, 24h, sendAmount)", Sum(300_001)),
            ("sum(sender, 30d, sendAmount)", Sum(300_001))),
        Alerts("tier-period-limit", Tier1, "1.00 GBP within 24 hours (limit 3000.00 GBP) and 8000.01 GBP within "
            + "30 days (limit 8000.00 GBP) on KYC tier 1.", ("sum(sender, 24h, sendAmount)", Sum(100)),
            ("sum(sender, 30d, sendAmount)", Sum(800_001))),
        Quiet("tier-period-limit", Tier1, ("sum(sender, 24h, sendAmount)", Sum(300_000)),
            ("sum(sender, 30d, sendAmount)", Sum(800_000))),
        Alerts("velocity", Facts, "The sender made 4 transfers within an hour, 4 within 24 hours and 4 within 7 days.",
            ("count(sender, 1h)", Count(4)), ("count(sender, 24h)", Count(4)), ("count(sender, 7d)", Count(4))),
        Alerts("velocity", Facts, "The sender made 1 transfers within an hour, 7 within 24 hours and 7 within 7 days.",
            ("count(sender, 1h)", Count(1)), ("count(sender, 24h)", Count(7)), ("count(sender, 7d)", Count(7))),
        Quiet("velocity", Facts,
            ("count(sender, 1h)", Count(3)), ("count(sender, 24h)", Count(6)), ("count(sender, 7d)", Count(15))),
        Alerts("structuring", Sending(99_000),
            "990.00 GBP is just under 1000.00 GBP, as are 3 of the sender's transfers within 7 days, 2890.00 GBP "
            + "together.", ("count(sender, 7d, between(900.00 GBP, 1000.00 GBP))", Count(3)),
            ("sum(sender, 7d, sendAmount, between(900.00 GBP, 1000.00 GBP))", Sum(289_000))),
        Alerts("structuring", Sending(299_000, "USD"),
            "2990.00 USD is just under 3000.00 USD, as are 2 of the sender's transfers within 7 days, 5980.00 USD "
            + "together.", ("count(sender, 7d, between(2700.00 USD, 3000.00 USD))", Count(2)),
            ("sum(sender, 7d, sendAmount, between(2700.00 USD, 3000.00 USD))", Sum(598_000, "USD"))),
        Quiet("structuring", Sending(100_000), NearThousand(3, 289_000)),
        Quiet("structuring", Sending(89_999), NearThousand(3, 289_000)),
        Quiet("structuring", Sending(99_000), NearThousand(1, 99_000)),
        Alerts("many-to-one", Facts, "4 senders made 5 transfers to this beneficiary within 7 days.",
            ("distinct(beneficiary, 7d, sender)", Count(4)), ("count(beneficiary, 7d)", Count(5))),
        Quiet("many-to-one", Facts,
            ("distinct(beneficiary, 7d, sender)", Count(3)), ("count(beneficiary, 7d)", Count(50))),
        Quiet("many-to-one", Facts,
            ("distinct(beneficiary, 7d, sender)", Count(4)), ("count(beneficiary, 7d)", Count(4))),
        Alerts("one-to-many", Facts, "The sender paid 4 beneficiaries within 24 hours and 4 within 30 days.",
            ("distinct(sender, 24h, beneficiary)", Count(4)), ("distinct(sender, 30d, beneficiary)", Count(4))),
        Quiet("one-to-many", Facts,
            ("distinct(sender, 24h, beneficiary)", Count(3)), ("distinct(sender, 30d, beneficiary)", Count(9))),
        Alerts("rapid-in-and-out", Sending(80_000),
            "The sender got 1000.00 GBP within 24 hours and sends 800.00 GBP on, 800.00 GBP within 24 hours.",
            Passing(1, 100_000, 80_000)),
        Alerts("rapid-in-and-out", Sending(30_000),
            "The sender got 1000.00 GBP within 24 hours and sends 300.00 GBP on, 800.00 GBP within 24 hours.",
            Passing(1, 100_000, 80_000)),
        Quiet("rapid-in-and-out", Sending(79_999), Passing(1, 100_000, 79_999)),
        Quiet("rapid-in-and-out", Sending(80_000), Passing(0, 0, 80_000)),
        Alerts("dormant-then-active", Sending(50_000),
            "500.00 GBP within 7 days, 500.00 GBP of it now: the last transfer before was 180 days ago.",
            Waking(180, 50_000)),
        Alerts("dormant-then-active", Sending(30_000),
            "500.00 GBP within 7 days, 300.00 GBP of it now: the last transfer before was 186 days ago.",
            Waking(186, 50_000)),
        Alerts("dormant-then-active", Sending(8_000_000, "KES"),
            "80000.00 KES within 7 days, 80000.00 KES of it now: the last transfer before was 180 days ago.",
            ("previous(sender, 7d)", At(TimeSpan.FromDays(180))),
            ("sum(sender, 7d, sendAmount)", Sum(8_000_000, "KES"))),
        Quiet("dormant-then-active", Sending(49_999), Waking(180, 49_999)),
        Quiet("dormant-then-active", Sending(50_000), Waking(179, 50_000)),
        Quiet("dormant-then-active", Sending(50_000),
            ("previous(sender, 7d)", None), ("sum(sender, 7d, sendAmount)", Sum(50_000))),
        Alerts("round-amounts", Sending(20_000),
            "200.00 GBP is one of 3 transfers within 7 days of whole multiples of 100 GBP, 600.00 GBP together.",
            Round("100.00 GBP", 3, 60_000, "GBP")),
        Alerts("round-amounts", Sending(1_500_000, "UGX"),
            "1500000 UGX is one of 3 transfers within 7 days of whole multiples of 500000 UGX, 4500000 UGX together.",
            Round("500000 UGX", 3, 4_500_000, "UGX")),
        Quiet("round-amounts", Sending(20_000), Round("100.00 GBP", 2, 40_000, "GBP")),
        Quiet("round-amounts", Sending(20_001), Round("100.00 GBP", 3, 60_000, "GBP")),
        Quiet("round-amounts", Sending(1_400_000, "UGX"), Round("500000 UGX", 3, 4_500_000, "UGX")),
        Alerts("new-beneficiary-on-risky-corridor", To,
            "The first transfer of this sender to this beneficiary goes from GB to MM.", ("previous(pair)", None)),
        Quiet("new-beneficiary-on-risky-corridor", To, ("previous(pair)", At(TimeSpan.FromDays(300)))),
        Quiet("new-beneficiary-on-risky-corridor", Facts, ("previous(pair)", None)),
        Alerts("shared-device", Device, "3 senders paid from this device within 30 days.",
            ("distinct(device, 30d, sender)", Count(3))),
        Quiet("shared-device", Device, ("distinct(device, 30d, sender)", Count(2))),
        Quiet("shared-device", Facts, ("distinct(device, 30d, sender)", None)),
        Alerts("shared-phone", Phone, "3 senders gave this phone within 30 days.",
            ("distinct(phone, 30d, sender)", Count(3))),
        Quiet("shared-phone", Phone, ("distinct(phone, 30d, sender)", Count(2))),
        Alerts("payout-name-mismatch", Mismatch,
            "The provider says that the account's name is not the beneficiary's: NO_MATCH."),
        Quiet("payout-name-mismatch", Facts with { NameMatch = "CLOSE_MATCH" }),
        Quiet("payout-name-mismatch", Mismatch with { PayoutMethod = PayoutMethod.CashPickup }),
        Quiet("payout-name-mismatch", Facts),
    ];

    public static TheoryData<int> AllCases() => [.. Enumerable.Range(0, Cases.Length)];

    [Theory]
    [MemberData(nameof(AllCases))]
    public void A_shipped_rule_alerts_where_it_should_and_just_does_not_where_not(int number)
    {
        var one = Cases[number];
        var rule = Compile(RuleLibrary.All.Single(rule => rule.Key == one.Key).Text);

        var answer = rule.Try(one.Facts, one.Figures);

        answer.ShouldBe(one.Explanation is null
            ? new RuleAnswer(RuleVerdict.NotMatched, null)
            : new RuleAnswer(RuleVerdict.Matched, one.Explanation), one.Key);
        if (rule.Concerns(one.Facts))
            one.Figures.Keys.Order(StringComparer.Ordinal).ShouldBe(
                rule.WindowsFor(one.Facts).Select(window => window.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_shipped_rule_has_a_case_on_either_side()
    {
        RuleLibrary.All.Count.ShouldBe(13);
        foreach (var rule in RuleLibrary.All)
        {
            Cases.ShouldContain(one => one.Key == rule.Key && one.Explanation != null, rule.Key);
            Cases.ShouldContain(one => one.Key == rule.Key && one.Explanation == null, rule.Key);
        }
    }

    /// <summary>For each currency that a rule of limits takes it has a limit.</summary>
    [Theory]
    [InlineData("tier-amount-limit")]
    [InlineData("tier-period-limit")]
    [InlineData("structuring")]
    [InlineData("dormant-then-active")]
    [InlineData("round-amounts")]
    public void A_shipped_limit_is_there_for_every_currency_that_the_rule_is_for(string key)
    {
        var rule = Compile(RuleLibrary.All.Single(rule => rule.Key == key).Text);
        var taken = Currency.All.Where(one => rule.Concerns(Sending(1, one.Code))).ToArray();
        taken.Length.ShouldBe(10);
        foreach (var currency in taken)
        {
            var figures = rule.WindowsFor(Sending(1, currency.Code)).ToDictionary(window => window.Name, window =>
                window.Name.StartsWith("sum", StringComparison.Ordinal) ? Sum(1, currency.Code)
                : window.Name.StartsWith("count", StringComparison.Ordinal) ? Count(2) : At(TimeSpan.FromDays(181)));
            rule.Try(Sending(1, currency.Code), figures).Verdict.ShouldBe(RuleVerdict.NotMatched, currency.Code);
            rule.Try(Sending(100_000_000_000, currency.Code), figures).Verdict.ShouldNotBe(
                RuleVerdict.Undecided, currency.Code);
        }
    }

    /// <summary>Two currencies in a period are no reason to let it through.</summary>
    [Fact]
    public void A_shipped_rule_that_cannot_add_up_is_undecided() =>
        Compile(RuleLibrary.All.Single(rule => rule.Key == "tier-period-limit").Text).Try(
            Facts, new Dictionary<string, Figure>
            {
                ["sum(sender, 24h, sendAmount)"] = Figure.NotKnown("it holds other currencies"),
                ["sum(sender, 30d, sendAmount)"] = Figure.NotKnown("it holds other currencies"),
            }).ShouldBe(new RuleAnswer(
                RuleVerdict.Undecided, "This could not be decided: it holds other currencies."));

    private static (string, Figure)[] NearThousand(long count, long minorUnits) =>
    [
        ("count(sender, 7d, between(900.00 GBP, 1000.00 GBP))", Count(count)),
        ("sum(sender, 7d, sendAmount, between(900.00 GBP, 1000.00 GBP))", Sum(minorUnits)),
    ];

    private static (string, Figure)[] Passing(long count, long received, long sent) =>
    [
        ("count(incoming, 24h)", Count(count)), ("sum(incoming, 24h, receiveAmount)", Sum(received)),
        ("sum(sender, 24h, sendAmount)", Sum(sent)),
    ];

    private static (string, Figure)[] Waking(int days, long sent) =>
        [("previous(sender, 7d)", At(TimeSpan.FromDays(days))), ("sum(sender, 7d, sendAmount)", Sum(sent))];

    private static (string, Figure)[] Round(string unit, long count, long minorUnits, string currency) =>
    [
        ($"count(sender, 7d, roundTo({unit}))", Count(count)),
        ($"sum(sender, 7d, sendAmount, roundTo({unit}))", Sum(minorUnits, currency)),
    ];

    private static Case Alerts(
        string key, RuleFacts facts, string explanation, params (string, Figure)[] figures) =>
        new(key, facts, explanation, figures.ToDictionary());

    private static Case Quiet(string key, RuleFacts facts, params (string, Figure)[] figures) =>
        new(key, facts, null, figures.ToDictionary());

    private sealed record Case(
        string Key, RuleFacts Facts, string? Explanation, IReadOnlyDictionary<string, Figure> Figures);
}
