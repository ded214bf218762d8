using CsCheck;
using FinCode.Transactions.Model;

namespace FinCode.Transactions.Tests.Model;

public sealed class PcnTests
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    [Fact]
    public void A_reference_has_eleven_clear_characters_and_passes_its_check()
    {
        for (var i = 0; i < 1000; i++)
        {
            var pcn = Pcn.New();
            pcn.Length.ShouldBe(Pcn.Length);
            pcn.ShouldAllBe(c => Alphabet.Contains(c, StringComparison.Ordinal));
            Pcn.IsValid(pcn).ShouldBeTrue();
        }
    }

    [Fact]
    public void References_do_not_repeat() =>
        Enumerable.Range(0, 20_000).Select(_ => Pcn.New()).Distinct().Count().ShouldBe(20_000);

    [Fact]
    public void One_wrong_character_never_passes() =>
        Gen.Select(Gen.Int[0, Pcn.Length - 1], Gen.Int[1, Alphabet.Length - 1]).Sample((at, shift) =>
        {
            var characters = Pcn.New().ToCharArray();
            characters[at] = Alphabet[(Alphabet.IndexOf(characters[at], StringComparison.Ordinal)
                + shift) % Alphabet.Length];
            return !Pcn.IsValid(new string(characters));
        });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123456789")]
    [InlineData("IIIIIIIIIII")]
    [InlineData("00000000000000")]
    public void What_is_no_reference_is_refused(string? text) => Pcn.IsValid(text).ShouldBeFalse();
}
