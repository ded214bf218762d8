using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Contracts;

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
    /// <summary>
    /// The customer is compared with the entries that changed, and only where one of them is a hit with all lists, as
    /// always: what is found then is what screening the customer anew would find. Empty where there is nothing new.
    /// </summary>
    public IReadOnlyList<PartyEvidence> Find(Party party, PartyRole role, ScreeningTerms terms)
    {
        if (!IsPolicy && terms.Index.Only(Entries) is var changed && !ReferenceEquals(changed, terms.Index)
            && !PartyScreener.Screen(party, role, terms with { Index = changed }).Any(AreIn))
            return [];
        var found = PartyScreener.Screen(party, role, terms);
        return found.Any(AreIn) ? found : [];
    }

    /// <summary>Evidence holds the first hits only: where there are more, one of the others may be the one.</summary>
    public bool AreIn(PartyEvidence evidence) =>
        evidence.HitCount > evidence.Hits.Count
        || evidence.Holding.Any(hit => hit.Exposure is null && IsNew(hit, evidence.Direction));

    private bool IsNew(ListHit hit, ScreeningDirection direction) => IsPolicy
        ? hit.Score < (Before?.ThresholdFor(hit.List, hit.Kind, direction, null).Points ?? decimal.MaxValue)
        : Entries.Contains(new ChangedEntry(hit.List, hit.EntryId));
}
