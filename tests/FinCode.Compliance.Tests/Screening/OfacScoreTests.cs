using FinCode.Compliance.Screening;

namespace FinCode.Compliance.Tests.Screening;

public sealed class OfacScoreTests
{
    [Theory]
    [InlineData("Robert", "R163")]
    [InlineData("Rupert", "R163")]
    [InlineData("Ashcraft", "A261")]
    [InlineData("Tymczak", "T522")]
    [InlineData("Pfister", "P236")]
    [InlineData("Honeyman", "H555")]
    [InlineData("Lee", "L000")]
    public void Soundex_is_the_one_of_the_national_archives(string word, string code) =>
        OfacScore.Soundex(word.ToUpperInvariant()).ShouldBe(code);

    [Theory]
    [InlineData("MARTHA", "MARHTA", 9_610)]
    [InlineData("DIXON", "DICKSONX", 8_132)]
    public void Jaro_Winkler_gives_the_published_examples(string one, string other, int expected) =>
        OfacScore.JaroWinkler(one, other).ShouldBeInRange(expected - 5, expected + 5);

    [Theory]
    [InlineData("Samuel Okonjo", "OKONJO, Samuel", 100)]
    [InlineData("Okonjo", "OKONJO, Samuel", 100)]
    public void Parts_are_compared_whatever_their_order(string query, string listed, int expected) =>
        OfacScore.Of(query, listed).ShouldBe(expected);

    [Fact]
    public void A_slip_lowers_it_a_little() =>
        OfacScore.Of("Samwel Okonjo", "OKONJO, Samuel").ShouldBeInRange(90, 99);

    [Fact]
    public void Another_name_scores_low() => OfacScore.Of("Xyz", "OKONJO, Samuel").ShouldBeLessThan(50);

    [Fact]
    public void Nothing_to_compare_scores_nothing() => OfacScore.Of("---", "OKONJO").ShouldBe(0);
}
