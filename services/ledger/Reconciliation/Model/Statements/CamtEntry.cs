using System.Globalization;
using System.Xml.Linq;

namespace FinCode.Ledger.Reconciliation.Model.Statements;

/// <summary>
/// A booked entry of a camt.053 (Ntry). One that stands for several transactions becomes a line for each when their
/// amounts are there and add up; amounts that are there and do not add up mean that the file is damaged, unless charges
/// explain the difference: then it stays one line.
/// </summary>
internal static class CamtEntry
{
    public static IEnumerable<StatementLine> Split(XElement entry, Money amount, int entryNumber)
    {
        var booking = entry.At("BookgDt").Date();
        var value = entry.At("ValDt").Date();
        if ((booking ?? value) is not { } date)
            throw new DamagedStatementException(entry.Line(), "The entry has neither a booking nor a value date.");
        var whole = new StatementLine(1, entry.Line(), value ?? date, booking ?? date, amount)
        {
            ServicerReference = ReferenceAt(entry, "AcctSvcrRef"),
            BankReference = ReferenceAt(entry, "NtryRef"),
            Text = StatementReader.Text([entry.TextAt("AddtlNtryInf")]),
        };
        var transactions = entry.AllAt("NtryDtls").SelectMany(details => details.AllAt("TxDtls")).ToArray();
        CheckBatch(entry, amount, transactions.Length);
        var amounts = AmountsOf(entry, amount, transactions);
        return transactions.Length switch
        {
            0 => [whole with { Batch = BatchOf(entry, null) }],
            1 => [Detailed(whole, transactions[0])],
            _ when amounts is null => [whole with { Batch = BatchOf(entry, transactions[0]) }],
            _ => transactions.Select((transaction, index) => Detailed(whole, transaction) with
            {
                FileLine = transaction.Line(),
                Amount = amounts[index],
                Batch = BatchOf(entry, transaction)
                    ?? string.Create(CultureInfo.InvariantCulture, $"entry {entryNumber}"),
            }).Where(line => !line.Amount.IsZero),
        };
    }

    private static void CheckBatch(XElement entry, Money amount, int transactions)
    {
        foreach (var batch in entry.AllAt("NtryDtls").Select(details => details.At("Btch")).OfType<XElement>())
        {
            var isOnly = entry.AllAt("NtryDtls").Count() == 1;
            if (isOnly && transactions > 1 && batch.TextAt("NbOfTxs") is { } count
                && count.TrimStart('0') != transactions.ToString(CultureInfo.InvariantCulture))
                throw new DamagedStatementException(
                    batch.Line(), $"The batch counts other transactions than the {transactions} that are there.");
            if (isOnly && !HasCharges(entry) && batch.At("TtlAmt") is { } total
                && (string?)total.Attribute("Ccy") == amount.Currency.Code
                && total.Amount(amount.Currency).MinorUnits != Math.Abs(amount.MinorUnits))
                throw new DamagedStatementException(total.Line(), "The batch's total is not the entry's amount.");
        }
    }

    /// <summary>Signed, in the order of the transactions; null when they do not say what the entry is made
    /// of.</summary>
    private static Money[]? AmountsOf(XElement entry, Money amount, XElement[] transactions)
    {
        if (HasCharges(entry) || !transactions.Any(HasAmount))
            return null;
        if (!transactions.All(HasAmount))
            throw new DamagedStatementException(
                entry.Line(), "Some of the entry's transactions have an amount, and some have none.");
        var given = transactions.Select(transaction => AmountOf(transaction, amount)).OfType<Money>().ToArray();
        if (given.Length != transactions.Length)
            return null;
        var sum = given.Aggregate((Int128)0, (total, part) => total + part.MinorUnits);
        return sum == amount.MinorUnits
            ? given
            : throw new DamagedStatementException(
                entry.Line(), "The amounts of the entry's transactions do not add up to its own.");
    }

    /// <summary>Amt since 001.03, AmtDtls/TxAmt before; in another currency it says nothing of this account.</summary>
    private static Money? AmountOf(XElement transaction, Money entry)
    {
        var amount = AmountIn(transaction)!;
        if ((string?)amount.Attribute("Ccy") != entry.Currency.Code)
            return null;
        var value = amount.Amount(entry.Currency);
        if (transaction.At("CdtDbtInd") is not null)
            return transaction.Signed(value);
        return entry.MinorUnits < 0 ? -value : value;
    }

    private static XElement? AmountIn(XElement transaction) =>
        transaction.At("Amt") ?? transaction.At("AmtDtls", "TxAmt", "Amt");

    private static bool HasAmount(XElement transaction) => AmountIn(transaction) is not null;

    private static bool HasCharges(XElement entry) => entry.Descendants(entry.Name.Namespace + "Chrgs").Any();

    private static StatementLine Detailed(StatementLine whole, XElement transaction)
    {
        var remittance = transaction.At("RmtInf");
        return whole with
        {
            EndToEndId = ReferenceAt(transaction, "Refs", "EndToEndId"),
            InstructionId = ReferenceAt(transaction, "Refs", "InstrId"),
            TransactionId = ReferenceAt(transaction, "Refs", "TxId"),
            ServicerReference = ReferenceAt(transaction, "Refs", "AcctSvcrRef") ?? whole.ServicerReference,
            Text = StatementReader.Text([
                .. remittance?.AllAt("Ustrd").Select(text => text.Value) ?? [],
                .. remittance?.AllAt("Strd").Select(structured => structured.TextAt("CdtrRefInf", "Ref")) ?? [],
                transaction.TextAt("Refs", "UETR"), transaction.TextAt("AddtlTxInf"), whole.Text,
            ]),
        };
    }

    private static string? BatchOf(XElement entry, XElement? transaction) =>
        ReferenceAt(entry.AllAt("NtryDtls").FirstOrDefault(), "Btch", "PmtInfId")
        ?? ReferenceAt(transaction, "Refs", "PmtInfId")
        ?? ReferenceAt(entry.AllAt("NtryDtls").FirstOrDefault(), "Btch", "MsgId")
        ?? (transaction is null ? null : ReferenceAt(entry, "AcctSvcrRef") ?? ReferenceAt(entry, "NtryRef"));

    private static string? ReferenceAt(XElement? element, params ReadOnlySpan<string> path) =>
        element?.At(path) is { } found ? StatementReader.Reference(found.Value, found.Line()) : null;
}
