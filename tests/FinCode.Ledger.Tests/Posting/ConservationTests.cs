using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Messaging;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Ledger.Tests.Posting;

public sealed class ConservationTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const int Clients = 6;
    private const int EntriesPerClient = 40;

    [Fact]
    public async Task Read_from_outside_while_a_load_runs_every_currency_sums_to_zero()
    {
        var tenant = TestTenant.New();
        var load = Task.WhenAll(Enumerable.Range(0, Clients).Select(client => LoadAsync(tenant, client)));

        var readings = 0;
        while (!load.IsCompleted)
        {
            (await ledger.DifferencesAsync()).ShouldAllBe(row => row.Difference == 0);
            readings++;
        }
        await load;

        readings.ShouldBeGreaterThan(0);
        (await ledger.DifferencesAsync()).Count.ShouldBe(2);
        (await ledger.AccountsOffTheirLegsAsync(tenant)).ShouldBeEmpty();
        (await ledger.AccountAsync(tenant, "psp:x", "GBP"))!.Balance.MinorUnits.ShouldBe(
            Clients * EntriesPerClient * 100);
    }

    [Fact]
    public async Task Reservations_at_once_on_one_prefunded_balance_never_exceed_it()
    {
        var tenant = TestTenant.New();
        await ledger.TopUpAsync(tenant, "acme", Money.Of(1_000, "NGN"));
        await ledger.BookAsync(tenant, new Post(Key("owed"),
            [Leg.Debit("fx:NGN", Money.Of(100_000, "NGN")), Leg.Credit("payable:all", Money.Of(100_000, "NGN"))]));

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 30).Select(n => ledger.PostAsync(tenant, new Hold(Key($"r{n}"),
            [Leg.Debit("payable:all", Money.Of(70, "NGN")), Leg.Credit("prefund:acme:NGN", Money.Of(70, "NGN"))]))));

        outcomes.Count(outcome => outcome.Refusal is null).ShouldBe(14);
        outcomes.Where(outcome => outcome.Refusal is not null).ShouldAllBe(outcome =>
            outcome.Refusal!.Code == RefusalCode.InsufficientFunds
                && outcome.Refusal.Account!.Code == "prefund:acme:NGN");
        (await ledger.AvailableAsync(tenant, "prefund:acme:NGN", "NGN")).ShouldBe("0.20");
    }

    [Fact]
    public async Task Units_of_work_that_post_several_times_do_not_wait_in_a_circle()
    {
        var tenant = TestTenant.New();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async n =>
        {
            await using var scope = ledger.Service.Services.CreateAsyncScope();
            var session = scope.ServiceProvider.GetRequiredService<DbSession>();
            await session.BeginAsync(tenant, CancellationToken.None);
            var posting = scope.ServiceProvider.GetRequiredService<LedgerPosting>();
            string[] order = n % 2 == 0 ? ["a", "b"] : ["b", "a"];
            foreach (var psp in order)
                (await posting.PostAsync([Move(psp, n)], CancellationToken.None)).Refusal.ShouldBeNull();
            await session.CommitAsync(CancellationToken.None);
        }));

        (await ledger.AvailableAsync(tenant, "psp:a", "GBP")).ShouldBe("0.20");
        (await ledger.AccountsOffTheirLegsAsync(tenant)).ShouldBeEmpty();

        static Post Move(string psp, int n) => new(Key($"{psp}{n}"),
            [Leg.Debit($"psp:{psp}", Money.Of(1, "GBP")), Leg.Credit($"transit:{psp}", Money.Of(1, "GBP"))]);
    }

    private async Task LoadAsync(TenantId tenant, int client)
    {
        for (var n = 0; n < EntriesPerClient; n++)
        {
            var (pounds, naira) = (Money.Of(100, "GBP"), Money.Of(200_000, "NGN"));
            await ledger.BookAsync(tenant, new Post(Key($"{client}-{n}"),
            [
                Leg.Debit("psp:x", pounds), Leg.Credit("fx:GBP", pounds),
                Leg.Debit("fx:NGN", naira), Leg.Credit($"payable:{client}", naira),
            ]));
        }
    }

    private static EntryKey Key(string text) => new(text, null, "test", 1);
}
