using FinCode.Benches.Harness;

namespace FinCode.Benches.Ledger;

/// <summary>
/// A speed counts only if the book is right: every acknowledged entry is in it once, and it balances.
/// </summary>
internal static class BookCheck
{
    public static async Task RunAsync(
        BenchRun run, LedgerUnderBench ledger, LedgerBook book, CancellationToken cancellationToken)
    {
        var entries = (long)(await BenchServer.QueryAsync(
            ledger.Owner, $"select count(*) from entries where tenant_id = '{book.Tenant.Value}'",
            cancellationToken))!;
        if (entries != book.Entries)
            throw new InvalidOperationException($"{book.Entries} entries were acknowledged, {entries} are booked.");
        var difference = (decimal)(await BenchServer.QueryAsync(ledger.Owner, """
            select coalesce(sum(abs(difference)), 0) from (
                select sum(posted_debits) - sum(posted_credits) as difference from accounts
                group by tenant_id, currency) of_currency
            """, cancellationToken))!;
        if (difference != 0)
            throw new InvalidOperationException($"The books are off by {difference}.");
        run.Report.Add("entries_acknowledged_and_booked", entries, "entries");
        run.Say($"All {entries:#,##0} entries are in the book, and it balances");
    }
}
