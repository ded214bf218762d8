using System.Globalization;

namespace FinCode.Ledger.Reconciliation.Model.Statements;

/// <summary>
/// Reads customer statement messages MT940. A statement may go over several messages: all but the first begin, and all
/// but the last end, with an intermediate balance (60M, 62M), which join. Source: SWIFT standards, category 9.
/// </summary>
internal static class Mt940Reader
{
    /// <summary>
    /// The place of each field in a message. 61, 86 and 65 repeat; 86 belongs to the line before it, or at the end to
    /// the statement.
    /// </summary>
    private static readonly Dictionary<string, int> Order = new(StringComparer.Ordinal)
    {
        ["20"] = 1, ["21"] = 2, ["25"] = 3, ["25P"] = 3, ["28C"] = 4, ["60F"] = 5, ["60M"] = 5, ["61"] = 6,
        ["62F"] = 7, ["62M"] = 7, ["64"] = 8, ["65"] = 9,
    };

    private sealed record Balance(Money Amount, DateOnly Date, bool IsIntermediate);

    private sealed record Page(
        string Reference, string Account, string Number, int Sequence, Balance Opening, Balance Closing,
        IReadOnlyList<StatementLine> Lines, int ZeroIgnored, int FileLine);

    public static IReadOnlyList<Statement> Read(byte[] content)
    {
        var statements = new List<Statement>();
        var pages = new List<Page>();
        foreach (var message in Mt940Fields.Read(content))
        {
            var page = ReadPage(message, pages.Sum(earlier => earlier.Lines.Count));
            if (pages.Count == 0 ? page.Opening.IsIntermediate : !Follows(pages[^1], page))
                throw new DamagedStatementException(
                    page.FileLine, "The message does not go on where the one before it ended: pages are missing.");
            pages.Add(page);
            if (page.Closing.IsIntermediate)
                continue;
            statements.Add(Join(pages));
            pages.Clear();
        }
        return pages.Count == 0
            ? statements
            : throw new DamagedStatementException(
                pages[^1].FileLine, "The statement goes on in another message, which is not in the file.");
    }

    /// <summary>A date of six digits: years 80 to 99 are of the last century, as the standard says.</summary>
    public static DateOnly Date(string digits, Mt940Field field) => StatementReader.DateOf(
        (string.CompareOrdinal(digits, "80") >= 0 ? "19" : "20") + digits, "yyyyMMdd", field.FileLine);

    private static bool Follows(Page last, Page next) => next.Opening.IsIntermediate
        && (next.Account, next.Number, next.Sequence) == (last.Account, last.Number, last.Sequence + 1)
        && next.Opening.Amount == last.Closing.Amount;

    private static Statement Join(List<Page> pages)
    {
        var (first, last) = (pages[0], pages[^1]);
        var lines = pages.SelectMany(page => page.Lines).ToArray();
        var to = last.Closing.Date;
        // The opening balance is the closing one of the day before the period, or of the last day that had one.
        var from = lines.Select(line => line.BookingDate).Append(to).Min();
        if (from <= first.Opening.Date && first.Opening.Date < to)
            from = first.Opening.Date.AddDays(1);
        else if (from < first.Opening.Date)
            from = to;
        return new Statement(StatementFormat.Mt940, first.Account, first.Opening.Amount.Currency, first.Reference,
            first.Number, from, to, first.Opening.Amount, last.Closing.Amount, lines,
            ZeroIgnored: pages.Sum(page => page.ZeroIgnored));
    }

    private static Page ReadPage(IReadOnlyList<Mt940Field> fields, int linesBefore)
    {
        CheckOrder(fields);
        Mt940Field Need(params string[] tags) => fields.FirstOrDefault(field => tags.Contains(field.Tag))
            ?? throw new DamagedStatementException(fields[^1].FileLine,
                $"The message was cut off or has no field {tags[0]}.");

        var opening = ReadBalance(Need("60F", "60M"));
        var (number, sequence) = ReadNumber(Need("28C"));
        var account = Need("25", "25P");
        var reference = Need("20");
        var closing = ReadBalance(Need("62F", "62M"));
        var currency = opening.Amount.Currency;
        if (closing.Amount.Currency != currency || closing.Date < opening.Date)
            throw Need("62F", "62M").Damaged("the closing balance is in another currency or before the opening one.");
        foreach (var available in fields.Where(field => field.Tag is "64" or "65"))
        {
            if (ReadBalance(available).Amount.Currency != currency)
                throw available.Damaged("the balance is in another currency.");
        }
        var lines = ReadLines(fields, currency, linesBefore);
        StatementReader.CheckTotal(opening.Amount, lines, closing.Amount, Need("62F", "62M").FileLine);
        return new Page(
            StatementReader.Reference(reference.First, reference.FileLine) ?? throw reference.Damaged("it is empty."),
            StatementReader.Reference(account.First, account.FileLine)?.Replace(" ", "", StringComparison.Ordinal)
                ?? throw account.Damaged("it is empty."),
            number, sequence, opening, closing, lines,
            fields.Count(field => field.Tag == "61") - lines.Count, fields[0].FileLine);
    }

    private static void CheckOrder(IReadOnlyList<Mt940Field> fields)
    {
        var place = 0;
        foreach (var field in fields)
        {
            if (field.Tag == "86")
            {
                if (place < 6)
                    throw field.Damaged("it belongs to a line or to the end of the statement.");
                continue;
            }
            if (!Order.TryGetValue(field.Tag, out var next))
                throw field.Damaged("an MT940 has no such field.");
            if (next < place || (next == place && field.Tag is not ("61" or "65")))
                throw field.Damaged("it is out of order or there twice.");
            if (field.Tag != "61" && field.Lines.Count > (field.Tag == "25P" ? 2 : 1))
                throw field.Damaged("it has one line.");
            place = next;
        }
    }

    private static List<StatementLine> ReadLines(IReadOnlyList<Mt940Field> fields, Currency currency, int before)
    {
        var lines = new List<StatementLine>();
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i].Tag != "61")
                continue;
            var line = Mt940Line.Read(fields[i], currency, before + lines.Count + 1);
            if (line.Amount.IsZero)
                continue;
            var information = i + 1 < fields.Count && fields[i + 1].Tag == "86" ? fields[i + 1].Lines : [];
            lines.Add(line with { Text = StatementReader.Text([.. information, line.Text]) });
        }
        return lines;
    }

    private static Balance ReadBalance(Mt940Field field)
    {
        var text = field.First;
        if (text.Length < 12 || text[0] is not ('C' or 'D') || !text[1..7].All(char.IsAsciiDigit))
            throw field.Damaged("a balance is a mark, a date, a currency and an amount.");
        var currency = StatementReader.CurrencyOf(text[7..10], field.FileLine);
        var at = 10;
        var amount = Mt940Line.Amount(field, text, ref at, currency);
        if (at != text.Length)
            throw field.Damaged("there is more than the amount.");
        return new Balance(
            text[0] == 'D' ? -amount : amount, Date(text[1..7], field), field.Tag.EndsWith('M'));
    }

    /// <summary>Statement number and, after a slash, the number of the message in the statement.</summary>
    private static (string Number, int Sequence) ReadNumber(Mt940Field field)
    {
        var parts = field.First.Split('/');
        if (parts.Length > 2 || !parts.All(part => part.Length is > 0 and <= 5 && part.All(char.IsAsciiDigit)))
            throw field.Damaged("it is up to five digits, and up to five more after a slash.");
        return (parts[0], parts.Length == 2 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1);
    }
}
