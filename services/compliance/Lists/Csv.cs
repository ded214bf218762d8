namespace FinCode.Compliance.Lists;

/// <summary>
/// Reads the CSV dialect of OFAC's files strictly: commas, texts in double quotes (doubled inside), numbers and the
/// null <c>-0-</c> without, CR LF or LF, no header, and at the end possibly the byte 0x1A. Anything
/// else, such as a quote that never closes or a row of another width, means that the file is damaged.
/// </summary>
internal static class Csv
{
    public const string Null = "-0-";

    private const char EndOfFileMark = '\u001a';

    /// <exception cref="DamagedListException">Says the file and the row number.</exception>
    public static List<string[]> Read(string file, byte[] content, int columns)
    {
        var text = ListText.Decode(content).TrimEnd(EndOfFileMark, '\r', '\n', ' ');
        var rows = new List<string[]>();
        var position = 0;
        while (position < text.Length)
        {
            var row = ReadRow(text, ref position, file, rows.Count + 1);
            if (row.Count != columns)
                throw Damaged(file, rows.Count + 1, $"has {row.Count} fields instead of {columns}");
            rows.Add([.. row]);
        }
        return rows;
    }

    private static List<string> ReadRow(string text, ref int position, string file, int number)
    {
        var fields = new List<string>();
        while (true)
        {
            fields.Add(position < text.Length && text[position] == '"'
                ? ReadQuoted(text, ref position, file, number)
                : ReadPlain(text, ref position, file, number));
            if (position >= text.Length)
                return fields;
            if (text[position] == ',')
            {
                position++;
                continue;
            }
            if (text[position] == '\r')
                position++;
            if (position >= text.Length || text[position] != '\n')
                throw Damaged(file, number, "does not end where it should");
            position++;
            return fields;
        }
    }

    private static string ReadPlain(string text, ref int position, string file, int number)
    {
        var rest = text.AsSpan(position);
        var length = rest.IndexOfAny(',', '\r', '\n');
        if (length < 0)
            length = rest.Length;
        var field = rest[..length].Trim();
        if (field.IndexOfAny('"', '\0') >= 0)
            throw Damaged(file, number, "has a stray character");
        position += length;
        if (field.SequenceEqual(Null))
            return Null;
        // Texts are quoted: what is not is a number or null. Anything else is the rest of a row that was cut off.
        if (field.Length == 0 || field.ContainsAnyExceptInRange('0', '9'))
            throw Damaged(file, number, "has a field that is cut off");
        return field.ToString();
    }

    private static string ReadQuoted(string text, ref int position, string file, int number)
    {
        var start = ++position;
        var isDoubled = false;
        while (true)
        {
            var length = text.AsSpan(position).IndexOf('"');
            if (length < 0)
                throw Damaged(file, number, "has a quote that never closes");
            position += length + 1;
            if (position >= text.Length || text[position] != '"')
                break;
            isDoubled = true;
            position++;
        }
        var field = text.AsSpan(start, position - 1 - start).Trim();
        while (position < text.Length && text[position] == ' ')
            position++;
        return isDoubled ? field.ToString().Replace("\"\"", "\"", StringComparison.Ordinal) : field.ToString();
    }

    private static DamagedListException Damaged(string file, int row, string what) => new($"{file}: row {row} {what}.");
}
