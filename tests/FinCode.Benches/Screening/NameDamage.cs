using System.Text;
using FinCode.Compliance.Screening;

namespace FinCode.Benches.Screening;

/// <summary>What happens to names on their way to a form: another order, case and punctuation, and slips.</summary>
internal sealed class NameDamage(int seed)
{
    private const int MinTokenLength = 5;
    private const int Kinds = 4;

    private static readonly string[] Separators = [" ", "  ", ", ", " - ", ". ", " / ", "\u00a0", "; "];

    private readonly Random _random = new(seed);

    public int Next(int below) => _random.Next(below);

    /// <summary>
    /// The same name in another order, case and punctuation, with its accents stripped, one of these or several.
    /// </summary>
    public string Rewrite(string name)
    {
        var words = Words(name);
        if (_random.Next(4) > 0)
            _random.Shuffle(words);
        var text = string.Join(Separators[_random.Next(Separators.Length)], words);
        if (_random.Next(2) == 0)
            text = WithoutAccents(text);
        return _random.Next(3) switch
        {
            0 => text.ToUpperInvariant(),
            1 => text.ToLowerInvariant(),
            _ => text,
        };
    }

    /// <summary>
    /// One edit in one token of five letters or more, uniform over its positions and over insertion, deletion,
    /// substitution and swap; null when no token is that long.
    /// </summary>
    public string? Edit(string name)
    {
        var words = Words(name);
        var long5 = Enumerable.Range(0, words.Length).Where(i => LettersOf(words[i]) >= MinTokenLength).ToArray();
        if (long5.Length == 0)
            return null;
        var chosen = long5[_random.Next(long5.Length)];
        words[chosen] = EditWord(words[chosen]);
        return string.Join(' ', words);
    }

    /// <summary>Words dropped, foreign ones mixed in, up to three edits: a query like none on the lists.</summary>
    public string Mutate(string one, string other)
    {
        string[] words =
        [
            .. Words(one).Where(_ => _random.Next(5) > 0), .. Words(other).Where(_ => _random.Next(4) == 0),
        ];
        _random.Shuffle(words);
        for (var edits = _random.Next(4); edits > 0 && words.Length > 0; edits--)
        {
            var chosen = _random.Next(words.Length);
            if (words[chosen].Length > 1)
                words[chosen] = EditWord(words[chosen]);
        }
        return string.Join(_random.Next(8) == 0 ? "" : " ", words);
    }

    private string EditWord(string word)
    {
        var positions = Enumerable.Range(0, word.Length).Where(i => char.IsLetter(word[i])).ToArray();
        if (positions.Length < 2)
            return word;
        var kind = _random.Next(Kinds);
        if (kind == 3)
        {
            var swappable = positions.Where(i => i + 1 < word.Length && char.IsLetter(word[i + 1])
                && word[i + 1] != word[i]).ToArray();
            if (swappable.Length > 0)
            {
                var at = swappable[_random.Next(swappable.Length)];
                return word[..at] + word[at + 1] + word[at] + word[(at + 2)..];
            }
            kind = 2;
        }
        var position = positions[_random.Next(positions.Length)];
        // A slip stays in its script: there, another letter of the word.
        var letter = char.IsAscii(word[position])
            ? (char)((char.IsUpper(word[position]) ? 'A' : 'a') + _random.Next(26))
            : word[positions[_random.Next(positions.Length)]];
        return kind switch
        {
            // Before any letter, or behind the last.
            0 => word.Insert(_random.Next(positions.Length + 1) == 0 ? positions[^1] + 1 : position, $"{letter}"),
            1 => word.Remove(position, 1),
            _ => word[..position] + (letter == word[position] ? Another(letter) : letter) + word[(position + 1)..],
        };
    }

    private static char Another(char letter) => (char)(letter is 'Z' or 'z' ? letter - 25 : letter + 1);

    /// <summary>Split where lists split: at blanks and commas, keeping what stands inside words.</summary>
    private static string[] Words(string name) =>
        name.Split([' ', ',', '\u00a0', ';'], StringSplitOptions.RemoveEmptyEntries);

    private static int LettersOf(string word) => word.Count(char.IsLetter);

    private static string WithoutAccents(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text)
            plain.Append(Compliance.Screening.Scripts.LatinLetters.Of(char.ToUpperInvariant(letter)) is { } base_
                ? char.IsUpper(letter) ? base_ : base_.ToLowerInvariant()
                : $"{letter}");
        return plain.ToString();
    }

    /// <summary>Whether a name holds anything that can be compared.</summary>
    public static bool IsReadable(string name) => NameNormalizer.Normalize(name).IsComparable;
}
