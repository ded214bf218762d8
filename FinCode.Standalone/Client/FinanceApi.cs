using FinCode.Standalone.Seeding;

namespace FinCode.Standalone.Client;

/// <summary>What FINANCE asks of the platform, and a second person approves.</summary>
internal sealed class FinanceApi(ApiClient client, ApiClient second) : IDisposable
{
    public Task TopUpAsync(SeedTopUp topUp, CancellationToken cancellationToken) =>
        Seed.TopUpAsync(client, second, topUp, cancellationToken);

    public async Task<IReadOnlyList<CurrencyTotals>> TrialBalanceAsync(CancellationToken cancellationToken) =>
        (await client.GetAsync("v1/ledger/trial-balance", cancellationToken)).As<TrialBalanceView>().Currencies;

    /// <summary>The balance of an account, on its normal side, or null when it does not exist.</summary>
    public async Task<Money?> BalanceAsync(string account, Currency currency, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync(
            $"v1/ledger/accounts/{Uri.EscapeDataString(account)}/{currency.Code}", cancellationToken);
        return answer.Status == StatusCodes.Status404NotFound ? null : answer.As<AccountView>().Balance;
    }

    /// <summary>What is booked for a transfer, in the order of booking.</summary>
    public async Task<IReadOnlyList<EntryView>> EntriesAsync(string transactionId, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync($"v1/ledger/transactions/{transactionId}/entries", cancellationToken);
        return answer.Status == StatusCodes.Status404NotFound ? [] : answer.As<EntryList>().Items;
    }

    public void Dispose()
    {
        client.Dispose();
        second.Dispose();
    }

    private sealed record TrialBalanceView(IReadOnlyList<CurrencyTotals> Currencies);

    private sealed record AccountView(Money Balance);

    private sealed record EntryList(IReadOnlyList<EntryView> Items);
}

internal sealed record CurrencyTotals(string Currency, Money Debits, Money Credits, Money Difference);

internal sealed record EntryView(string Step, int Number, string Form, bool IsReversed, IReadOnlyList<LegView> Legs);

internal sealed record LegView(string Account, string Side, Money Amount);
