using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Contracts;

namespace FinCode.Compliance.Tests.Screening;

public sealed class NameMatchingTests
{
    private static readonly ScreeningTerms Terms = new(Excerpt.Index, PolicyContent.Default, new HashSet<string>());

    [Theory]
    [InlineData("Temirbek Oslanovich Zarkhovan")]
    [InlineData("ZARKHOVAN TEMIRBEK OSLANOVICH")]
    [InlineData("zarkhovan, oslanovich temirbek")]
    [InlineData("T\u00e9mirbek Osl\u00e0novich Zark\u2019hov\u00e3n")]
    [InlineData("Temirbek  Oslanovich\u00a0Zarkhovan.")]
    [InlineData("Temirbek Zarkhovan")]
    [InlineData("Temirbek Oslanovich Zarkhavan")]
    [InlineData("Temribek Oslanovich Zarkhovan")]
    [InlineData("Temirbek Petrovich Zarkhovan")]
    [InlineData("\uff34\uff25\uff2d\uff29\uff32\uff22\uff25\uff2b "
        + "\uff3a\uff21\uff32\uff2b\uff28\uff2f\uff36\uff21\uff2e")]
    [InlineData("Temir Oslanov")]
    public void The_listed_person_is_found(string name) =>
        HitsOf(Person(name)).ShouldContain(hit => hit.EntryId == "9000001");

    [Theory]
    [InlineData("Kestrel Harbour Trading")]
    [InlineData("KESTREL HARBOUR TRADING L.L.C.")]
    [InlineData("Kestrel Harbor Commodities")]
    [InlineData("Trading Harbour Kestrel Ltd")]
    public void The_listed_company_is_found(string name) =>
        HitsOf(Person(name) with { Kind = PartyKinds.Entity }).ShouldContain(hit => hit.EntryId == "9000003");

    [Theory]
    [InlineData("Temirbek Aliyev")]
    [InlineData("Samuel Adeyemi")]
    [InlineData("Ngozi Okonjo")]
    [InlineData("Maria Gonz\u00e1lez")]
    [InlineData("Jean Baptiste Laurent")]
    [InlineData("Abd al-Qahir Haddad")]
    [InlineData("Amina Yusuf")]
    [InlineData("Li Wei")]
    public void Other_people_are_cleared(string name) => HitsOf(Person(name)).ShouldBeEmpty();

    [Fact]
    public void A_name_alone_that_is_exactly_listed_scores_full() =>
        HitsOf(Person("Samuel Okonjo")).ShouldHaveSingleItem().Score.ShouldBe(100);

    [Fact]
    public void A_namesake_with_another_date_of_birth_scores_lower_and_is_still_looked_at()
    {
        var hit = HitsOf(Person("Samuel Okonjo") with { DateOfBirth = new DateOnly(1991, 3, 2), Country = "GB" })
            .ShouldHaveSingleItem();

        hit.NameScore.ShouldBe(100);
        hit.Score.ShouldBe(85);
        hit.Steps.Select(step => step.Code).ShouldBe(["BIRTH_YEAR_DIFFERS", "COUNTRY_DIFFERS"]);
    }

    [Fact]
    public void A_near_name_with_another_date_of_birth_is_cleared() =>
        HitsOf(Person("Samwel Okonjo") with { DateOfBirth = new DateOnly(1991, 3, 2) }).ShouldBeEmpty();

    [Fact]
    public void The_same_day_of_birth_and_country_raise_the_score_up_to_the_full()
    {
        var name = "Temirbek Zarkhavan";
        var alone = HitsOf(Person(name)).Single(hit => hit.EntryId == "9000001");
        var more = HitsOf(Person(name) with { DateOfBirth = new DateOnly(1964, 10, 7), Nationality = "RU" })
            .Single(hit => hit.EntryId == "9000001");

        more.Score.ShouldBe(Math.Min(100, alone.NameScore + 5 + 2));
        more.Steps.Select(step => step.Code).ShouldBe(["BIRTH_DATE_MATCHES", "COUNTRY_MATCHES"]);
    }

    [Fact]
    public void A_weak_alias_alone_counts_less()
    {
        var hit = HitsOf(Person("The Carpenter")).ShouldHaveSingleItem();

        hit.Strength.ShouldBe(NameStrength.WeakAlias);
        hit.Score.ShouldBe(90);
        HitsOf(Person("The Carpenter") with { DateOfBirth = new DateOnly(1999, 1, 1) }).ShouldBeEmpty();
    }

    [Fact]
    public void A_person_is_no_ship() => HitsOf(Person("Drifting Pelican")).ShouldBeEmpty();

    [Fact]
    public void The_bank_of_a_party_is_screened_too()
    {
        var results = PartyScreener.Screen(
            Person("Amina Yusuf") with { BankName = "Banco Mercantil de Isla Quimera S.A." },
            PartyRole.Beneficiary, Terms);

        results.Single(one => one.Name == ScreenedName.Bank).Hits.ShouldHaveSingleItem().EntryId.ShouldBe("9000007");
        results.Single(one => one.Name == ScreenedName.Party).NeedsReview.ShouldBeFalse();
    }

    [Theory]
    [InlineData("\u1797\u17bc\u1791\u17b8\u1793")]
    [InlineData("\u2d30\u2d31\u2d33 Temirbek")]
    [InlineData("---")]
    [InlineData("12345")]
    [InlineData("\u200b")]
    public void A_name_that_the_lists_cannot_clear_is_for_a_person_to_look_at(string name)
    {
        var result = PartyScreener.Screen(Person(name), PartyRole.Sender, Terms).ShouldHaveSingleItem();

        result.IsComparable.ShouldBeFalse();
        result.NeedsReview.ShouldBeTrue();
    }

    [Fact]
    public void A_name_of_any_length_is_answered()
    {
        foreach (var name in new[] { string.Join(' ', Enumerable.Repeat("Zarkhovan", 5_000)), new string('Z', 50_000) })
        {
            PartyScreener.Screen(Person(name), PartyRole.Sender, Terms).ShouldHaveSingleItem()
                .NeedsReview.ShouldBeTrue();
        }
    }

    [Fact]
    public void The_score_can_be_computed_again_from_what_is_stored()
    {
        var stored = System.Text.Json.JsonSerializer.Serialize(
            HitsOf(Person("Temirbek Oslanovich Zarkhavan") with { Country = "KZ" }), ContractJson.Options);
        var hits = System.Text.Json.JsonSerializer.Deserialize<List<ListHit>>(stored, ContractJson.Options)!;

        foreach (var hit in hits.ShouldNotBeNull())
        {
            hit.NameScore.ShouldBe(ExplainedScore.OfNames(hit.Comparison) / 100m);
            hit.Score.ShouldBe(ExplainedScore.OfHit(hit) / 100m);
        }
        hits.ShouldNotBeEmpty();
    }

    [Fact]
    public void What_is_stored_holds_none_of_the_words_of_the_party()
    {
        var party = Person("Temirbek Oslanovich Zarkhavan") with
        {
            DateOfBirth = new DateOnly(1966, 6, 5),
            Country = "KZ",
        };
        var stored = System.Text.Json.JsonSerializer.Serialize(
            PartyScreener.Screen(party, PartyRole.Sender, Terms), ContractJson.Options);

        stored.ShouldContain("9000001");
        foreach (var secret in new[] { "Zarkhavan", "1966", "\"KZ\"" })
            stored.ShouldNotContain(secret, Shouldly.Case.Insensitive);
    }

    [Fact]
    public void The_same_party_and_lists_give_the_same_hits_and_another_commitment()
    {
        var first = PartyScreener.Screen(Person("Samuel Okonjo"), PartyRole.Sender, Terms).Single();
        var second = PartyScreener.Screen(Person("Samuel Okonjo"), PartyRole.Sender, Terms).Single();

        System.Text.Json.JsonSerializer.Serialize(second.Hits)
            .ShouldBe(System.Text.Json.JsonSerializer.Serialize(first.Hits));
        second.Commitment.ShouldNotBe(first.Commitment);
    }

    private static IReadOnlyList<ListHit> HitsOf(Party party) =>
        PartyScreener.Screen(party, PartyRole.Sender, Terms).Single().Hits;

    private static Party Person(string name) => new(PartyId.New(), 1, PartyKinds.Person, name, null, null, null, null);
}
