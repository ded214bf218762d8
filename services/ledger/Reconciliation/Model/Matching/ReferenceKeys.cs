using System.Text;

namespace FinCode.Ledger.Reconciliation.Model.Matching;

/// <summary>
/// The words by which a leg and a line can name each other. Ids of ours are known with and without prefix and hyphens,
/// as fields of 35 characters are too short for a prefix.
/// </summary>
internal static class ReferenceKeys
{
    /// <summary>A shorter reference is found in texts by chance.</summary>
    public const int MinWordLength = 6;

    private const int HexIdLength = 32;

    /// <summary>The leg's reference and its transfer's id.</summary>
    public static IReadOnlySet<string> Of(OpenLeg leg)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        if (leg.Reference is { } reference)
            keys.Add(Normal(reference));
        if (leg.Transaction is { } transaction)
            keys.Add(transaction.Value.ToString("N"));
        return keys;
    }

    /// <summary>An id of ours as its 32 hexadecimal digits; anything else as it is.</summary>
    public static string Normal(string reference)
    {
        var id = reference.IndexOf('_', StringComparison.Ordinal) is var end and > 0 and <= 4
            ? reference[(end + 1)..]
            : reference;
        return id.Length is HexIdLength or HexIdLength + 4 && Guid.TryParse(id, out var value)
            ? value.ToString("N")
            : reference;
    }

    /// <summary>
    /// The words of the line's references and text: between blanks, and in runs of letters and digits with and without
    /// hyphens and underscores. A word may be cut by a line end, so the text is also read without them.
    /// </summary>
    public static IReadOnlySet<string> WordsOf(OpenLine line)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var reference in line.References)
            AddWords(words, reference);
        if (line.Text is not { } text)
            return words;
        AddWords(words, text);
        if (text.Contains('\n', StringComparison.Ordinal))
            AddWords(words, text.Replace("\n", "", StringComparison.Ordinal));
        return words;
    }

    private static void AddWords(HashSet<string> words, string text)
    {
        AddRuns(words, text, c => !char.IsWhiteSpace(c));
        AddRuns(words, text, c => char.IsLetterOrDigit(c) || c is '-' or '_');
        AddRuns(words, text, char.IsLetterOrDigit);
    }

    private static void AddRuns(HashSet<string> words, string text, Func<char, bool> belongs)
    {
        var run = new StringBuilder();
        foreach (var c in text)
        {
            if (belongs(c))
                run.Append(c);
            else
                Flush();
        }
        Flush();

        void Flush()
        {
            if (run.Length >= MinWordLength)
                words.Add(Normal(run.ToString()));
            run.Clear();
        }
    }
}
