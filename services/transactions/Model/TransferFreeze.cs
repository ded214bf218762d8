namespace FinCode.Transactions.Model;

/// <summary>What stands between the money and its way back: freezes, and who may have a refund.</summary>
internal sealed partial class Transfer
{
    /// <summary>How often it was frozen.</summary>
    public int FreezeNumber { get; private set; }

    /// <summary>The case whose licence ended the last freeze.</summary>
    public CaseId? ThawedByCaseId { get; private set; }

    /// <summary>Every freeze of a round up to this one has ended.</summary>
    public int ThawedRound { get; private set; }

    /// <summary>
    /// The lists and policy under which whoever gets a refund was looked at last: by a clearance, or by two people.
    /// </summary>
    public long RefundListVersion { get; private set; }
    public long RefundPolicyVersion { get; private set; }

    /// <summary>The newest round that ended with the sender having the money back.</summary>
    public int RefundRound { get; private set; }

    /// <summary>No round is open, nor did one end otherwise, as far as the refund is concerned.</summary>
    public bool IsRefundAllowed => RefundRound >= ScreeningRound;

    /// <summary>The sender may have the money back, as far as these lists and this policy say.</summary>
    public void NoteRefundAllowed(int round, long listVersion, long policyVersion)
    {
        RefundRound = Math.Max(RefundRound, round);
        RefundListVersion = Math.Max(RefundListVersion, listVersion);
        RefundPolicyVersion = Math.Max(RefundPolicyVersion, policyVersion);
    }

    /// <summary>The first round that was asked for after one of its parties was frozen; 0: none was.</summary>
    public int FrozenPartyRound { get; private set; }

    /// <summary>Who gets the refund was found to be a true match after the round that allows it.</summary>
    public bool IsRefundAllowedOnOldFacts => RefundRound < FrozenPartyRound;

    /// <summary>
    /// One of its parties was frozen while an answer is waited for: one that was given before lets nothing pass.
    /// </summary>
    public void NoteFrozenParty() => FrozenPartyRound = ScreeningRound + 1;

    public int NextFreeze()
    {
        IsReserved = false;
        return ++FreezeNumber;
    }

    public void NoteThaw(CaseId caseId, int round)
    {
        ThawedByCaseId = caseId;
        ThawedRound = Math.Max(ThawedRound, round);
    }

    /// <summary>What that case froze has ended: its message comes again, late.</summary>
    public bool HasThawed(CaseId caseId, int round) => ThawedByCaseId == caseId || round <= ThawedRound;
}
