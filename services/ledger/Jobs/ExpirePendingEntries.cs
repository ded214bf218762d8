using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Jobs;

/// <summary>
/// Lets pending entries and liens go whose time is up. They cannot be posted any more from that instant on; this gives
/// back what they held. One that the books refuse to let go does not stand in the way of those after it.
/// </summary>
internal sealed partial class ExpirePendingEntries(
    DbSession session, EntryStore entries, BookWriter writer, RefusedReleases refused, TimeProvider clock,
    ILogger<ExpirePendingEntries> logger) : IJob
{
    internal const int Batch = 500;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        await session.BeginForAllTenantsAsync(cancellationToken);
        var now = clock.GetUtcNow();
        IReadOnlyList<ExpiredEntry> due = [];
        do
        {
            due = await entries.ExpiredAsync(now, due.Count > 0 ? due[^1] : null, Batch, cancellationToken);
            await Task.WhenAll(due.Where(one => refused.MayTry(one.Entry, now))
                .Select(one => ReleaseAsync(one, now, cancellationToken)));
        }
        while (due.Count == Batch);
        refused.ForgetOld(now);
        return false;
    }

    /// <summary>By a key of its own, so that several replicas let it go once.</summary>
    private async Task ReleaseAsync(ExpiredEntry one, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = EntryKey.OfRequest(BookSteps.Expired, one.Entry.ToString());
        PostingOutcome outcome;
        try
        {
            outcome = await writer.PostAsync(one.Tenant, [new Release(key, one.Entry)], cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            refused.Remember(one.Entry, now);
            LogFailed(logger, exception, one.Entry);
            return;
        }
        // Somebody posted or voided it meanwhile: that is what it was there for.
        if (outcome.Refusal is null or { Code: RefusalCode.AlreadyResolved })
        {
            refused.Forget(one.Entry);
            return;
        }
        refused.Remember(one.Entry, now);
        LogRefused(logger, one.Entry, outcome.Refusal.Code);
    }

    [LoggerMessage(
        Level = LogLevel.Error, Message = "{EntryId} has expired and could not be let go: tried again later")]
    private static partial void LogFailed(ILogger logger, Exception exception, EntryId entryId);

    [LoggerMessage(Level = LogLevel.Error, Message = "{EntryId} has expired and cannot be let go: {Refusal}")]
    private static partial void LogRefused(ILogger logger, EntryId entryId, RefusalCode refusal);
}
