using System.Globalization;
using System.Xml.Linq;

namespace FinCode.Ledger.Reconciliation.Model.Statements;

/// <summary>A statement of a camt.053 while its elements come in, in the order of the message.</summary>
internal sealed class CamtStatement(string message)
{
    private readonly List<StatementLine> _lines = [];
    private readonly List<Money> _entries = [];
    private XElement? _summary;
    private string? _id;
    private string? _sequence;
    private string? _account;
    private Currency? _currency;
    private (DateOnly? From, DateOnly? To) _period;
    private (Money Amount, DateOnly Date)? _opening;
    private (Money Amount, DateOnly Date)? _previouslyClosed;
    private (Money Amount, DateOnly Date)? _closing;
    private int _pending;
    private int _zero;

    /// <summary>Where the statement begins in the file.</summary>
    public int Line { get; set; }

    public void Take(XElement element)
    {
        if (element.Name.NamespaceName != message)
            return;
        switch (element.Name.LocalName)
        {
            case "Id":
                _id = StatementReader.Reference(element.Value, element.Line());
                break;
            case "ElctrncSeqNb":
                _sequence = StatementReader.Reference(element.Value, element.Line());
                break;
            case "FrToDt":
                _period = (element.At("FrDtTm").Date(), element.At("ToDtTm").Date());
                break;
            case "Acct":
                _account = (element.TextAt("Id", "IBAN") ?? element.TextAt("Id", "Othr", "Id"))
                    ?.Replace(" ", "", StringComparison.Ordinal);
                if (element.TextAt("Ccy") is { } code)
                    Use(StatementReader.CurrencyOf(code, element.Line()), element);
                break;
            case "Bal":
                TakeBalance(element);
                break;
            case "TxsSummry":
                _summary = element;
                break;
            case "Ntry":
                TakeEntry(element);
                break;
        }
    }

    public Statement ToStatement()
    {
        if (_id is null || _account is null || _currency is null)
            throw new DamagedStatementException(Line, "The statement has no Id, no account or no balance.");
        if (_opening is { } opened && _previouslyClosed is { } previous && opened.Amount != previous.Amount)
            throw new DamagedStatementException(Line, "The opening balance is not the previous closing one.");
        if ((_opening ?? _previouslyClosed) is not { } opening)
            throw new DamagedStatementException(Line, "The statement has no opening booked balance (OPBD or PRCD).");
        if (_closing is not { } closing)
            throw new DamagedStatementException(Line, "The statement has no closing booked balance (CLBD).");
        StatementReader.CheckTotal(opening.Amount, _lines, closing.Amount, Line);
        CheckSummary();
        var to = _period.To ?? closing.Date;
        // A balance that was closed before is of the day before the period.
        var from = _period.From ?? (_opening is null ? Later(opening.Date.AddDays(1), to) : Later(opening.Date, to));
        if (from > to)
            throw new DamagedStatementException(Line, "The period ends before it begins.");
        return new Statement(StatementFormat.Camt053, _account, _currency, _id, _sequence, from, to, opening.Amount,
            closing.Amount, _lines, _pending, _zero);
    }

    private static DateOnly Later(DateOnly from, DateOnly to) => from > to ? to : from;

    private void Use(Currency currency, XElement element)
    {
        if (_currency is not null && _currency != currency)
            throw new DamagedStatementException(element.Line(), $"The account is kept in {_currency.Code}.");
        _currency = currency;
    }

    private void TakeBalance(XElement balance)
    {
        var amount = balance.Need("Amt");
        Use(StatementReader.CurrencyOf((string?)amount.Attribute("Ccy"), amount.Line()), balance);
        var value = (balance.Signed(amount.Amount(_currency!)), balance.Need("Dt").Date()!.Value);
        switch (balance.TextAt("Tp", "CdOrPrtry", "Cd"))
        {
            case "OPBD":
                Once(ref _opening, value, balance);
                break;
            case "PRCD":
                Once(ref _previouslyClosed, value, balance);
                break;
            case "CLBD":
                Once(ref _closing, value, balance);
                break;
        }
    }

    private static void Once(ref (Money, DateOnly)? field, (Money, DateOnly) value, XElement balance)
    {
        if (field is not null)
            throw new DamagedStatementException(balance.Line(), "This kind of balance is there twice.");
        field = value;
    }

    private void TakeEntry(XElement entry)
    {
        if (_currency is null)
            throw new DamagedStatementException(entry.Line(), "The balances come before the entries.");
        if (_lines.Count >= StatementReader.MaxLines)
            throw new DamagedStatementException(entry.Line(),
                $"A file has at most {StatementReader.MaxLines} entries.");
        var amount = entry.Signed(entry.Need("Amt").Amount(_currency));
        switch (entry.TextAt("Sts", "Cd") ?? entry.TextAt("Sts"))
        {
            case "BOOK":
                break;
            case "PDNG" or "INFO" or "FUTR":
                _pending++;
                return;
            default:
                throw new DamagedStatementException(entry.Line(),
                    "The status of an entry is BOOK, PDNG, INFO or FUTR.");
        }
        _entries.Add(amount);
        if (amount.IsZero)
            _zero++;
        else
        {
            // Parts of zero are left out, and numbers have no gaps.
            var lines = CamtEntry.Split(entry, amount, _entries.Count);
            _lines.AddRange([.. lines.Select((line, index) => line with { Number = _lines.Count + index + 1 })]);
        }
    }

    /// <summary>Totals are optional; those that are given hold for the booked entries.</summary>
    private void CheckSummary()
    {
        if (_summary is null)
            return;
        var credits = _entries.Where(entry => entry.MinorUnits > 0).ToArray();
        var debits = _entries.Where(entry => entry.MinorUnits < 0).ToArray();
        CheckTotals("TtlNtries", _entries, null);
        CheckTotals("TtlCdtNtries", credits, _entries.Count - debits.Length);
        CheckTotals("TtlDbtNtries", debits, _entries.Count - credits.Length);
        var net = _summary.At("TtlNtries", "TtlNetNtry") ?? _summary.At("TtlNtries");
        var amount = net?.At("Amt") ?? net?.At("TtlNetNtryAmt");
        if (amount is not null && Parse(amount) != Int128.Abs(Sum(_entries)))
            throw new DamagedStatementException(amount.Line(), "The net total is not that of the entries.");
    }

    /// <summary>Entries of zero may be counted on either side.</summary>
    private void CheckTotals(string name, IReadOnlyCollection<Money> entries, int? atMost)
    {
        if (_summary!.At(name) is not { } totals)
            return;
        if (totals.TextAt("NbOfNtries") is { } count
            && !(int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= entries.Count && number <= (atMost ?? entries.Count)))
            throw new DamagedStatementException(
                totals.Line(), $"{name} counts other entries than the {entries.Count} that are there.");
        if (totals.At("Sum") is { } sum
            && Parse(sum) != entries.Aggregate((Int128)0, (total, entry) => total + Math.Abs(entry.MinorUnits)))
            throw new DamagedStatementException(sum.Line(), $"The sum of {name} is not that of the entries.");
    }

    private Int128 Parse(XElement sum) =>
        StatementReader.AmountOf(sum.Value.Trim(), _currency!, sum.Line()).MinorUnits;

    private static Int128 Sum(IEnumerable<Money> entries) =>
        entries.Aggregate((Int128)0, (total, entry) => total + entry.MinorUnits);
}
