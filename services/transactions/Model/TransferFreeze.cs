namespace FinCode.Transactions.Model;

/// <summary>What stands between the money and its way back: freezes, and who may have a refund.</summary>
internal sealed partial class Transfer
{
    /// <summary>How often it was frozen.</summary>
    public int FreezeNumber { get; private set; }

    /// <summary>The case whose licence ended the last freeze.</summary>
    public CaseId? ThawedByCaseId { get; private set; }

    /// <summary>
    /// The lists and policy under which whoever gets a refund was looked at last: by a clearance, or by two people.
    /// </summary>
    public long RefundListVersion { get; private set; }
    public long RefundPolicyVersion { get; private set; }

    /// <summary>The sender may have the money back, as far as these lists and this policy say.</summary>
    public void NoteRefundAllowed(long listVersion, long policyVersion)
    {
        RefundListVersion = Math.Max(RefundListVersion, listVersion);
        RefundPolicyVersion = Math.Max(RefundPolicyVersion, policyVersion);
    }

    public int NextFreeze()
    {
        IsReserved = false;
        return ++FreezeNumber;
    }

    public void NoteThaw(CaseId caseId) => ThawedByCaseId = caseId;
}
