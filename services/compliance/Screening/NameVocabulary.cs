using System.Collections.Frozen;
using System.Text;
using FinCode.Compliance.Screening.Scripts;

namespace FinCode.Compliance.Screening;

/// <summary>
/// Words that are known: legal forms, honorifics, particles, and families of spellings of one name. The tables are text
/// files beside this one, a family in each line.
/// </summary>
internal static class NameVocabulary
{
    private static readonly FrozenDictionary<string, Entry> Words = Read();

    private static readonly FrozenDictionary<string, Entry>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// One slip away from these stand names (Serhad, Stack, Joynt): they are forms only as they are written.
    /// </summary>
    private static readonly FrozenSet<string> NearNames =
        FrozenSet.ToFrozenSet(["BERHAD", "STOCK", "JOINT", "GROUP"], StringComparer.Ordinal);

    private static readonly FormsByLength LongForms = new(Words
        .Where(word => word.Value.Class == TokenClass.LegalForm
            ? word.Key.Length >= MinSlipLength && !NearNames.Contains(word.Key)
            : word.Value.Class == TokenClass.Honorific && word.Key.Length >= MinTitleLength)
        .Select(word => word.Key));

    private const int MinSlipLength = 5;
    private const int MinTitleLength = 7;

    /// <summary>Families by the folds of their words, where those are of one family alone.</summary>
    private static readonly FrozenDictionary<ulong, Entry> Folds = Words
        .Where(word => word.Value.Class == TokenClass.Word && word.Key.Length >= MinFoldLength)
        .GroupBy(word => SpellingFold.FoldOf(word.Key), word => word.Value)
        .Where(fold => fold.Distinct().Count() == 1)
        .ToFrozenDictionary(fold => fold.Key, fold => fold.First());

    private const int MinFoldLength = 5;

    /// <summary>0 means: of no family.</summary>
    public readonly record struct Entry(TokenClass Class, short Family);

    public static Entry Of(ReadOnlySpan<char> token) => Lookup.TryGetValue(token, out var entry) ? entry : default;

    /// <summary>Another romanisation of a word of a family is of that family too, where it is not too short.</summary>
    public static Entry OfFold(ulong fold, int length) =>
        length >= MinFoldLength && Folds.TryGetValue(fold, out var entry) ? entry : default;

    /// <summary>
    /// A word that is one slip away from a form of company or a title says as little as that. Only for longer words:
    /// short ones are near to names.
    /// </summary>
    public static Entry NearlyTrivial(ReadOnlySpan<char> token)
    {
        if (token.Length + 1 < MinSlipLength)
            return default;
        var letters = FormsByLength.LettersOf(token);
        foreach (var (word, itsLetters) in LongForms.Of(token.Length))
        {
            // One edit changes at most two letters of those that occur; most words are passed over by that.
            if (System.Numerics.BitOperations.PopCount(letters ^ itsLetters) <= 2
                && TokenSimilarity.Distance(token, word, 1) <= 1)
                return Words[word];
        }
        return default;
    }

    private static FrozenDictionary<string, Entry> Read()
    {
        var words = new Dictionary<string, Entry>(StringComparer.Ordinal);
        short family = 0;
        (string File, TokenClass Class)[] files =
        [
            ("legal-forms.txt", TokenClass.LegalForm), ("honorifics.txt", TokenClass.Honorific),
            ("particles.txt", TokenClass.Particle), ("families.txt", TokenClass.Word),
        ];
        foreach (var (file, kind) in files)
        {
            foreach (var line in WordFile.Lines(file))
            {
                family++;
                // A word stands for what it is first: BEN is a particle before it is short for a given name.
                foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    words.TryAdd(AsRead(word), new Entry(kind, family));
            }
        }
        return words.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>A word of another script as it is compared, without its article.</summary>
    private static string AsRead(string word)
    {
        if (Ascii.IsValid(word))
            return word;
        var tokens = new NameTokens();
        tokens.Clear();
        ScriptReader.Read(word, tokens, isWhole: false);
        var read = tokens.ToTexts();
        return tokens.IsComparable && (read.Length == 1 || read is ["AL", _])
            ? read[^1]
            : throw new InvalidOperationException($"{word} is not one word that can be read.");
    }
}

/// <summary>Words by the lengths of those that may be one slip away.</summary>
internal sealed class FormsByLength
{
    private readonly (string Word, uint Letters)[][] _words;

    public FormsByLength(IEnumerable<string> words)
    {
        var all = words.Order(StringComparer.Ordinal).ToArray();
        _words = [.. Enumerable.Range(0, all.Max(word => word.Length) + 2)
            .Select(length => all.Where(word => Math.Abs(word.Length - length) <= 1)
                .Select(word => (word, LettersOf(word))).ToArray())];
    }

    public ReadOnlySpan<(string Word, uint Letters)> Of(int length) => length < _words.Length ? _words[length] : [];

    /// <summary>A bit for each letter that occurs.</summary>
    public static uint LettersOf(ReadOnlySpan<char> word)
    {
        var letters = 0u;
        foreach (var letter in word)
            letters |= 1u << (letter & 31);
        return letters;
    }
}

/// <summary>The tables that lie beside the code; lines that begin with a number sign are remarks.</summary>
internal static class WordFile
{
    public static IEnumerable<string> Lines(string name)
    {
        var resource = $"FinCode.Compliance.Screening.Words.{name}";
        using var stream = typeof(WordFile).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource} is not part of the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
                yield return line;
        }
    }
}
