using FinCode.Contracts;
using FinCode.Ledger.Operations;
using FinCode.Ledger.Operations.Reports;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Reactions;

/// <summary>One transfer of a tenant of its own, as the other services tell of it, and its books.</summary>
public abstract class TransferInBooks(LedgerFixture ledger)
{
    protected LedgerFixture Ledger { get; } = ledger;

    protected TenantId Tenant { get; } = TestTenant.New();

    protected TransactionId Transaction { get; } = TransactionId.New();

    protected EventProbe Events => Ledger.Service.Events;

    protected Task PublishAsync<TEvent>(TEvent message) where TEvent : IEvent =>
        Ledger.Service.PublishAsync(Tenant, message);

    protected IReadOnlyList<EntryPosted> Posted(string step) =>
        [.. Events.All<EntryPosted>(Tenant).Where(e => e.TransactionId == Transaction && e.Step == step)];

    protected Task<EntryPosted> PostedAsync(string step) =>
        Events.WaitForAsync<EntryPosted>(e => e.TransactionId == Transaction && e.Step == step);

    protected Task<FundsReserved> ReservedAsync(int number) =>
        Events.WaitForAsync<FundsReserved>(e => e.TransactionId == Transaction && e.ReservationNumber == number);

    protected Task<ReservationRejected> RejectedAsync(int number) =>
        Events.WaitForAsync<ReservationRejected>(e => e.TransactionId == Transaction && e.ReservationNumber == number);

    protected Task<string> AvailableAsync(string code, string currency) =>
        Ledger.AvailableAsync(Tenant, code, currency);

    private protected async Task<IReadOnlyList<LedgerEntry>> EntriesAsync()
    {
        using var client = Ledger.Finance(Tenant);
        var list = await client.GetJsonAsync<LedgerEntries>(
            $"/v1/ledger/transactions/{Transaction}/entries");
        return list.Items;
    }

    protected async Task ShouldBeSoundAsync()
    {
        (await Ledger.AccountsOffTheirLegsAsync(Tenant)).ShouldBeEmpty();
        using var client = Ledger.Finance(Tenant);
        var balance = await client.GetJsonAsync<GetTrialBalance.TrialBalance>("/v1/ledger/trial-balance");
        balance.Currencies.ShouldNotBeEmpty();
        balance.Currencies.ShouldAllBe(currency => currency.Difference.IsZero);
    }
}
