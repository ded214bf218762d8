using System.Globalization;
using System.Text;

namespace FinCode.Ledger.Reconciliation.Model.Statements;

/// <summary>
/// Reads a provider's CSV by its mapping. The balances and the number of movements are declared by whoever sends it and
/// must agree with the rows: a file that was cut off between two rows looks whole otherwise.
/// </summary>
internal static class CsvStatementReader
{
    public static Statement Read(byte[] content, CsvDeclaration declared)
    {
        var mapping = declared.Mapping;
        using var rows = CsvRows.Read(Decode(content, mapping), mapping.Delimiter[0]).GetEnumerator();
        if (!rows.MoveNext())
            throw new DamagedStatementException(1, "The file is empty.");
        var header = rows.Current;
        var columns = mapping.Columns.Distinct().ToDictionary(column => column, column => Find(header, column));
        var lines = new List<StatementLine>();
        var movements = 0;
        var last = header.FileLine;
        while (rows.MoveNext())
        {
            var row = rows.Current;
            last = row.FileLine;
            if (row.Fields.Count != header.Fields.Count)
                throw new DamagedStatementException(row.FileLine,
                    $"The row has {row.Fields.Count} fields where the first has {header.Fields.Count}.");
            if (++movements > StatementReader.MaxLines)
                throw new DamagedStatementException(row.FileLine,
                    $"A file has at most {StatementReader.MaxLines} rows.");
            var line = ReadLine(new CsvRow(row, columns), declared, lines.Count + 1);
            if (!line.Amount.IsZero)
                lines.Add(line);
        }
        if (movements != declared.Rows)
            throw new DamagedStatementException(last,
                $"{declared.Rows} movements are declared, {movements} are there.");
        if (lines.Count == 0)
            throw new DamagedStatementException(last, "The file holds no movement, and so no period.");
        StatementReader.CheckTotal(declared.Opening, lines, declared.Closing, last);
        return new Statement(StatementFormat.Csv, declared.Account, declared.Currency, declared.Id, null,
            lines.Min(line => line.BookingDate), lines.Max(line => line.BookingDate), declared.Opening,
            declared.Closing, lines, ZeroIgnored: movements - lines.Count);
    }

    private static StatementLine ReadLine(CsvRow row, CsvDeclaration declared, int number)
    {
        var mapping = declared.Mapping;
        var value = row.Date(mapping.ValueDate, mapping.DateFormat);
        if (mapping.Currency is { } currency && row[currency] != declared.Currency.Code)
            throw new DamagedStatementException(row.FileLine, $"The row is not in {declared.Currency.Code}.");
        return new StatementLine(number, row.FileLine, value,
            mapping.BookingDate is { } booking ? row.Date(booking, mapping.DateFormat) : value,
            Amount(row, mapping, declared.Currency))
        {
            EndToEndId = row.Reference(mapping.EndToEndId),
            InstructionId = row.Reference(mapping.InstructionId),
            ServicerReference = row.Reference(mapping.ServicerReference),
            TransactionId = row.Reference(mapping.TransactionId),
            BankReference = row.Reference(mapping.BankReference),
            Text = StatementReader.Text((mapping.Text ?? []).Select(column => row[column])),
        };
    }

    private static Money Amount(CsvRow row, CsvMapping mapping, Currency currency)
    {
        if (mapping.Amount is { } column)
            return row.Amount(column, mapping, currency, mayBeNegative: true);
        var (debit, credit) = (row[mapping.Debit!], row[mapping.Credit!]);
        return (debit.Length, credit.Length) switch
        {
            ( > 0, 0) => -row.Amount(mapping.Debit!, mapping, currency, mayBeNegative: false),
            (0, > 0) => row.Amount(mapping.Credit!, mapping, currency, mayBeNegative: false),
            _ => throw new DamagedStatementException(row.FileLine, "A row has a debit or a credit, one of them."),
        };
    }

    private static int Find(CsvRows.Row header, string column)
    {
        var found = header.Fields.Index().Where(field => field.Item == column).Select(field => field.Index).ToArray();
        return found.Length == 1
            ? found[0]
            : throw new DamagedStatementException(header.FileLine,
                $"The column \"{column}\" is {(found.Length == 0 ? "missing" : "there twice")}.");
    }

    private static string Decode(byte[] content, CsvMapping mapping)
    {
        if (mapping.Encoding == "ISO-8859-1")
            return Encoding.Latin1.GetString(content);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException)
        {
            throw new DamagedStatementException(1, "The file is not in UTF-8.");
        }
    }

    private sealed record CsvRow(CsvRows.Row Row, IReadOnlyDictionary<string, int> Columns)
    {
        public int FileLine => Row.FileLine;

        public string this[string column] => Row.Fields[Columns[column]];

        public string? Reference(string? column) =>
            column is null ? null : StatementReader.Reference(this[column], FileLine);

        public DateOnly Date(string column, string format) =>
            DateOnly.TryParseExact(this[column], format, CultureInfo.InvariantCulture, DateTimeStyles.None,
                out var date)
                ? date
                : throw new DamagedStatementException(FileLine, $"The column \"{column}\" is no day in {format}.");

        public Money Amount(string column, CsvMapping mapping, Currency currency, bool mayBeNegative)
        {
            var text = this[column];
            var digits = text.TrimStart('-');
            var whole = digits.Split(mapping.DecimalSign)[0];
            if (mapping.GroupSign is { } sign && whole.Contains(sign, StringComparison.Ordinal))
            {
                var groups = whole.Split(sign);
                if (groups[0].Length is 0 or > 3 || groups.Skip(1).Any(group => group.Length != 3))
                    throw new DamagedStatementException(FileLine, $"The column \"{column}\" is not grouped in threes.");
                text = text.Replace(whole, string.Concat(groups), StringComparison.Ordinal);
            }
            if ((mapping.DecimalSign == "," && text.Contains('.', StringComparison.Ordinal))
                || (text.StartsWith('-') && !mayBeNegative))
                throw new DamagedStatementException(FileLine, $"The column \"{column}\" is no amount as declared.");
            return StatementReader.AmountOf(text.Replace(mapping.DecimalSign, ".", StringComparison.Ordinal), currency,
                FileLine);
        }
    }
}
