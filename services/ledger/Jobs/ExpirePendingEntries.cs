using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Jobs;

/// <summary>
/// Lets pending entries and liens go whose time is up. They cannot be posted any more from that instant on; this gives
/// back what they held.
/// </summary>
internal sealed partial class ExpirePendingEntries(
    DbSession session, EntryStore entries, BookWriter writer, TimeProvider clock,
    ILogger<ExpirePendingEntries> logger) : IJob
{
    private const int Batch = 500;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        await session.BeginForAllTenantsAsync(cancellationToken);
        var due = await entries.ExpiredAsync(clock.GetUtcNow(), Batch, cancellationToken);
        var refusals = await Task.WhenAll(due.Select(one => ReleaseAsync(one.Tenant, one.Entry, cancellationToken)));
        return due.Count == Batch && refusals.All(refusal => refusal is null);
    }

    /// <summary>By a key of its own, so that several replicas let it go once.</summary>
    private async Task<Refusal?> ReleaseAsync(TenantId tenant, EntryId entry, CancellationToken cancellationToken)
    {
        var key = EntryKey.OfRequest(BookSteps.Expired, entry.ToString());
        var outcome = await writer.PostAsync(tenant, [new Release(key, entry)], cancellationToken);
        // Somebody posted or voided it meanwhile: that is what it was there for.
        if (outcome.Refusal is { Code: not RefusalCode.AlreadyResolved } refusal)
            LogRefused(logger, entry, refusal.Code);
        return outcome.Refusal;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{EntryId} has expired and cannot be let go: {Refusal}")]
    private static partial void LogRefused(ILogger logger, EntryId entryId, RefusalCode refusal);
}
