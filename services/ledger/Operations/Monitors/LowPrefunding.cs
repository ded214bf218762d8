using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;

namespace FinCode.Ledger.Operations.Monitors;

/// <summary>
/// A partner's prefunded balance that nobody watches gets a monitor when it is topped up, at a part of what is then
/// available, so that FINANCE hears before payouts wait. What people set instead stays as it is, and
/// where they removed one none is set.
/// </summary>
internal sealed class LowPrefunding(PrefundSettings settings, MonitorStore monitors, TimeProvider clock)
{
    /// <summary>With the book held, by who approved the top-up.</summary>
    public async Task WatchAsync(AccountBalance account, string approvedBy, CancellationToken cancellationToken)
    {
        var threshold = (long)((Int128)account.Available * settings.LowPercent / 100);
        if (account.Quiet is not null || threshold <= 0
            || await monitors.WasRemovedAsync(account.Id, cancellationToken))
            return;
        await monitors.AddAsync(
            new BalanceMonitor(MonitorId.New(clock), account.Id, account.Name.Code, account.Name.Currency.Code,
                threshold, IsBelow: false, approvedBy, clock.GetUtcNow()),
            cancellationToken);
    }
}

/// <summary>
/// <c>Ledger:PrefundLowPercent</c>: a top-up of an account that nobody watches sets a monitor at this part of what is
/// then available; 0 sets none.
/// </summary>
internal sealed record PrefundSettings(int LowPercent)
{
    private const string LowPercentSetting = "Ledger:PrefundLowPercent";
    private const int DefaultLowPercent = 20;
    private const int MaxPercent = 100;

    /// <exception cref="InvalidOperationException">It is no percentage.</exception>
    public static PrefundSettings From(IConfiguration configuration)
    {
        var text = configuration[LowPercentSetting];
        if (string.IsNullOrEmpty(text))
            return new PrefundSettings(DefaultLowPercent);
        return int.TryParse(text, out var percent) && percent is >= 0 and <= MaxPercent
            ? new PrefundSettings(percent)
            : throw new InvalidOperationException(
                $"The setting {LowPercentSetting} is a whole number from 0 to {MaxPercent}.");
    }
}
