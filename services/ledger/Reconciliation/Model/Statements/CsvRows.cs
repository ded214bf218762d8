using System.Text;

namespace FinCode.Ledger.Reconciliation.Model.Statements;

/// <summary>
/// The rows of a CSV (RFC 4180): fields between delimiters, those in double quotes may hold delimiters, line ends and
/// doubled quotes. A quote that does not close, text after a closed quote or a stray control character is damage.
/// </summary>
internal static class CsvRows
{
    public const int MaxFields = 200;

    public sealed record Row(int FileLine, IReadOnlyList<string> Fields);

    public static IEnumerable<Row> Read(string text, char delimiter)
    {
        var (at, line) = (0, 1);
        while (at < text.Length)
        {
            var start = line;
            var fields = new List<string>();
            bool isLast;
            do
            {
                if (fields.Count == MaxFields)
                    throw new DamagedStatementException(start, $"A row has at most {MaxFields} fields.");
                fields.Add(Field(text, delimiter, ref at, ref line));
                isLast = at >= text.Length || text[at] != delimiter;
                at++;
            }
            while (!isLast);
            if (at - 1 < text.Length && text[at - 1] == '\r')
                at++;
            line++;
            if (fields is not [""])
                yield return new Row(start, fields);
        }
    }

    /// <summary>Leaves the place on what ends the field: a delimiter, a line end or the end of the file.</summary>
    private static string Field(string text, char delimiter, ref int at, ref int line)
    {
        var field = new StringBuilder();
        if (at < text.Length && text[at] == '"')
        {
            Quoted(text, field, ref at, ref line);
            if (at < text.Length && text[at] != delimiter && !IsLineEnd(text, at))
                throw new DamagedStatementException(line, "There is text after a closing quote.");
            return field.ToString();
        }
        while (at < text.Length && text[at] != delimiter && !IsLineEnd(text, at))
        {
            if (text[at] == '"' || (char.IsControl(text[at]) && text[at] != '\t'))
                throw new DamagedStatementException(line, "There is a stray quote or control character.");
            field.Append(text[at++]);
        }
        return field.ToString().Trim();
    }

    private static void Quoted(string text, StringBuilder field, ref int at, ref int line)
    {
        var start = line;
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                if (at + 1 >= text.Length || text[at + 1] != '"')
                {
                    at++;
                    return;
                }
                at++;
            }
            else if (text[at] == '\n')
                line++;
            field.Append(text[at]);
        }
        throw new DamagedStatementException(start, "A quote does not close: the file was cut off.");
    }

    private static bool IsLineEnd(string text, int at) =>
        text[at] == '\n' || (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n');
}
