using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>
/// What an account stood at, as the service itself answers it (<see cref="AccountHistory"/>), against the model: after
/// each booking time and just before it, and by value at the end of each day.
/// </summary>
internal static class HistoryAudit
{
    /// <summary>Once more where it gets a connection that somebody cut before it began.</summary>
    public static Task HistoryShouldHoldAsync(this LedgerFixture ledger, TenantId tenant, BookModel model) =>
        Eventually.TrueAsync(async () =>
        {
            try
            {
                await CompareAsync(ledger, tenant, model);
                return true;
            }
            catch (NpgsqlException exception)
                when (exception is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown }
                    or { InnerException: IOException })
            {
                return false;
            }
        }, "an answer about the past");

    private static async Task CompareAsync(LedgerFixture ledger, TenantId tenant, BookModel model)
    {
        await using var scope = ledger.Service.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DbSession>().BeginReadingAsync(tenant, CancellationToken.None);
        var history = scope.ServiceProvider.GetRequiredService<AccountHistory>();
        var store = scope.ServiceProvider.GetRequiredService<AccountStore>();
        var accounts = new List<AccountBalance>();
        foreach (var name in model.Log.OfType<BookModel.AccountFact>().Select(fact => fact.State.Name).Distinct())
            accounts.Add((await store.FindAsync(name, CancellationToken.None)).ShouldNotBeNull());

        var records = (await LogLines.ReadAsync(ledger, tenant)).Select(record => record.BookedAt).ToArray();
        var reached = 0;
        foreach (var time in records.Distinct())
        {
            (await history.PositionAtAsync(time.AddMicroseconds(-1), CancellationToken.None)).ShouldBe(reached);
            reached = records.Count(bookedAt => bookedAt <= time);
            (await history.PositionAtAsync(time.ToOffset(TimeSpan.FromHours(5)), CancellationToken.None))
                .ShouldBe(reached);
            foreach (var account in accounts)
                await BalancesAgreeAsync(history, account, model, reached);
        }
        foreach (var account in accounts)
            await ValuesAgreeAsync(history, account, model);
    }

    private static async Task BalancesAgreeAsync(
        AccountHistory history, AccountBalance account, BookModel model, int records)
    {
        var (balance, available, coming, liens) = model.Totals(account.Name, records);
        var going = balance - available - liens;
        (await history.BalancesAtAsync(account, records, CancellationToken.None))
            .ShouldBe(new PastBalances(balance, coming, going, liens, available), $"{account.Name} after {records}");
        (await history.BalanceAtAsync(account, records, CancellationToken.None)).ShouldBe(balance);
    }

    private static async Task ValuesAgreeAsync(AccountHistory history, AccountBalance account, BookModel model)
    {
        var days = model.Days().Where(day => day.Account == account.Name).OrderBy(day => day.Day).ToArray();
        var first = days.Length > 0 ? days[0].Day : SteppedClock.StartDay;
        (await history.BalanceOfValueAsync(account, first.AddDays(-1), CancellationToken.None)).ShouldBe(0);
        var net = 0L;
        foreach (var day in days)
        {
            net += account.NormalSide == Side.Debit ? day.Debits - day.Credits : day.Credits - day.Debits;
            (await history.BalanceOfValueAsync(account, day.Day, CancellationToken.None))
                .ShouldBe(net, $"{account.Name} at the end of {day.Day}");
        }
        (await history.BalanceOfValueAsync(account, DateOnly.MaxValue, CancellationToken.None))
            .ShouldBe(model.Totals(account.Name).Balance);
    }
}
