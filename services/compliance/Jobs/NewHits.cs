using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;

namespace FinCode.Compliance.Jobs;

/// <summary>
/// Which hits of a customer who is screened again are new: those on entries that changed, or, where the policy did,
/// those that the policy before would not have shown. Pure.
/// </summary>
/// <param name="Before">
/// Null where the entries changed, or where the policy before cannot be read: all are new then.
/// </param>
internal sealed record NewHits(IReadOnlySet<ChangedEntry> Entries, bool IsPolicy, PolicyContent? Before)
{
    /// <summary>Evidence holds the first hits only: where there are more, one of the others may be the one.</summary>
    public bool AreIn(PartyEvidence evidence) =>
        evidence.HitCount > evidence.Hits.Count
        || evidence.Holding.Any(hit => hit.Exposure is null && IsNew(hit, evidence.Direction));

    private bool IsNew(ListHit hit, ScreeningDirection direction) => IsPolicy
        ? hit.Score < (Before?.ThresholdFor(hit.List, hit.Kind, direction, null).Points ?? decimal.MaxValue)
        : Entries.Contains(new ChangedEntry(hit.List, hit.EntryId));
}
