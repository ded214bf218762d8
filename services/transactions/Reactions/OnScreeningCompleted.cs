using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Reactions;

/// <summary>
/// Compliance answered a round. An answer to an older round, or one that a decision has overtaken, has no effect.
/// </summary>
internal sealed class OnScreeningCompleted(Transfers transfers, Gates gates) : IReaction<ScreeningCompleted>
{
    public async Task HandleAsync(ScreeningCompleted message, EventMeta meta, CancellationToken cancellationToken)
    {
        var transfer = await transfers.RequireAsync(message.TransactionId, cancellationToken);
        var round = message.ScreeningRound;
        if (round <= transfer.AnsweredRound || round < transfer.ScreeningRound)
            return;
        var what = message.Outcome switch
        {
            ScreeningOutcome.Clear => TransferEvent.ScreeningCleared,
            ScreeningOutcome.Review => TransferEvent.ScreeningNeedsReview,
            _ => TransferEvent.ScreeningRejected,
        };
        if (round > transfer.ScreeningRound)
            await transfers.RecordAnomalyAsync(transfer, "SCREENING_NOT_ASKED_FOR", what, Contracts.Roles.Compliance,
                cancellationToken, $"round {round}", $"round-not-asked:{transfer.Id}:{round}");
        else
            await AnswerAsync(transfer, what, message, cancellationToken);
        await transfers.SaveAsync(cancellationToken);
    }

    private async Task AnswerAsync(
        Transfer transfer, TransferEvent what, ScreeningCompleted message, CancellationToken cancellationToken)
    {
        if (message.Outcome == ScreeningOutcome.Clear)
            transfer.NoteClearance(message.ScreeningRound, message.ListVersion, message.PolicyVersion);
        else
            transfer.NoteReview(message.ScreeningRound, message.CaseId);
        if (message.Outcome == ScreeningOutcome.Reject)
            transfer.NoteRefundAllowed(message.ScreeningRound, message.ListVersion, message.PolicyVersion);
        var decision = await transfers.ApplyAsync(transfer, what, cancellationToken);
        await gates.FollowAsync(transfer, decision, cancellationToken);
    }
}
