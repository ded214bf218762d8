namespace FinCode.Benches.Screening;

/// <summary>What happens to names on their way to a form: slips, and worse.</summary>
internal sealed class NameDamage(int seed)
{
    private const int MinTokenLength = 5;
    private const int Kinds = 4;

    private static readonly (string Letters, string Instead) Digits = ("OoIilEeAaSsBbTt", "001113344558877");
    private static readonly (string Letters, string Instead) Cyrillic = (
        "ABCEHKMOPTXYaceopxyi", "\u0410\u0412\u0421\u0415\u041d\u041a\u041c\u041e\u0420\u0422\u0425\u0423"
        + "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456");

    private readonly Random _random = new(seed);

    public int Next(int below) => _random.Next(below);

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

    /// <summary>
    /// Words dropped, foreign ones mixed in, up to five edits, words split and glued, digits and Cyrillic letters that
    /// look like what they stand for: a query like none on the lists.
    /// </summary>
    public string Mutate(string one, string other)
    {
        string[] mixed =
        [
            .. Words(one).Where(_ => _random.Next(5) > 0), .. Words(other).Where(_ => _random.Next(4) == 0),
        ];
        _random.Shuffle(mixed);
        List<string> words = [.. mixed];
        for (var changes = _random.Next(6); changes > 0 && words.Count > 0; changes--)
        {
            var at = _random.Next(words.Count);
            if (words[at].Length > 1)
                Change(words, at);
        }
        return string.Join(_random.Next(16) == 0 ? "" : " ", words);
    }

    private void Change(List<string> words, int at)
    {
        switch (_random.Next(8))
        {
            case 0:
                words[at] = LooksLike(words[at], Digits);
                break;
            case 1:
                words[at] = LooksLike(words[at], Cyrillic);
                break;
            case 2:
                var middle = _random.Next(1, words[at].Length);
                words.Insert(at + 1, words[at][middle..]);
                words[at] = words[at][..middle];
                break;
            case 3 when at + 1 < words.Count:
                words[at] += words[at + 1];
                words.RemoveAt(at + 1);
                break;
            default:
                words[at] = EditWord(words[at]);
                break;
        }
    }

    private string LooksLike(string word, (string Letters, string Instead) table) => string.Concat(word.Select(letter =>
        table.Letters.IndexOf(letter) is >= 0 and var found && _random.Next(2) == 0 ? table.Instead[found] : letter));

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
    internal static string[] Words(string name) =>
        name.Split([' ', ',', '\u00a0', ';'], StringSplitOptions.RemoveEmptyEntries);

    private static int LettersOf(string word) => word.Count(char.IsLetter);
}
