using FinCode.Benches.Screening;
using FinCode.Compliance.Screening.Scripts;

namespace FinCode.Benches.Tests.Screening;

public sealed class NameRewritesTests
{
    private const string Name = "AL-ZARKHOVÁNI, Temirbek Ali";

    [Fact]
    public void A_rewritten_name_keeps_its_letters()
    {
        var rewrites = new NameRewrites(7);
        foreach (var how in Enum.GetValues<Rewriting>())
            for (var i = 0; i < 200; i++)
                LettersOf(rewrites.Write(Name, how)).ShouldBe(LettersOf(Name), $"{how}");
    }

    [Fact]
    public void Every_way_is_what_it_is_called()
    {
        var rewrites = new NameRewrites(7);
        rewrites.Write(Name, Rewriting.Reversed).ShouldBe("Ali Temirbek AL-ZARKHOVÁNI");
        rewrites.Write(Name, Rewriting.Hyphens).ShouldBe("AL-ZARKHOVÁNI-Temirbek-Ali");
        rewrites.Write(Name, Rewriting.LastFirst).ShouldBe("Ali, AL-ZARKHOVÁNI Temirbek");
        rewrites.Write(Name, Rewriting.WithoutAccents).ShouldBe("AL-ZARKHOVANI, Temirbek Ali");
        var accented = Enumerable.Range(0, 200).Select(_ => rewrites.Write(Name, Rewriting.Accented)).ToArray();
        accented.ShouldContain(name => name.Contains('\u0301'));
        accented.ShouldContain(name => name.Contains('é'));
        rewrites.Write("Ali", Rewriting.Apostrophes).Length.ShouldBe(4);
        rewrites.Write(Name, Rewriting.Spaced).ShouldNotContain('-');
        Enumerable.Range(0, 200).Select(_ => rewrites.Write(Name, Rewriting.Shuffled).ToUpperInvariant()).Distinct()
            .Count().ShouldBe(6);
    }

    [Fact]
    public void A_single_word_stays_one() =>
        new NameRewrites(7).Write("Zarkhovan", Rewriting.LastFirst).ShouldBe("Zarkhovan");

    private static string LettersOf(string text) => string.Concat(text.Select(char.ToUpperInvariant)
        .Select(letter => LatinLetters.Of(letter) ?? $"{letter}").Where(letter => char.IsAsciiLetter(letter[0]))
        .Order(StringComparer.Ordinal));
}
