using FinCode.Ledger.Model;
using FinCode.Ledger.Reconciliation.Model.Statements;
using FinCode.Ledger.Statements;
using FinCode.Ledger.Storage;
using BookedLine = FinCode.Ledger.Storage.StatementLine;

namespace FinCode.Ledger.Tests.Reconciliation.Statements;

/// <summary>The camt.053 that we write is one that we read.</summary>
public sealed class OwnStatementTests
{
    private static readonly DateOnly s_from = new(2026, 3, 1);
    private static readonly DateOnly s_to = new(2026, 3, 9);
    private static readonly DateTimeOffset s_booked = new(2026, 3, 9, 23, 59, 59, TimeSpan.Zero);

    [Fact]
    public void What_we_write_as_camt053_is_read_back_as_it_was()
    {
        var transaction = TransactionId.New();
        BookedLine[] lines =
        [
            new(new HistoryPlace(7, 1), EntryId.New(), transaction, "payin", s_booked.AddDays(-3), s_from, "REF-1",
                "for \"school\" & <food>", Side.Debit, 12_345, 13_345),
            new(new HistoryPlace(9, 2), EntryId.New(), null, "manual", s_booked, s_to, null, null, Side.Credit, 20_000,
                -6_655),
        ];
        var account = new AccountBalance(Guid.CreateVersion7(), new AccountName("psp:acme", Currency.Of("GBP")),
            Side.Debit, AccountClass.Asset, AccountStatus.Activated, null, null);
        var written = new AccountStatement(account, s_from, s_to, 1_000, -6_655, lines, s_booked).Checked();

        var read = StatementReader.Read(StatementFormat.Camt053, StatementCamt053.Write(written))
            .ShouldHaveSingleItem();

        (read.Account, read.Currency.Code, read.From, read.To).ShouldBe(("psp:acme", "GBP", s_from, s_to));
        StatementFiles.Amounts([read]).ShouldBe("10.00 GBP [123.45, -200.00] -66.55 GBP");
        read.Lines.Select(line => (line.ValueDate, line.BookingDate, line.BankReference, line.ServicerReference))
            .ShouldBe(
            [
                (s_from, new DateOnly(2026, 3, 6), "7.1", $"{lines[0].Entry.Value:N}"),
                (s_to, s_to, "9.2", $"{lines[1].Entry.Value:N}"),
            ]);
        (read.Lines[0].EndToEndId, read.Lines[0].TransactionId, read.Lines[0].Text)
            .ShouldBe(($"{transaction.Value:N}", "REF-1", "for \"school\" & <food>"));
        read.Lines[1].EndToEndId.ShouldBeNull();
    }
}
