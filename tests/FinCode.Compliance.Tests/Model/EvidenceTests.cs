using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Contracts;

namespace FinCode.Compliance.Tests.Model;

/// <summary>When a later round holds for nothing that an earlier one did not hold for.</summary>
public sealed class EvidenceTests
{
    private static readonly ScreeningTerms Terms = new(
        new([.. Excerpt.Content.Entries]), PolicyContent.Default, new HashSet<string>());

    private static readonly RuleHit Rule = new(
        Guid.NewGuid(), 1, "velocity", RuleEffect.Hold, false, [], 0, "5 transfers in 24 h.");

    private static readonly CountryCheck Country = new(
        PartyRole.Sender, CountrySource.Nationality, "MM", CountryEffect.Review, 3);

    private static readonly ReleaseTerms Nobody = new([]);

    private static readonly Party Listed = new(
        PartyId.New(), 1, PartyKinds.Person, "Temirbek Zarkhovan", new DateOnly(1964, 10, 7), "RU", null, null);

    private static readonly Evidence Earlier = Of(Listed, Terms) with
    {
        Rules = [Rule], Countries = [Country],
    };

    [Fact]
    public void The_same_found_again_is_nothing_beyond()
    {
        var again = Of(Listed, Terms with { Earlier = Earlier }) with
        {
            Rules = [Rule with { Documents = [] }], Countries = [Country with { PolicyLine = 7 }],
            ListVersion = 2, PolicyVersion = 2,
        };

        again.NeedsReview().ShouldBeTrue();
        again.HoldsNothingBeyond(Earlier).ShouldBeTrue();
        (again with { Rules = [], Countries = null, Parties = [] }).HoldsNothingBeyond(Earlier).ShouldBeTrue();
        (again with { ReleasedBy = CaseId.New() }).NeedsReview().ShouldBeFalse();
    }

    [Fact]
    public void With_another_salt_nothing_is_the_same() =>
        Of(Listed, Terms).HoldsNothingBeyond(Earlier).ShouldBeFalse();

    public static TheoryData<string> Changes { get; } = [.. Changed.Keys];

    private static Dictionary<string, Func<Evidence, Evidence>> Changed => new()
    {
        ["algorithm"] = one => one with { AlgorithmVersion = one.AlgorithmVersion + 1 },
        ["customer case"] = one => one with { CustomerCases = [CaseId.New()] },
        ["another rule"] = one => one with { Rules = [Rule with { RuleId = Guid.NewGuid() }] },
        ["version of the rule"] = one => one with { Rules = [Rule with { Version = 2 }] },
        ["figures of the rule"] = one => one with { Rules = [Rule with { Explanation = "6 transfers in 24 h." }] },
        ["effect of the rule"] = one => one with { Rules = [Rule with { Effect = RuleEffect.Block }] },
        ["decided rule"] = one => one with { Rules = [Rule with { Undecided = true }] },
        ["country"] = one => one with { Countries = [Country with { Country = "IR" }] },
        ["effect of the country"] = one => one with { Countries = [Country with { Effect = CountryEffect.Block }] },
        ["place of the country"] = one => one with { Countries = [Country with { Source = CountrySource.Address }] },
        ["role"] = one => WithParty(one, party => party with { Role = PartyRole.Beneficiary }),
        ["party"] = one => WithParty(one, party => party with { PartyId = PartyId.New() }),
        ["details"] = one => WithParty(one, party => party with { Commitment = new string('0', 64) }),
        ["another name"] = one => WithParty(one, party => party with { Name = ScreenedName.Payer }),
        ["unreadable"] = one => WithParty(one, party => party with { IsComparable = false }),
        ["more than are kept"] = one => WithParty(one, party => party with { HitCount = party.HitCount + 1 }),
        ["entry"] = one => WithHit(one, hit => hit with { EntryId = "other" }),
        ["list"] = one => WithHit(one, hit => hit with { List = "UN" }),
        ["content of the entry"] = one => WithHit(one, hit => hit with { EntryHash = "other" }),
        ["no content known"] = one => WithHit(one, hit => hit with { EntryHash = null }),
        ["kind of list"] = one => WithHit(one, hit => hit with { IsPep = true }),
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Anything_else_is_beyond(string change) =>
        Changed[change](Earlier).HoldsNothingBeyond(Earlier).ShouldBeFalse();

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_customers_case_answers_no_more_than_it_showed(string change)
    {
        var shown = Earlier with { Rules = [], Countries = null };

        // Which cases hold it is asked of the database; that details are the same follows from the party's version.
        Changed[change](shown).IsAnsweredBy(shown, Nobody).ShouldBe(change is "customer case" or "details");
    }

    [Fact]
    public void A_customers_case_answers_for_one_version_and_for_somebody_exposed_only_when_it_is_another()
    {
        var shown = Earlier with { Rules = [], Countries = null };
        var exposed = WithHit(shown, hit => hit with { IsPep = true });
        var (party, hit) = (exposed.Parties[0], exposed.Parties[0].Hits[0]);

        shown.IsAnsweredBy(shown, Nobody).ShouldBeTrue();
        WithParty(shown, one => one with { PartyVersion = 2 }).IsAnsweredBy(shown, Nobody).ShouldBeFalse();
        exposed.IsAnsweredBy(exposed, Nobody).ShouldBeFalse();
        exposed.IsAnsweredBy(exposed, new ReleaseTerms([new SuppressedHit(
            party.PartyId, ScreenedName.Party, hit.List, hit.EntryId, hit.EntryHash!, "")])).ShouldBeTrue();
    }

    [Fact]
    public void A_due_diligence_covers_who_is_exposed_and_no_sanction()
    {
        var known = new PepExposure(CaseId.New(), Guid.NewGuid(), DateTimeOffset.MaxValue);
        var bare = Earlier with { Rules = [], Countries = null };
        var covered = WithHit(bare, hit => hit with { IsPep = true, Exposure = known });

        covered.NeedsReview().ShouldBeFalse();
        WithHit(covered, hit => hit with { IsPep = false }).Reasons.ShouldBe([ReviewReason.Sanctions]);
        WithParty(covered, party => party with { HitCount = party.HitCount + 1 }).NeedsReview().ShouldBeTrue();
        var awaited = WithHit(covered, hit => hit with { Exposure = known with { DueDiligenceId = null } });
        awaited.Reasons.ShouldBe([ReviewReason.DueDiligence]);
        awaited.Parties[0].HasUnknownHits.ShouldBeFalse();
        bare.Parties[0].HasUnknownHits.ShouldBeTrue();
    }

    [Fact]
    public void What_was_suppressed_then_was_let_pass_by_nobody_here()
    {
        var suppressed = WithHit(Earlier, hit => hit with { SuppressedBy = Id<SuppressionKind>.New() });

        Earlier.HoldsNothingBeyond(suppressed).ShouldBeFalse();
        suppressed.HoldsNothingBeyond(Earlier).ShouldBeTrue();
    }

    [Fact]
    public void What_only_warns_holds_nothing() =>
        (Earlier with { Rules = [Rule with { Effect = RuleEffect.Warn, Version = 9 }] })
            .HoldsNothingBeyond(Earlier).ShouldBeTrue();

    private static Evidence Of(Party party, ScreeningTerms terms) => new(
        Screener.AlgorithmVersion, 1, 1, 85, PartyScreener.Screen(party, PartyRole.Sender, terms), []);

    private static Evidence WithParty(Evidence evidence, Func<PartyEvidence, PartyEvidence> change) =>
        evidence with { Parties = [change(evidence.Parties[0])] };

    private static Evidence WithHit(Evidence evidence, Func<ListHit, ListHit> change) =>
        WithParty(evidence, party => party with { Hits = [change(party.Hits[0])] });
}
