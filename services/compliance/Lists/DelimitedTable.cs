using System.Text;

namespace FinCode.Compliance.Lists;

/// <summary>
/// A file of separated fields with a header (RFC 4180, any separator): fields that need it stand in quotation marks,
/// doubled inside, and may then hold line ends. It is read strictly: a quote that never closes, a row of another width
/// than the header, or a last row without its line end mean that the file is damaged or was cut off.
/// </summary>
internal sealed class DelimitedTable
{
    /// <summary>Publishers put a line such as "Report Date: ..." before the header.</summary>
    private const int MaxLinesBeforeHeader = 3;

    private readonly string _file;
    private readonly string _text;
    private readonly char _separator;
    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly StringBuilder _quoted = new();
    private int _position;
    private int _line;

    /// <param name="known">A column of the header, by which it is found.</param>
    /// <exception cref="DamagedListException">There is no header with that column.</exception>
    public DelimitedTable(string file, byte[] content, char separator, string known)
    {
        (_file, _text, _separator) = (file, ListText.DecodeStrictly(file, content), separator);
        if (_text.Length == 0 || _text[^1] is not '\n')
            throw new DamagedListException($"{file} is empty or was cut off: its last row has no line end.");
        for (var line = 0; line < MaxLinesBeforeHeader && _position < _text.Length; line++)
        {
            var fields = ReadRow([]);
            if (!fields.Exists(field => field.Trim().Equals(known, StringComparison.OrdinalIgnoreCase)))
                continue;
            for (var column = 0; column < fields.Count; column++)
                _columns.TryAdd(fields[column].Trim(), column);
            Width = fields.Count;
            return;
        }
        throw new DamagedListException($"{file} has no header with the column \"{known}\".");
    }

    public int Width { get; }

    /// <exception cref="DamagedListException">The header lacks it.</exception>
    public int Column(string name) => Find(name)
        ?? throw new DamagedListException($"{_file} has no column \"{name}\".");

    public int? Find(string name) => _columns.TryGetValue(name, out var column) ? column : null;

    /// <summary>The first of the columns that the header has: publishers rename them.</summary>
    public int ColumnOf(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Find(name) is { } column)
                return column;
        }
        return Column(names[0]);
    }

    /// <summary>The rows below the header, in order; they can be read once.</summary>
    /// <exception cref="DamagedListException">Says the file and the row.</exception>
    public IEnumerable<string[]> Rows()
    {
        string[] before = [];
        while (_position < _text.Length)
        {
            var fields = ReadRow(before);
            if (fields.Count == 1 && fields[0].Length == 0)
                continue;
            if (fields.Count != Width)
                throw Damaged($"has {fields.Count} fields instead of {Width}");
            before = [.. fields];
            yield return before;
        }
    }

    public DamagedListException Damaged(string what) => new($"{_file}: row {_line} {what}.");

    private List<string> ReadRow(string[] before)
    {
        _line++;
        var fields = new List<string>(Width);
        while (true)
        {
            var field = _text[_position] == '"' ? ReadQuoted() : ReadPlain();
            // Neighbouring rows say the same in many columns: one string for all of them.
            fields.Add(fields.Count < before.Length && field.SequenceEqual(before[fields.Count])
                ? before[fields.Count]
                : field.Length == 0 ? "" : field.ToString());
            if (_text[_position] == _separator)
            {
                _position++;
                continue;
            }
            if (_text[_position] == '\r')
                _position++;
            if (_position >= _text.Length || _text[_position] != '\n')
                throw Damaged("does not end where it should");
            _position++;
            return fields;
        }
    }

    private ReadOnlySpan<char> ReadPlain()
    {
        var rest = _text.AsSpan(_position);
        var length = rest.IndexOfAny(_separator, '\n');
        if (length > 0 && rest[length - 1] == '\r' && rest[length] == '\n')
            length--;
        var field = rest[..length];
        if (field.Contains('\0'))
            throw Damaged("holds bytes that are no text");
        _position += length;
        return field;
    }

    private ReadOnlySpan<char> ReadQuoted()
    {
        _quoted.Clear();
        _position++;
        while (true)
        {
            var length = _text.AsSpan(_position).IndexOf('"');
            if (length < 0)
                throw Damaged("has a quote that never closes");
            if (_text.AsSpan(_position, length).Contains('\0'))
                throw Damaged("holds bytes that are no text");
            _quoted.Append(_text, _position, length);
            _position += length + 1;
            if (_position < _text.Length && _text[_position] == '"')
            {
                _quoted.Append('"');
                _position++;
                continue;
            }
            if (_position >= _text.Length
                || (_text[_position] != _separator && _text[_position] is not ('\r' or '\n')))
                throw Damaged("goes on behind a closing quote");
            return _quoted.ToString();
        }
    }
}
