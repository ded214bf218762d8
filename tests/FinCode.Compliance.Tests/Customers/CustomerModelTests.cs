using CsCheck;
using FinCode.Compliance.Customers.Model;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Customers;

public sealed class CustomerModelTests
{
    private static readonly DateOnly Today = new(2026, 6, 15);
    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    private static Gen<string> Pick(params string[] words) =>
        Gen.Int[0, words.Length - 1].Select(index => words[index]);

    private static Gen<RiskInputs> Inputs { get; } = Gen.Select(
        Pick("GB", "IR", "KP", "NG", "FR"), Pick("GB-NG", "GB-IR", "US-KP").Array[0, 3],
        Pick("BANK", "CASH_PICKUP", "WALLET").Array[0, 3], Gen.Int[0, 3], Gen.Int[0, 2000], Gen.Int[0, 200],
        Gen.Bool, Gen.Int[0, 100],
        (country, corridors, products, tier, days, rules, pep, answers) => new RiskInputs(
            country, country, corridors, products, tier, days, rules, pep, answers));

    private static Gen<Scorecard> Cards { get; } = Gen.Select(Gen.Int[0, 1000].Array[6], Gen.Int[1, 400],
        Gen.Int[1, 400], (points, medium, above) => new Scorecard(
        [
            new ScoreFactor(RiskFactor.Country, new Dictionary<string, int> { ["IR"] = points[0] }, null, points[1]),
            new ScoreFactor(RiskFactor.Corridor, new Dictionary<string, int> { ["*-IR"] = points[2] }),
            new ScoreFactor(RiskFactor.Tier, null, [new ScoreBand(0, points[3]), new ScoreBand(2, points[4])]),
            new ScoreFactor(RiskFactor.Pep, new Dictionary<string, int> { ["YES"] = points[5] }),
        ], medium, medium + above));

    [Fact]
    public void Shares_are_whole_follow_the_points_and_the_same_inputs_give_the_same() =>
        Gen.Select(Cards, Inputs).Sample((card, inputs) =>
        {
            var score = RiskScore.Of(card, inputs);

            score.SaysTheSameAs(RiskScore.Of(card, inputs with { })).ShouldBeTrue();
            score.Factors.Sum(one => one.Points).ShouldBe(score.Points);
            score.Factors.Sum(one => one.ShareBasisPoints).ShouldBe(score.Points == 0 ? 0 : 10_000);
            foreach (var one in score.Factors)
            {
                // Each is off by less than one ten-thousandth.
                Math.Abs((long)one.ShareBasisPoints * score.Points - one.Points * 10_000L)
                    .ShouldBeLessThan(Math.Max(1, score.Points));
            }
            score.Level.ShouldBe(score.Points >= card.HighFrom ? RiskLevel.High
                : score.Points >= card.MediumFrom ? RiskLevel.Medium : RiskLevel.Low);
        }, iter: Seeds.Rounds(2_000, 200_000));

    [Fact]
    public void The_shipped_definitions_can_be_used()
    {
        TierRules.Default.WhatIsWrong().ShouldBeEmpty();
        FormBook.Default.WhatIsWrong().ShouldBeEmpty();
        Scorecard.Default.WhatIsWrong().ShouldBeEmpty();
        TierRules.Default.FormsMissingIn(FormBook.Default).ShouldBeEmpty();
    }

    [Fact]
    public void A_document_counts_on_its_last_day_and_not_on_the_next()
    {
        List<KycEvidence> shown =
        [
            new("PASSPORT", Now, Today), new("SELFIE", Now, null), new("BANK_STATEMENT", Now, Today.AddDays(9)),
            new("UTILITY_BILL", Now, Today.AddDays(30)),
        ];

        var standing = KycStanding.Of(TierRules.Default, shown, [], Today);
        (standing.Tier, standing.ChangesOn).ShouldBe((2, Today.AddDays(1)));
        var next = KycStanding.Of(TierRules.Default, shown, [], Today.AddDays(1));
        next.Tier.ShouldBe(0);
        next.ChangesOn.ShouldBe(Today.AddDays(10));
        next.Requirements[0].State.ShouldBe(RequirementState.Expired);
        KycStanding.Of(TierRules.Default, [.. shown, new("ID_VERIFICATION", Now, Today.AddYears(1))], [],
            Today.AddDays(1)).Tier.ShouldBe(2);
    }

    [Fact]
    public void A_tier_is_not_reached_over_one_that_is_not()
    {
        List<KycEvidence> shown =
            [new("BANK_STATEMENT", Now, Today.AddDays(9)), new("UTILITY_BILL", Now, Today.AddDays(9))];

        KycStanding.Of(TierRules.Default, shown, [], Today).Tier.ShouldBe(0);
    }

    [Fact]
    public void What_was_refused_shows_until_something_newer_is_brought()
    {
        var refused = new KycAttempt("PASSPORT", Now, "UNREADABLE");
        var first = KycStanding.Of(TierRules.Default, [], [refused], Today).Requirements[0];
        (first.State, first.RefusalCode).ShouldBe((RequirementState.Refused, "UNREADABLE"));
        KycStanding.Of(TierRules.Default, [], [refused, new("DRIVERS_LICENSE", Now.AddHours(1), null)], Today)
            .Requirements[0].State.ShouldBe(RequirementState.InReview);
        KycStanding.Of(TierRules.Default, [new("PASSPORT", Now.AddHours(2), Today)], [refused], Today)
            .Requirements[0].State.ShouldBe(RequirementState.Met);
    }

    [Fact]
    public void Enquiries_pause_longer_and_longer_and_silence_is_never_an_approval()
    {
        var one = Verification.Begin(
            PartyId.New(), "provider", "who it is", "partner", Now, TimeSpan.FromSeconds(20));
        var (now, pauses) = (Now, new List<TimeSpan>());
        while (one.DueAt is { } due)
        {
            now = due;
            one.Enquiries++;
            one.Wait(VerificationState.Unknown, now, TimeSpan.FromHours(48));
            if (one.DueAt is { } next)
                pauses.Add(next - now);
            one.IsEnded.ShouldBeFalse();
            (one.OverdueAt is not null).ShouldBe(now - Now >= TimeSpan.FromHours(48));
        }
        pauses.Zip(pauses.Skip(1)).ShouldAllBe(pair => pair.First <= pair.Second);
        (pauses[0], pauses[^1]).ShouldBe((TimeSpan.FromSeconds(30), TimeSpan.FromHours(6)));
        (now - Now).ShouldBeGreaterThan(TimeSpan.FromDays(25));
        (one.State, one.Enquiries).ShouldBe((VerificationState.Unknown, Verification.MaxEnquiries));
    }

    [Theory]
    [InlineData("GB-IR", "*-IR", true)]
    [InlineData("GB-IR", "GB-*", true)]
    [InlineData("GB-IR", "GB-NG", false)]
    [InlineData("GB-IR", "*-*", true)]
    public void A_pattern_of_a_corridor_matches_either_end(string corridor, string pattern, bool matches) =>
        DefinitionLimits.Matches(pattern, corridor).ShouldBe(matches);

    [Fact]
    public void Any_bytes_are_looked_at_without_harm() => Gen.Byte.Array[0, 3000].Sample(content =>
    {
        byte[] pdf = [.. "%PDF-1.4 "u8, .. content];
        new[] { null, DocumentBytes.Pdf, DocumentBytes.Jpeg, DocumentBytes.Png }
            .ShouldContain(DocumentBytes.TypeOf(content));
        new[] { null, DocumentBytes.Pdf }.ShouldContain(DocumentBytes.TypeOf(pdf));
    }, iter: Seeds.Rounds(500, 50_000));
}
