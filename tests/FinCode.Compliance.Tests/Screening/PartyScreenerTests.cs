using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Contracts;

namespace FinCode.Compliance.Tests.Screening;

public sealed class PartyScreenerTests
{
    private static readonly ListedEntry ListedBank = new("OWN", "bank", ListedKind.Entity,
        [new ListedName("Quimera Merchant Bank", NameStrength.Primary)], ["DEMO"], [], ["TH"],
        [new ListedIdentifier(IdentifierType.SwiftBic, "QUIMTHBK", null)]);

    private static readonly NameIndex Index = new([.. Excerpt.Content.Entries, ListedBank]);

    private static readonly ScreeningTerms Terms = new(Index, PolicyContent.Default, new HashSet<string>());

    [Theory]
    [InlineData("QUIMTHBK", null, null)]
    [InlineData("quimthbk123", null, null)]
    [InlineData(null, "QUIM TH BK XXX", null)]
    [InlineData("QUIMTHBK", null, "Some Other Bank")]
    [InlineData(null, null, "QUIMERA MERCHANT BANK")]
    public void A_listed_bank_is_found_by_its_bic_or_its_name(string? bic, string? code, string? name)
    {
        var bank = Bank(Person("Amina Yusuf") with { SwiftBic = bic, BankCode = code, BankName = name });

        bank.ShouldNotBeNull().IsComparable.ShouldBeTrue();
        var hit = bank.Hits.ShouldHaveSingleItem();
        hit.EntryId.ShouldBe("bank");
        hit.Score.ShouldBe(ExplainedScore.OfHit(hit) / 100m);
        hit.Steps.Any(step => step.Code == "IDENTIFIER_MATCHES").ShouldBe(bic is not null || code is not null);
    }

    [Theory]
    [InlineData("QUIMGBBK", null)]
    [InlineData("QUIMTHBL", null)]
    [InlineData(null, "058")]
    public void Another_bank_is_none(string? bic, string? code)
    {
        var bank = Bank(Person("Amina Yusuf") with { SwiftBic = bic, BankCode = code });

        (bank?.NeedsReview ?? false).ShouldBeFalse();
    }

    [Fact]
    public void What_says_to_be_a_bic_and_is_none_is_for_a_person_to_look_at() =>
        Bank(Person("Amina Yusuf") with { SwiftBic = "QUIMERA" }).ShouldNotBeNull().IsComparable.ShouldBeFalse();

    [Fact]
    public void Countries_are_read_from_party_address_bic_and_iban()
    {
        var party = Person("Amina Yusuf") with
        {
            Country = "GB", Nationality = "IR", Address = "4 Cuba Street, Juba, South Sudan", SwiftBic = "ABCDMM2X",
            BankCode = "EFGHKPPY", IbanCountry = "DE",
        };

        CountryScreener.Screen(party, PartyRole.Beneficiary, PolicyContent.Default)
            .Select(check => (check.Source, check.Country, check.Effect)).ShouldBe(
            [
                (CountrySource.Residence, "GB", null), (CountrySource.Nationality, "IR", CountryEffect.Block),
                (CountrySource.Address, "CU", null), (CountrySource.Address, "SS", null),
                (CountrySource.Bank, "MM", CountryEffect.Review), (CountrySource.Bank, "KP", CountryEffect.Block),
                (CountrySource.Bank, "DE", null),
            ]);
    }

    [Theory]
    [InlineData("12 Valiasr-Tehran-Iran", "IR")]
    [InlineData("Tehran.Iran", "IR")]
    [InlineData("Tehran|IRAN:1", "IR")]
    [InlineData("Tehran\u00a0Iran", "IR")]
    [InlineData("Tehran, 𝐈𝐫𝐚𝐧", "IR")]
    [InlineData("Bissau, Guinea-Bissau", "GW")]
    [InlineData("Abidjan - Cote d'Ivoire", "CI")]
    [InlineData("Dubai, U.A.E.", "AE")]
    public void A_country_in_an_address_is_read_whatever_stands_around_it(string address, string country) =>
        CountryScreener.InAddress(address).ShouldBe([country]);

    [Fact]
    public void Names_in_an_address_a_note_and_a_relationship_are_found_and_so_is_whoever_paid()
    {
        var sender = Person("Amina Yusuf") with { Address = "c/o Kestrel Harbour Trading LLC, 1 Stand-in Street" };
        var texts = new TransferTexts("for Temirbek Zarkhovan", "brother of Samuel Okonjo", "Jean-Baptiste Duvalcroix");

        PartyEvidence[] all =
            [.. PartyScreener.Screen(sender, PartyRole.Sender, Terms), .. PartyScreener.Screen(texts, sender, Terms)];

        all.Select(one => (one.Name, one.Direction, Entry: one.Hits.SingleOrDefault()?.EntryId)).ShouldBe(
        [
            (ScreenedName.Party, ScreeningDirection.Sender, null),
            (ScreenedName.Address, ScreeningDirection.Address, "9000003"),
            (ScreenedName.Note, ScreeningDirection.FreeText, "9000001"),
            (ScreenedName.Relationship, ScreeningDirection.FreeText, "9000002"),
            (ScreenedName.Payer, ScreeningDirection.Sender, "9000016"),
        ]);
        PartyScreener.Screen(texts with { PayerName = "Amina Yusuf" }, sender, Terms)
            .ShouldNotContain(one => one.Name == ScreenedName.Payer);
    }

    [Fact]
    public void What_only_reaches_the_floor_is_kept_and_alerts_nobody_until_a_line_says_so()
    {
        // The name matches; date of birth, country and kind speak against it.
        var party = Person("Samuel Okonjo") with { DateOfBirth = new DateOnly(1991, 3, 2), Country = "GB" };
        var policy = PolicyContent.Default with { ReviewThreshold = 90 };

        var kept = Single(party, Terms with { Policy = policy });
        kept.NeedsReview.ShouldBeFalse();
        kept.Hits.ShouldBeEmpty();
        var near = kept.Near.ShouldNotBeNull().ShouldHaveSingleItem();
        (near.EntryId, near.Threshold, near.PolicyLine, kept.Floor).ShouldBe(("9000002", 90m, null, 75m));
        var line = new ThresholdLine(near.List, ListedKind.Person, null, "GB", "NG", 80);
        var lined = Terms with { Policy = policy with { Thresholds = [line] } };
        Single(party, lined).NeedsReview.ShouldBeFalse();
        var hit = Single(party, lined with { Corridor = new Corridor("GB", "NG") }).Hits.ShouldHaveSingleItem();
        (hit.Threshold, hit.PolicyLine).ShouldBe((80m, 1));
    }

    [Fact]
    public void A_hit_on_a_list_of_exposed_persons_is_due_diligence_and_suggests_nothing()
    {
        var found = PartyScreener.Screen(Person("Temirbek Zarkhovan"), PartyRole.Sender,
            Terms with { PepLists = new HashSet<string> { "OFAC_SDN" } });
        var evidence = new Evidence(Screener.AlgorithmVersion, 1, 1, 85, found, []);

        evidence.Reasons.ShouldBe([ReviewReason.DueDiligence]);
        evidence.NeedsReview().ShouldBeTrue();
        evidence.Suggestion().ShouldBeNull();
    }

    [Fact]
    public void A_word_one_letter_away_from_a_form_of_company_that_is_near_to_names_stays_a_word()
    {
        foreach (var name in new[] { "Serhad", "Berhat", "Joynt" })
            NameNormalizer.Normalize($"{name} Yilmaz").Tokens[0].Class.ShouldBe(TokenClass.Word, name);
        NameNormalizer.Normalize("Lunavara Berhad").Tokens[1].Class.ShouldBe(TokenClass.LegalForm);
        NameNormalizer.Normalize("Lunavara Limitd").Tokens[1].Class.ShouldBe(TokenClass.LegalForm);
    }

    private static PartyEvidence? Bank(Party party) => PartyScreener.Screen(party, PartyRole.Beneficiary, Terms)
        .SingleOrDefault(one => one.Name == ScreenedName.Bank);

    private static PartyEvidence Single(Party party, ScreeningTerms terms) =>
        PartyScreener.Screen(party, PartyRole.Sender, terms).ShouldHaveSingleItem();

    private static Party Person(string name) => new(PartyId.New(), 1, PartyKinds.Person, name, null, null, null, null);
}
