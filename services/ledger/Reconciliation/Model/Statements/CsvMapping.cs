namespace FinCode.Ledger.Reconciliation.Model.Statements;

/// <summary>
/// How a provider's CSV is to be read: columns by the names in its first row. The amount is one signed column, or two
/// without signs: what the account lost (debit) and what it gained (credit).
/// </summary>
/// <param name="Delimiter">Between fields: a comma, semicolon, tab or bar.</param>
/// <param name="DecimalSign">A point or a comma.</param>
/// <param name="GroupSign">Between groups of three digits, if the file has it.</param>
/// <param name="DateFormat">Of days, as in <c>dd.MM.yyyy</c>: d, M, y and what stands between them.</param>
/// <param name="Encoding">UTF-8 or ISO-8859-1.</param>
/// <param name="Text">Columns whose texts are joined.</param>
public sealed record CsvMapping(
    string Delimiter,
    string DecimalSign,
    string? GroupSign,
    string DateFormat,
    string? Encoding,
    string ValueDate,
    string? BookingDate,
    string? Amount,
    string? Debit,
    string? Credit,
    string? Currency,
    string? EndToEndId,
    string? InstructionId,
    string? ServicerReference,
    string? TransactionId,
    string? BankReference,
    IReadOnlyList<string>? Text)
{
    public const int MaxColumnName = 100;
    private const int MaxTextColumns = 10;

    /// <summary>What is wrong with it, by member; empty when it can be used.</summary>
    public IEnumerable<(string Member, string Problem)> Problems()
    {
        if (Delimiter is not ("," or ";" or "\t" or "|"))
            yield return ("delimiter", "A delimiter is a comma, a semicolon, a tab or a bar.");
        if (DecimalSign is not ("." or ","))
            yield return ("decimalSign", "A decimal sign is a point or a comma.");
        if (GroupSign is not (null or "." or "," or " " or "'") || GroupSign == DecimalSign)
            yield return ("groupSign", "A group sign is a point, a comma, a space or an apostrophe.");
        if (!IsDateFormat(DateFormat))
            yield return ("dateFormat", "A format of days is made of dd or d, MM or M, yyyy or yy, and separators.");
        if (Encoding is not (null or "UTF-8" or "ISO-8859-1"))
            yield return ("encoding", "An encoding is UTF-8 or ISO-8859-1.");
        if (Amount is null ? Debit is null || Credit is null : Debit is not null || Credit is not null)
            yield return ("amount", "Give the column of the amount, or those of debit and credit.");
        if (Text is { Count: > MaxTextColumns })
            yield return ("text", $"At most {MaxTextColumns} columns.");
        if (Columns.Any(column => column.Length is 0 or > MaxColumnName))
            yield return ("valueDate", $"The name of a column has 1 to {MaxColumnName} characters.");
    }

    internal IEnumerable<string> Columns => new[]
    {
        ValueDate, BookingDate, Amount, Debit, Credit, Currency, EndToEndId, InstructionId, ServicerReference,
        TransactionId, BankReference,
    }.OfType<string>().Concat(Text ?? []);

    private static bool IsDateFormat(string format)
    {
        var parts = format.Split('.', '-', '/', ' ');
        return (parts.Length == 3 ? parts : [])
            .Order(StringComparer.Ordinal).ToArray() is ["MM" or "M", "dd" or "d", "yyyy" or "yy"]
            || format is "yyyyMMdd" or "ddMMyyyy" or "MMddyyyy";
    }
}

/// <summary>
/// What the sender of a CSV declares beside the file, as a CSV says nothing of balances and nothing of its own end.
/// </summary>
/// <param name="Rows">How many movements the file holds.</param>
internal sealed record CsvDeclaration(
    CsvMapping Mapping, string Account, Currency Currency, Money Opening, Money Closing, int Rows, string Id);
