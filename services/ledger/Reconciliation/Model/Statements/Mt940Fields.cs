using System.Text;

namespace FinCode.Ledger.Reconciliation.Model.Statements;

/// <summary>A field of a message: its tag, and its lines as they stand in the file.</summary>
/// <param name="FileLine">The line of the file, from 1.</param>
internal sealed record Mt940Field(string Tag, IReadOnlyList<string> Lines, int FileLine)
{
    public string First => Lines[0];

    public DamagedStatementException Damaged(string reason) => new(FileLine, $"Field {Tag}: {reason}");
}

/// <summary>
/// Cuts a file into the fields of its messages: with the blocks of SWIFT's FIN ({1:...}{2:...}{4: ... -}{5:...}), or
/// the text of block 4 alone, each message ended by a line with a hyphen or by the next field 20.
/// </summary>
internal static class Mt940Fields
{
    private const int MaxLineLength = 400;

    public static IReadOnlyList<IReadOnlyList<Mt940Field>> Read(byte[] content)
    {
        var messages = new List<IReadOnlyList<Mt940Field>>();
        var message = new List<Mt940Field>();
        var isInBlock = false;
        var number = 0;
        foreach (var raw in LinesOf(content))
        {
            number++;
            var line = raw;
            if (line.Length > MaxLineLength || line.Any(char.IsControl))
                throw new DamagedStatementException(number, "The line is too long or holds a control character.");
            if (!isInBlock && line.StartsWith('{'))
            {
                if (message.Count > 0)
                    throw new DamagedStatementException(number, "A message begins before the last one ended.");
                isInBlock = Opens(line, number);
            }
            else if (IsEnd(line, isInBlock, number))
            {
                End(messages, ref message, number);
                isInBlock = false;
            }
            else if (TagOf(line) is { } tag)
            {
                if (tag == "20" && message.Count > 0 && !isInBlock)
                    End(messages, ref message, number);
                message.Add(new Mt940Field(tag, new List<string> { line[(tag.Length + 2)..] }, number));
            }
            else if (message.Count > 0)
                ((List<string>)message[^1].Lines).Add(line);
            else if (line.Length > 0)
                throw new DamagedStatementException(number, "A field is expected here.");
        }
        if (isInBlock)
            throw new DamagedStatementException(number, "The message was cut off: block 4 does not end.");
        if (message.Count > 0)
            End(messages, ref message, number);
        return messages.Count > 0 ? messages : throw new DamagedStatementException(1, "The file holds no message.");
    }

    private static void End(
        List<IReadOnlyList<Mt940Field>> messages, ref List<Mt940Field> message, int number)
    {
        if (message.Count == 0)
            throw new DamagedStatementException(number, "A message without fields ends here.");
        // Empty lines before the end of a message are no part of its last field.
        var last = (List<string>)message[^1].Lines;
        while (last.Count > 1 && last[^1].Length == 0)
            last.RemoveAt(last.Count - 1);
        messages.Add(message);
        message = [];
    }

    /// <summary>The line of the headers; block 4 begins at its end, and the fields on the next line.</summary>
    private static bool Opens(string line, int number)
    {
        var application = line.IndexOf("{2:", StringComparison.Ordinal);
        if (application >= 0 && (line.Length < application + 7 || line[(application + 4)..(application + 7)] != "940"))
            throw new DamagedStatementException(number, "The message is not an MT940.");
        return line.EndsWith("{4:", StringComparison.Ordinal)
            ? true
            : throw new DamagedStatementException(number, "Block 4 of the message is expected to begin here.");
    }

    private static bool IsEnd(string line, bool isInBlock, int number)
    {
        if (!isInBlock)
            return line == "-";
        if (line == "-")
            throw new DamagedStatementException(number, "The message was cut off: block 4 ends with -}.");
        return line.StartsWith("-}", StringComparison.Ordinal);
    }

    /// <summary>":61:..." gives "61"; null where the line goes on with the field before.</summary>
    private static string? TagOf(string line)
    {
        if (line.Length < 4 || line[0] != ':')
            return null;
        var end = line.IndexOf(':', 1);
        return end is 3 or 4 && char.IsAsciiDigit(line[1]) && char.IsAsciiDigit(line[2])
            && (end == 3 || char.IsAsciiLetterUpper(line[3]))
            ? line[1..end]
            : null;
    }

    /// <summary>SWIFT's characters are ASCII; banks also send names in UTF-8 or ISO 8859-1.</summary>
    private static IEnumerable<string> LinesOf(byte[] content)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException)
        {
            text = Encoding.Latin1.GetString(content);
        }
        // The character after block 4 belongs to no line of it in files that were written for transport.
        return text.Split('\n').Select(line => line.TrimEnd('\r').TrimStart('\u0001').TrimEnd('\u0003'));
    }
}
