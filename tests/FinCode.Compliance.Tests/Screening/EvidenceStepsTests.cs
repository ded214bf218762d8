using FinCode.Compliance.Lists;
using FinCode.Compliance.Screening;

namespace FinCode.Compliance.Tests.Screening;

public sealed class EvidenceStepsTests
{
    private static readonly ListedEntry Entry = new("TEST", "1", ListedKind.Person,
        [new ListedName("Zarkhovan Temirbek", NameStrength.Primary)], [],
        [new BirthSpan(new DateOnly(1964, 10, 7), new DateOnly(1964, 10, 7))], ["RU"],
        [new ListedIdentifier(IdentifierType.Passport, "71 2345678", "RU"),
         new ListedIdentifier(IdentifierType.SwiftBic, "ZARKRUMMXXX", null)], ListedGender.Male);

    private static readonly NameIndex Index = new([Entry]);

    [Theory]
    [InlineData("PERSON", null, 0)]
    [InlineData("ENTITY", "KIND_DIFFERS", -2_000)]
    public void Another_kind_lowers(string kind, string? code, int points) =>
        Single(new ScreenedSubject("x", Enum.Parse<ListedKind>(kind, true)), code, points);

    [Theory]
    [InlineData("1964-10-07", "BIRTH_DATE_MATCHES", 500)]
    [InlineData("1964-01-01", "BIRTH_YEAR_MATCHES", 0)]
    [InlineData("1966-01-01", "BIRTH_YEAR_NEAR", -600)]
    [InlineData("1990-01-01", "BIRTH_YEAR_DIFFERS", -1_200)]
    public void A_date_of_birth_is_evidence_for_or_against(string date, string code, int points) =>
        Single(new ScreenedSubject("x", Birth: DateOnly.Parse(date)), code, points);

    [Theory]
    [InlineData("RU", "COUNTRY_MATCHES", 200)]
    [InlineData("NG", "COUNTRY_DIFFERS", -300)]
    public void A_country_is_evidence_for_or_against(string country, string code, int points) =>
        Single(new ScreenedSubject("x", Countries: [country]), code, points);

    [Theory]
    [InlineData(ListedGender.Male, "GENDER_MATCHES", 0)]
    [InlineData(ListedGender.Female, "GENDER_DIFFERS", -1_000)]
    public void A_gender_is_evidence_against(ListedGender gender, string code, int points) =>
        Single(new ScreenedSubject("x", Gender: gender), code, points);

    [Theory]
    [InlineData("712345678", IdentifierType.Passport, "RU", "IDENTIFIER_MATCHES", 9_500)]
    [InlineData("71-234 5678", null, null, "IDENTIFIER_MATCHES", 9_500)]
    [InlineData("ZARKRUMM", IdentifierType.SwiftBic, null, "IDENTIFIER_MATCHES", 9_500)]
    [InlineData("ZARKRUMM123", IdentifierType.SwiftBic, null, "IDENTIFIER_MATCHES", 9_500)]
    [InlineData("719999999", IdentifierType.Passport, "RU", "IDENTIFIER_DIFFERS", -500)]
    [InlineData("719999999", IdentifierType.Passport, "NG", null, 0)]
    [InlineData("712345678", IdentifierType.Passport, "NG", null, 0)]
    [InlineData("712345678", IdentifierType.Imo, null, null, 0)]
    public void An_identifier_is_compared_with_its_kind(
        string value, IdentifierType? type, string? country, string? code, int points) =>
        Single(new ScreenedSubject("x", Identifiers: [new GivenIdentifier(type, value, country)]), code, points);

    [Fact]
    public void Nothing_known_is_no_evidence() => Single(new ScreenedSubject("x"), null, 0);

    [Fact]
    public void An_equal_identifier_identifies_whatever_the_name_and_a_hit_recomputes()
    {
        var hit = Screener.Find(new ScreenedSubject("Somebody Else",
            Identifiers: [new GivenIdentifier(IdentifierType.SwiftBic, "ZARK RU MM", null)]), Index, 85)
            .Hits.ShouldHaveSingleItem();

        hit.NameScore.ShouldBe(0);
        hit.Score.ShouldBe(95);
        ExplainedScore.OfHit(hit).ShouldBe(9_500);
    }

    [Fact]
    public void An_equal_identifier_is_not_argued_away_by_what_else_differs()
    {
        var hit = Screener.Find(new ScreenedSubject("Somebody Else", ListedKind.Entity, new DateOnly(1990, 1, 1),
            ["NG"], Identifiers: [new GivenIdentifier(IdentifierType.SwiftBic, "ZARK RU MM", null)]), Index, 85)
            .Hits.ShouldHaveSingleItem();

        hit.Score.ShouldBe(95);
        ExplainedScore.OfHit(hit).ShouldBe(9_500);
    }

    private static void Single(ScreenedSubject subject, string? code, int points)
    {
        var steps = EvidenceSteps.For(subject, Entry, NameStrength.Primary);
        if (code is null)
            steps.ShouldBeEmpty();
        else
            steps.ShouldHaveSingleItem().ShouldBe(new EvidenceStep(code, points));
    }
}
