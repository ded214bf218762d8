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
internal sealed class OnCaseDecided(Transfers transfers, Gates gates, Freezes freezes) : IReaction<CaseDecided>
{
    public async Task HandleAsync(CaseDecided message, EventMeta meta, CancellationToken cancellationToken)
    {
        var transfer = await transfers.RequireAsync(message.TransactionId, cancellationToken);
        var isOlder = message.ScreeningRound <= transfer.DecidedRound
            || message.ScreeningRound < transfer.ScreeningRound;
        var isFrozen = transfer.Stage is TransferStage.Frozen or TransferStage.Recalling;
        if (isOlder && (message.Decision != CaseDecision.Freeze || isFrozen))
            return;
        if (message.Decision == CaseDecision.Freeze && transfer.HasThawed(message.CaseId, message.ScreeningRound))
            return;
        if (message.ScreeningRound <= transfer.ScreeningRound)
            transfer.NoteDecision(message.ScreeningRound, message.CaseId);
        if (message.Decision == CaseDecision.Freeze)
            await freezes.FreezeAsync(transfer, message.CaseId, cancellationToken);
        else
            await LetGoAsync(transfer, message, cancellationToken);
        await transfers.SaveAsync(cancellationToken);
    }

    private async Task LetGoAsync(Transfer transfer, CaseDecided message, CancellationToken cancellationToken)
    {
        var what = message.Decision == CaseDecision.Release
            ? TransferEvent.CaseReleased
            : TransferEvent.CaseRejected;
        if (what == TransferEvent.CaseReleased && message.ScreeningRound == transfer.ScreeningRound)
            transfer.NoteClearance(message.ScreeningRound, message.ListVersion, message.PolicyVersion);
        if (what == TransferEvent.CaseRejected)
            transfer.NoteRefundAllowed(message.ScreeningRound, message.ListVersion, message.PolicyVersion);
        var decision = await transfers.ApplyAsync(transfer, what, cancellationToken, message.CaseId.ToString());
        await gates.FollowAsync(transfer, decision, cancellationToken);
    }
}
