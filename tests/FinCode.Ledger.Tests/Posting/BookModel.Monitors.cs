using FinCode.Ledger.Model;

namespace FinCode.Ledger.Tests.Posting;

internal sealed partial class BookModel
{
    /// <param name="Since">How many records there were.</param>
    internal sealed record Monitor(AccountName Account, long Threshold, int Since, bool WasBelow);

    private readonly List<Monitor> _monitors = [];

    public IReadOnlyList<Monitor> Monitors => _monitors;

    /// <summary>Once for each entry after which the available balance is on the threshold's other side.</summary>
    public IEnumerable<string> Crossings(Monitor monitor)
    {
        var isBelow = monitor.WasBelow;
        foreach (var entry in _log.Skip(monitor.Since).OfType<EntryFact>())
        {
            var last = entry.Legs.LastOrDefault(leg => leg.Leg.Account == monitor.Account);
            if (last is null || last.Available < monitor.Threshold == isBelow)
                continue;
            isBelow = !isBelow;
            yield return $"{(isBelow ? "Below" : "NotBelow")} {last.Available} {entry.Operation.Key}";
        }
    }

    private string Watch(AccountName name, long threshold)
    {
        if (Account(name) is null)
            return nameof(RefusalCode.UnknownAccount);
        var others = _monitors.Where(one => one.Account == name).ToArray();
        if (others.Length >= 10 || others.Any(one => one.Threshold == threshold))
            return "LimitExceeded";
        _monitors.Add(new Monitor(name, threshold, _log.Count, Totals(name).Available < threshold));
        return Ok;
    }
}
