using System.Globalization;

namespace FinCode.Ledger.Reconciliation.Model.Statements;

/// <summary>Reads a statement file whole, or refuses it whole with the line and the reason.</summary>
internal static class StatementReader
{
    public const int MaxFileBytes = 16 * 1024 * 1024;
    public const int MaxLines = 100_000;
    public const int MaxReferenceLength = 140;
    public const int MaxTextLength = 2_000;

    /// <summary>Several statements of a file are in its order, and of one account.</summary>
    /// <exception cref="DamagedStatementException">Says the line and the reason.</exception>
    public static IReadOnlyList<Statement> Read(StatementFormat format, byte[] content, CsvDeclaration? csv = null)
    {
        if (content.Length > MaxFileBytes)
            throw new DamagedStatementException(1, $"A file has at most {MaxFileBytes} bytes.");
        var statements = format switch
        {
            StatementFormat.Camt053 => Camt053Reader.Read(content),
            StatementFormat.Mt940 => Mt940Reader.Read(content),
            StatementFormat.Csv => [CsvStatementReader.Read(content, csv
                ?? throw new ArgumentNullException(nameof(csv), "A CSV file is read by a declaration."))],
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
        if (statements.Sum(statement => (long)statement.Lines.Count) > MaxLines)
            throw new DamagedStatementException(1, $"A file has at most {MaxLines} entries.");
        if (statements.Select(statement => statement.Account).Distinct().Count() > 1)
            throw new DamagedStatementException(1,
                "The file holds statements of several accounts; send one at a time.");
        return statements;
    }

    /// <summary>Opening and movements give the closing, or something is missing or wrong.</summary>
    public static void CheckTotal(Money opening, IEnumerable<StatementLine> lines, Money closing, int fileLine)
    {
        var sum = lines.Aggregate((Int128)opening.MinorUnits, (total, line) => total + line.Amount.MinorUnits);
        if (sum != closing.MinorUnits)
            throw new DamagedStatementException(fileLine,
                $"The opening balance and the entries do not give the closing balance of {closing}.");
    }

    public static Currency CurrencyOf(string? code, int fileLine) => Currency.Find(code)
        ?? throw new DamagedStatementException(fileLine, "There is no such currency in ISO 4217.");

    /// <summary>A plain decimal with a point, in the currency's decimals.</summary>
    public static Money AmountOf(string text, Currency currency, int fileLine) =>
        Money.TryParse(text, currency, out var money) is { } error
            ? throw new DamagedStatementException(fileLine, error)
            : money;

    public static DateOnly DateOf(string text, string format, int fileLine) =>
        DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw new DamagedStatementException(fileLine, $"This is not a date of the form {format}.");

    /// <summary>A reference as it is; null when the field says that there is none.</summary>
    public static string? Reference(string? text, int fileLine)
    {
        var reference = text?.Trim();
        if (string.IsNullOrEmpty(reference)
            || reference is "NOTPROVIDED" or "NONREF" or "NOREF")
            return null;
        return reference.Length <= MaxReferenceLength && !reference.Any(char.IsControl)
            ? reference
            : throw new DamagedStatementException(
                fileLine, $"A reference has at most {MaxReferenceLength} characters and no control characters.");
    }

    /// <summary>Text is for people and for finding references in it: what is beyond the limit is cut off.</summary>
    public static string? Text(IEnumerable<string?> parts)
    {
        var text = string.Join('\n', parts
            .Where(part => !string.IsNullOrWhiteSpace(part)).Select(part => part!.Trim()));
        if (text.Length == 0)
            return null;
        var clean = string.Concat(text.Select(c => char.IsControl(c) && c != '\n' ? ' ' : c));
        return clean.Length <= MaxTextLength ? clean : clean[..MaxTextLength];
    }
}
