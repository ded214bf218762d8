using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;

namespace FinCode.Ledger.Posting;

/// <summary>
/// Looks, after each entry, whether the available balance of a monitored account has crossed a threshold, and says so
/// once per crossing: in the transaction that books the entry.
/// </summary>
internal sealed class MonitorWatch(MonitorStore monitors, Outbox outbox)
{
    /// <summary>Whether any entry leaves an account where it is to be looked at. Reads nothing.</summary>
    public static bool MayCross(PostingPlan plan) => EntriesOf(plan).Any(entry =>
        entry.Legs.Any(leg => plan.Account(leg.Leg.Account).Quiet is { } quiet && !quiet.Holds(leg.NewAvailable)));

    public async Task LookAsync(PostingPlan plan, CancellationToken cancellationToken)
    {
        if (!MayCross(plan))
            return;
        var entries = EntriesOf(plan).ToArray();
        var watched = entries.SelectMany(entry => entry.Legs).Select(leg => leg.Leg.Account).Distinct()
            .Select(plan.Account).Where(account => account.Quiet is not null).ToDictionary(account => account.Name);
        var byAccount = (await monitors.OfAccountsAsync([.. watched.Values.Select(one => one.Id)], cancellationToken))
            .ToLookup(monitor => monitor.AccountId);
        var states = byAccount.SelectMany(group => group)
            .ToDictionary(monitor => monitor.Id, monitor => monitor.IsBelow);
        foreach (var entry in entries)
        {
            // What is available after the whole entry; in between it may have been anything.
            foreach (var last in entry.Legs.GroupBy(leg => leg.Leg.Account).Select(group => group.Last()))
            {
                if (!watched.TryGetValue(last.Leg.Account, out var account))
                    continue;
                foreach (var monitor in byAccount[account.Id])
                {
                    var isBelow = last.NewAvailable < monitor.Threshold;
                    if (states[monitor.Id] == isBelow)
                        continue;
                    states[monitor.Id] = isBelow;
                    await outbox.AddAsync(Crossed(monitor, account, last, entry, isBelow), cancellationToken);
                }
            }
        }
        var crossed = byAccount.SelectMany(group => group)
            .Where(monitor => states[monitor.Id] != monitor.IsBelow).Select(monitor => monitor.Id).ToArray();
        if (crossed.Length > 0)
            await monitors.CrossAsync(crossed, cancellationToken);
    }

    private static IEnumerable<BookedEntry> EntriesOf(PostingPlan plan) =>
        plan.Records.OfType<EntryRecord>().Select(record => record.Entry);

    private static BalanceCrossed Crossed(
        BalanceMonitor monitor, AccountBalance account, BookedLeg last, BookedEntry entry, bool isBelow) =>
        new BalanceCrossed(
            monitor.Id, account.Name.Code, new Money(monitor.Threshold, account.Name.Currency),
            new Money(last.NewAvailable, account.Name.Currency),
            isBelow ? BalanceCrossing.Below : BalanceCrossing.NotBelow, entry.Id);
}
