using System.Text;
using FinCode.Compliance.Screening.Scripts;

namespace FinCode.Benches.Screening;

/// <summary>Ways in which a form holds the very name that is on a list, written differently.</summary>
internal enum Rewriting
{
    /// <summary>Words in any order, any one separator, one case, with or without accents.</summary>
    Mixed,
    Reversed,

    /// <summary>Words in any order, and letters in any case.</summary>
    Shuffled,

    /// <summary>Accents on Latin letters: combining ones, or letters that have them.</summary>
    Accented,
    WithoutAccents,

    /// <summary>Apostrophes of several kinds inside words.</summary>
    Apostrophes,

    /// <summary>Hyphens between all words.</summary>
    Hyphens,

    /// <summary>The last word, a comma, and the others.</summary>
    LastFirst,

    /// <summary>Hyphens are blanks; blanks are doubled, of several kinds, and at both ends.</summary>
    Spaced,
}

/// <summary>Names rewritten without a letter added, lost or changed, but for accents and case.</summary>
internal sealed class NameRewrites(int seed)
{
    private static readonly string[] Separators = [" ", "  ", ", ", " - ", ". ", " / ", "\u00a0", "; "];
    private static readonly string[] Blanks = [" ", "  ", "\t", "\u00a0", " \u2009"];
    private static readonly char[] Apostrophes = ['\'', '\u2019', '\u2018', '`', '\u02bc'];

    /// <summary>Grave, acute, circumflex, tilde, diaeresis, ring, caron, dot below, cedilla, ogonek.</summary>
    private static readonly char[] Accents =
        ['\u0300', '\u0301', '\u0302', '\u0303', '\u0308', '\u030a', '\u030c', '\u0323', '\u0327', '\u0328'];

    private static readonly ILookup<char, char> ComposedOf = Enumerable.Range('\u00c0', '\u1eff' - '\u00c0')
        .Where(letter => LatinLetters.Of((char)letter) is { Length: 1 })
        .ToLookup(letter => LatinLetters.Of((char)letter)![0], letter => (char)letter);

    private readonly Random _random = new(seed);

    public string Write(string name, Rewriting how)
    {
        var words = NameDamage.Words(name);
        return how switch
        {
            Rewriting.Reversed => string.Join(' ', words.Reverse()),
            Rewriting.Shuffled => InAnyCase(string.Join(' ', Shuffled(words))),
            Rewriting.Accented => Accented(name),
            Rewriting.WithoutAccents => WithoutAccents(name),
            Rewriting.Apostrophes => string.Join(' ', words.Select(WithApostrophe)),
            Rewriting.Hyphens => string.Join('-', words),
            Rewriting.LastFirst => words.Length < 2 ? name : $"{words[^1]}, {string.Join(' ', words[..^1])}",
            Rewriting.Spaced => $"  {string.Join(OneOf(Blanks), words).Replace("-", OneOf(Blanks))} ",
            _ => Mixed(words),
        };
    }

    private string Mixed(string[] words)
    {
        var text = string.Join(OneOf(Separators), _random.Next(4) > 0 ? Shuffled(words) : words);
        if (_random.Next(2) == 0)
            text = WithoutAccents(text);
        return _random.Next(3) switch
        {
            0 => text.ToUpperInvariant(),
            1 => text.ToLowerInvariant(),
            _ => text,
        };
    }

    private string[] Shuffled(string[] words)
    {
        _random.Shuffle(words);
        return words;
    }

    private string InAnyCase(string text) => string.Concat(text.Select(letter =>
        _random.Next(2) == 0 ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter)));

    private string Accented(string name)
    {
        var isComposed = _random.Next(2) == 0;
        var text = new StringBuilder(2 * name.Length);
        foreach (var letter in name)
        {
            var chosen = char.IsAsciiLetter(letter) && _random.Next(3) == 0;
            text.Append(chosen && isComposed ? Composed(letter) : letter);
            if (chosen && !isComposed)
                text.Append(OneOf(Accents));
        }
        return text.ToString();
    }

    /// <summary>The letter itself where there is none with an accent.</summary>
    private char Composed(char letter)
    {
        if (ComposedOf[char.ToUpperInvariant(letter)].ToArray() is not { Length: > 0 } all)
            return letter;
        return char.IsUpper(letter) ? OneOf(all) : char.ToLowerInvariant(OneOf(all));
    }

    private string WithApostrophe(string word) =>
        word.Length < 2 || !word.All(char.IsLetter)
            ? word
            : word.Insert(_random.Next(1, word.Length), $"{OneOf(Apostrophes)}");

    private T OneOf<T>(T[] all) => all[_random.Next(all.Length)];

    private static string WithoutAccents(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text)
            plain.Append(LatinLetters.Of(char.ToUpperInvariant(letter)) is { } base_
                ? char.IsUpper(letter) ? base_ : base_.ToLowerInvariant()
                : $"{letter}");
        return plain.ToString();
    }
}
