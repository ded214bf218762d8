using FinCode.Contracts;
using FinCode.Standalone.Client;

namespace FinCode.Standalone.Demo;

/// <summary>
/// What has to hold when all transfers are over: each ended as its row says, the world outside agrees on what was
/// paid, the books
/// balance, and the partner heard of everything by webhooks with good signatures.
/// </summary>
internal sealed class DemoProofs(DemoActors actors, Checks checks)
{
    private static readonly TimeSpan WebhookLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    public IReadOnlyList<CurrencyTotals> TrialBalance { get; private set; } = [];

    public IReadOnlyList<ReceivedWebhook> Webhooks { get; private set; } = [];

    public async Task CheckAsync(IReadOnlyList<DemoRun> runs, CancellationToken cancellationToken)
    {
        foreach (var run in runs)
        {
            foreach (var failure in run.Failures)
                checks.That(false, $"{run.Transfer.Name} goes as planned", failure);
            if (run.Transaction is not null)
                await CheckTransferAsync(run, cancellationToken);
        }
        await CheckWebhooksAsync(runs, cancellationToken);
        await CheckBooksAsync(runs, cancellationToken);
    }

    private async Task CheckTransferAsync(DemoRun run, CancellationToken cancellationToken)
    {
        var name = run.Transfer.Name;
        var now = await actors.Partner.GetAsync(run.Transaction!.Id, cancellationToken);
        checks.Equal(now.Status, run.Transfer.Expected, $"{name}: the status");
        var inside = await actors.Officers[0].InsideAsync(now.Id, cancellationToken);
        checks.Equal(inside.Attempts, run.Transfer.Attempts, $"{name}: the number of payout attempts");
        if (run.Transfer.PayoutMethod == PayoutMethod.Wallet)
            await CheckWalletAsync(run, now, cancellationToken);
        else
            await CheckProviderAsync(run, now, cancellationToken);
        await CheckRefundAsync(run, now, cancellationToken);
        if (run.Transfer.Does(DemoAct.Freeze))
            await CheckFrozenAsync(name, now, cancellationToken);
    }

    /// <summary>The provider's own records say how often money left for the beneficiary.</summary>
    private async Task CheckProviderAsync(DemoRun run, TransferView now, CancellationToken cancellationToken)
    {
        var orders = new List<ProviderOrder>();
        foreach (var destination in run.Transfer.Destinations)
            orders.AddRange(await actors.Sandbox.PayoutsToAsync(run.Transfer.PayoutMethod, destination,
                cancellationToken));
        var paid = orders.Where(order => order.Payments > 0).ToArray();
        var expected = run.Transfer.Expected == TransactionStatus.Paid ? 1 : 0;
        checks.Equal(paid.Sum(order => order.Payments), expected, $"{run.Transfer.Name}: how often the provider paid");
        foreach (var order in paid)
            checks.Equal(order.Amount, now.ReceiveAmount, $"{run.Transfer.Name}: what the provider paid");
    }

    private async Task CheckWalletAsync(DemoRun run, TransferView now, CancellationToken cancellationToken)
    {
        var entries = await actors.Finance.EntriesAsync(now.Id, cancellationToken);
        var credited = entries.Where(entry => entry is { Form: "POSTED", IsReversed: false })
            .SelectMany(entry => entry.Legs)
            .Where(leg => leg.Side == "CREDIT" && leg.Account.StartsWith("wallet:",
                StringComparison.Ordinal)).ToArray();
        checks.Equal(credited.Length, 1, $"{run.Transfer.Name}: how often the wallet was credited");
        foreach (var leg in credited)
            checks.Equal(leg.Amount, now.ReceiveAmount, $"{run.Transfer.Name}: what the wallet was credited");
    }

    private async Task CheckRefundAsync(DemoRun run, TransferView now, CancellationToken cancellationToken)
    {
        var refunds = await actors.Sandbox.RefundsToAsync(run.Transfer.PayerReference, cancellationToken);
        var expected = run.Transfer.Expected == TransactionStatus.Refunded ? 1 : 0;
        checks.Equal(refunds.Sum(refund => refund.Payments), expected,
            $"{run.Transfer.Name}: how often the payer was refunded");
        foreach (var refund in refunds.Where(refund => refund.Payments > 0))
            checks.Equal(refund.Amount, now.TotalToPay, $"{run.Transfer.Name}: what the payer was refunded");
    }

    private async Task CheckFrozenAsync(string name, TransferView now, CancellationToken cancellationToken)
    {
        var balance = await actors.Finance.BalanceAsync($"frozen:{now.Id}", now.TotalToPay.Currency, cancellationToken);
        checks.Equal(balance, now.TotalToPay, $"{name}: what stands in its frozen account");
    }

    /// <summary>
    /// Webhooks come in their own time; the last ones are waited for, and then a little longer for those too many.
    /// </summary>
    private async Task CheckWebhooksAsync(IReadOnlyList<DemoRun> runs, CancellationToken cancellationToken)
    {
        var since = TimeProvider.System.GetTimestamp();
        do
        {
            await Task.Delay(LookInterval, TimeProvider.System, cancellationToken);
            Webhooks = await actors.Sandbox.ReceivedAsync(actors.Inbox, cancellationToken);
        }
        while (runs.Any(run => Missing(run).Any()) && TimeProvider.System.GetElapsedTime(since) < WebhookLimit);

        foreach (var run in runs.Where(run => run.Transaction is not null))
        {
            foreach (var type in run.Transfer.Webhooks.Keys.Union(TypesFor(run).Keys))
                checks.Equal(TypesFor(run).GetValueOrDefault(type), run.Transfer.Webhooks.GetValueOrDefault(type),
                    $"{run.Transfer.Name}: the number of webhooks {type}");
        }
        checks.Equal(Webhooks.Count(webhook => !webhook.Verified), 0, "The number of webhooks with a bad signature");
    }

    private IEnumerable<string> Missing(DemoRun run)
    {
        if (run.Transaction is null)
            return [];
        var came = TypesFor(run);
        return run.Transfer.Webhooks.Where(wanted => came.GetValueOrDefault(wanted.Key) < wanted.Value)
            .Select(wanted => wanted.Key);
    }

    /// <summary>One that was refused or came twice counts once: its id is the same.</summary>
    private Dictionary<string, int> TypesFor(DemoRun run) => Webhooks
        .Where(webhook => webhook.TransactionId == run.Transaction!.Id && webhook.Answered is >= 200 and < 300)
        .DistinctBy(webhook => webhook.WebhookId)
        .GroupBy(webhook => webhook.Type ?? "").ToDictionary(group => group.Key, group => group.Count());

    private async Task CheckBooksAsync(IReadOnlyList<DemoRun> runs, CancellationToken cancellationToken)
    {
        TrialBalance = await actors.Finance.TrialBalanceAsync(cancellationToken);
        checks.That(TrialBalance.Count > 0, "There are books", "the trial balance is empty");
        foreach (var currency in TrialBalance)
            checks.That(currency.Difference.IsZero, $"Debits equal credits in {currency.Currency}",
                $"they differ by {currency.Difference}");
        var ordered = runs.Count(run => run.Transaction is not null);
        checks.Equal(await actors.Partner.CountAsync(cancellationToken), ordered, "The number of transfers that exist");
    }
}
