using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Reactions;

/// <summary>The ledger booked a step: the pay-in is one of the gates, a payout or a refund ends the transfer.</summary>
internal sealed class OnEntryPosted(Transfers transfers, Gates gates) : IReaction<EntryPosted>
{
    public async Task HandleAsync(EntryPosted message, EventMeta meta, CancellationToken cancellationToken)
    {
        TransferEvent? what = message.Step switch
        {
            LedgerSteps.PayIn => TransferEvent.PayInBooked,
            LedgerSteps.Paid => TransferEvent.PaidBooked,
            LedgerSteps.Refund => TransferEvent.RefundBooked,
            _ => null,
        };
        if (what is null)
            return;
        var transfer = await transfers.RequireAsync(message.TransactionId, cancellationToken);
        if (what == TransferEvent.RefundBooked && message.Number != transfer.RefundNumber)
            return;
        if (what == TransferEvent.PayInBooked && transfer.FundedAt is not null)
            transfer.BookPayIn(transfers.Now);
        var decision = await transfers.ApplyAsync(transfer, what.Value, cancellationToken, message.EntryId.ToString());
        await gates.FollowAsync(transfer, decision, cancellationToken);
        await transfers.SaveAsync(cancellationToken);
    }
}
