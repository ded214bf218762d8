using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Reactions;

/// <summary>
/// Two people decided. It may overtake the answer that opened the case. A freeze counts whatever round it is from,
/// unless it has ended; a release of an older round does not clear a newer one.
/// </summary>
internal sealed class OnCaseDecided(Transfers transfers, Gates gates) : IReaction<CaseDecided>
{
    public async Task HandleAsync(CaseDecided message, EventMeta meta, CancellationToken cancellationToken)
    {
        var transfer = await transfers.RequireAsync(message.TransactionId, cancellationToken);
        var isOlder = message.ScreeningRound <= transfer.DecidedRound
            || message.ScreeningRound < transfer.ScreeningRound;
        if (isOlder && (message.Decision != CaseDecision.Freeze || transfer.Stage == TransferStage.Frozen))
            return;
        if (message.Decision == CaseDecision.Freeze && transfer.HasThawed(message.CaseId, message.ScreeningRound))
            return;
        if (message.ScreeningRound <= transfer.ScreeningRound)
            transfer.NoteDecision(message.ScreeningRound, message.CaseId);
        var what = message.Decision switch
        {
            CaseDecision.Release => TransferEvent.CaseReleased,
            CaseDecision.Reject => TransferEvent.CaseRejected,
            _ => TransferEvent.CaseFrozen,
        };
        if (what == TransferEvent.CaseReleased && message.ScreeningRound == transfer.ScreeningRound)
            transfer.NoteClearance(message.ScreeningRound, message.ListVersion, message.PolicyVersion);
        if (what == TransferEvent.CaseRejected)
            transfer.NoteRefundAllowed(message.ScreeningRound, message.ListVersion, message.PolicyVersion);
        var decision = await transfers.ApplyAsync(transfer, what, cancellationToken, message.CaseId.ToString());
        await gates.FollowAsync(transfer, decision, cancellationToken);
        await transfers.SaveAsync(cancellationToken);
    }
}
