using System.Globalization;
using System.Text;

namespace FinCode.Ledger.Statements;

/// <summary>
/// A statement as CSV (RFC 4180): a header, then a line per movement, amounts as decimals with their sign.
/// </summary>
internal static class StatementCsv
{
    public const string ContentType = "text/csv";
    private const string Header = "bookedAt,valueDate,entryId,transactionId,step,reference,description,amount,balance";

    public static string Write(AccountStatement statement)
    {
        var currency = statement.Account.Name.Currency;
        var csv = new StringBuilder(Header).Append("\r\n");
        foreach (var line in statement.Lines)
        {
            csv.Append(line.BookedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))
                .Append(',').Append(line.ValueDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
                .Append(',').Append(line.Entry)
                .Append(',').Append(line.Transaction)
                .Append(',').Append(Quoted(line.Step))
                .Append(',').Append(Quoted(line.Reference))
                .Append(',').Append(Quoted(line.Description))
                .Append(',').Append(new Money(statement.Signed(line), currency).ToAmountString())
                .Append(',').Append(new Money(line.Balance, currency).ToAmountString())
                .Append("\r\n");
        }
        return csv.ToString();
    }

    /// <summary>Also quoted: what a spreadsheet would take for a formula.</summary>
    private static string? Quoted(string? text)
    {
        if (text is null || text.Length == 0)
            return text;
        var isFormula = text[0] is '=' or '+' or '-' or '@' or '\t' or '\r';
        return isFormula || text.AsSpan().IndexOfAny(",\"\r\n") >= 0
            ? $"\"{(isFormula ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
    }
}
