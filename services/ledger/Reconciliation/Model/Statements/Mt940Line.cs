using System.Globalization;

namespace FinCode.Ledger.Reconciliation.Model.Statements;

/// <summary>
/// Field 61, the statement line: value date, entry date, mark, funds code, amount, transaction type, the owner's
/// reference, after two slashes the bank's, and on a line of its own supplementary details.
/// Source: SWIFT standards, category 9, MT940: <c>6!n[4!n]2a[1!a]15d1!a3!c16x[//16x][34x]</c>.
/// </summary>
internal static class Mt940Line
{
    private const int MaxReferenceLength = 16;
    private const int MaxAmountLength = 15;
    private const int TypeLength = 4;

    public static StatementLine Read(Mt940Field field, Currency currency, int number)
    {
        var text = field.First;
        var at = 0;
        var value = Mt940Reader.Date(Take(field, text, ref at, 6, char.IsAsciiDigit), field);
        var booking = at + 4 <= text.Length && text[at..(at + 4)].All(char.IsAsciiDigit)
            ? EntryDate(field, value, Take(field, text, ref at, 4, char.IsAsciiDigit))
            : value;
        var sign = Mark(field, text, ref at);
        if (at < text.Length && char.IsAsciiLetterUpper(text[at]) && text[at++] != currency.Code[2])
            throw field.Damaged("the funds code is the third character of the currency.");
        var amount = Amount(field, text, ref at, currency);
        var type = Take(field, text, ref at, TypeLength, char.IsAsciiLetterOrDigit);
        if (type[0] is not ('S' or 'N' or 'F'))
            throw field.Damaged("the transaction type begins with S, N or F.");
        var (owner, bank) = References(field, text[at..]);
        if (field.Lines.Count > 2)
            throw field.Damaged("there is one line of supplementary details at most.");
        return new StatementLine(number, field.FileLine, value, booking, sign < 0 ? -amount : amount)
        {
            BankReference = StatementReader.Reference(owner, field.FileLine),
            ServicerReference = StatementReader.Reference(bank, field.FileLine),
            Text = StatementReader.Text(field.Lines.Skip(1)),
        };
    }

    /// <summary>Up to 15 digits with the comma, which is always there.</summary>
    public static Money Amount(Mt940Field field, string text, ref int at, Currency currency)
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == ','))
            at++;
        var amount = text[start..at];
        var comma = amount.IndexOf(',', StringComparison.Ordinal);
        if (comma < 1 || amount.LastIndexOf(',') != comma || amount.Length > MaxAmountLength)
            throw field.Damaged("an amount is up to 15 digits with one comma.");
        return StatementReader.AmountOf(
            amount.Replace(',', '.').TrimEnd('.'), currency, field.FileLine);
    }

    /// <summary>
    /// C and RD (a debit is taken back) are gains of the account, D and RC (a credit is taken back) losses.
    /// </summary>
    private static int Mark(Mt940Field field, string text, ref int at)
    {
        var isReversal = at < text.Length && text[at] == 'R';
        if (isReversal)
            at++;
        var mark = at < text.Length ? text[at++] : ' ';
        return mark switch
        {
            'C' => isReversal ? -1 : 1,
            'D' => isReversal ? 1 : -1,
            _ => throw field.Damaged("the mark is C, D, RC or RD."),
        };
    }

    /// <summary>The entry date has no year: it is the one nearest to the value date.</summary>
    private static DateOnly EntryDate(Mt940Field field, DateOnly value, string monthAndDay) =>
        Enumerable.Range(value.Year - 1, 3)
            .Select(year => DateOnly.TryParseExact(
                year.ToString("0000", CultureInfo.InvariantCulture) + monthAndDay, "yyyyMMdd",
                CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : (DateOnly?)null)
            .OfType<DateOnly>().OrderBy(date => Math.Abs(date.DayNumber - value.DayNumber))
            .Select(date => (DateOnly?)date).FirstOrDefault() ?? throw field.Damaged("the entry date is no date.");

    private static (string Owner, string? Bank) References(Mt940Field field, string text)
    {
        var slashes = text.IndexOf("//", StringComparison.Ordinal);
        var owner = slashes < 0 ? text : text[..slashes];
        var bank = slashes < 0 ? null : text[(slashes + 2)..];
        return owner.Length <= MaxReferenceLength && bank is not { Length: > MaxReferenceLength }
            && (owner.Length > 0 || bank is { Length: > 0 })
            ? (owner, bank)
            : throw field.Damaged($"a reference has 1 to {MaxReferenceLength} characters.");
    }

    private static string Take(Mt940Field field, string text, ref int at, int length, Func<char, bool> fits)
    {
        if (at + length > text.Length || !text[at..(at + length)].All(fits))
            throw field.Damaged($"{length} characters of another kind are expected at place {at + 1}.");
        at += length;
        return text[(at - length)..at];
    }
}
