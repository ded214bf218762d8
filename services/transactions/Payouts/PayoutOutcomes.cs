using FinCode.Contracts;
using FinCode.Transactions.Model;
using FinCode.Transactions.PayIns;
using FinCode.Transactions.Payouts.Connectors;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Payouts;

/// <summary>
/// The one place where an answer about a payout attempt takes effect, whichever way it came: the reply, a callback or
/// an enquiry. Any answer may come twice, late, or after another one.
/// </summary>
internal sealed class PayoutOutcomes(
    Transfers transfers, PayoutAttempts attempts, Gates gates, Refunds refunds, Providers providers,
    IEnumerable<IPayoutConnector> connectors, TransactionsSettings settings)
{
    /// <summary>How often a payout that is refused for now is tried.</summary>
    public const int MaxAttempts = 3;

    /// <summary>After so many enquiries without an answer a person looks; the enquiries go on.</summary>
    public const int EnquiriesBeforeReview = 8;

    private const int MaxSends = 5;
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    public async Task RecordAsync(Found found, ProviderAnswer answer, CancellationToken cancellationToken)
    {
        var transfer = await transfers.LockAsync(found.Transaction, cancellationToken)
            ?? throw new InvalidOperationException($"Attempt {found.Attempt} has no transfer.");
        var attempt = await transfers.Db.PayoutAttempts
            .SingleAsync(row => row.Id == found.Attempt!.Value, cancellationToken);
        await (answer.Kind switch
        {
            AnswerKind.Accepted => AcceptAsync(transfer, attempt, answer, cancellationToken),
            AnswerKind.Completed => CompleteAsync(transfer, attempt, answer, cancellationToken),
            AnswerKind.Rejected => RejectAsync(transfer, attempt, answer, cancellationToken),
            AnswerKind.NotFound => NotFoundAsync(transfer, attempt, cancellationToken),
            AnswerKind.NotTakenBack => NotTakenBackAsync(transfer, attempt, cancellationToken),
            _ => UnknownAsync(transfer, attempt, cancellationToken),
        });
    }

    private async Task AcceptAsync(
        Transfer transfer, PayoutAttempt attempt, ProviderAnswer answer, CancellationToken cancellationToken)
    {
        if (!attempt.IsOpen || !attempt.MayHaveLeft || attempt.State == AttemptState.Submitted)
            return;
        attempt.Accept(answer.ProviderId, transfers.Now,
            attempt.IsToBeRecalled ? transfers.Now : transfers.Now + settings.EnquireAfter);
        await transfers.ApplyAsync(transfer, attempt.Method == PayoutMethod.CashPickup
            ? TransferEvent.AttemptHeldForCollection
            : TransferEvent.AttemptAccepted, cancellationToken);
    }

    private async Task CompleteAsync(
        Transfer transfer, PayoutAttempt attempt, ProviderAnswer answer, CancellationToken cancellationToken)
    {
        if (attempt.State == AttemptState.Completed)
            return;
        if (!attempt.MayHaveLeft)
        {
            await RecordDoubleAsync(transfer, attempt, "PAID_OUT_UNASKED", cancellationToken);
            return;
        }
        var isSecond = await transfers.Db.PayoutAttempts.AnyAsync(
            other => other.TransactionId == transfer.Id && other.State == AttemptState.Completed, cancellationToken);
        if (isSecond)
        {
            await RecordDoubleAsync(transfer, attempt, "PAID_OUT_TWICE", cancellationToken);
            return;
        }
        // It had been given up, and the next attempt may have left: that one may pay as well.
        if (!attempt.IsOpen && !await attempts.TryWithdrawAsync(transfer, cancellationToken))
            await RecordDoubleAsync(transfer, attempt, "MAY_BE_PAID_OUT_TWICE", cancellationToken);

        if (transfer.Stage == TransferStage.Recalling)
            await TellComplianceAsync(transfer, attempt, "PAID_BEFORE_RECALL", TransferEvent.AttemptCompleted,
                cancellationToken);
        attempt.Complete(
            answer.ProviderId, await BookableFeeAsync(transfer, attempt, answer.Fee, cancellationToken), transfers.Now);
        var decision = await transfers.ApplyAsync(
            transfer, TransferEvent.AttemptCompleted, cancellationToken, attempt.Id.ToString());
        if (decision.Kind == DecisionKind.Ignored
            || (decision.Kind == DecisionKind.Anomaly
                && !await IsLostAsync(transfer, attempt, cancellationToken)))
            return;
        await transfers.PublishAsync(new PayoutCompleted(
            transfer.Id, attempt.Id, attempt.Provider, attempt.Method, transfer.BeneficiaryId, attempt.Amount,
            attempt.ProviderFee), cancellationToken);
    }

    /// <summary>
    /// Paid out where it should not have been. While the refund can be halted nothing is lost, and a person decides;
    /// when the refund may have left, or the money stands frozen, the ledger books what happened as a loss.
    /// </summary>
    private async Task<bool> IsLostAsync(
        Transfer transfer, PayoutAttempt attempt, CancellationToken cancellationToken)
    {
        await RecordDoubleAsync(transfer, attempt, "PAID_OUT_AFTER_ALL", cancellationToken);
        return !await refunds.TryHaltAsync(transfer, cancellationToken) || transfer.Stage == TransferStage.Frozen;
    }

    /// <summary>A fee in another currency than the payout's has no account to be booked to: FINANCE looks.</summary>
    private async Task<Money?> BookableFeeAsync(
        Transfer transfer, PayoutAttempt attempt, Money? fee, CancellationToken cancellationToken)
    {
        if (fee is not { } named || (named.Currency.Code == attempt.Currency && named.MinorUnits >= 0))
            return fee;
        await transfers.RecordAnomalyAsync(
            transfer, "PROVIDER_FEE_NOT_BOOKED", TransferEvent.AttemptCompleted, Contracts.Roles.Finance,
            cancellationToken, $"{attempt.Id}: {named}", $"provider-fee:{attempt.Id}");
        return null;
    }

    private async Task RejectAsync(
        Transfer transfer, PayoutAttempt attempt, ProviderAnswer answer, CancellationToken cancellationToken)
    {
        if (attempt.State == AttemptState.Completed)
        {
            await RecordDoubleAsync(transfer, attempt, "REFUSED_AFTER_PAYOUT", cancellationToken);
            return;
        }
        if (!attempt.IsOpen || !attempt.MayHaveLeft)
            return;
        // An earlier request with this reference may still arrive: a new reference beside it could pay twice.
        if (answer.OnlyThisRequest && attempt.Sends > 1)
        {
            await UnknownAsync(transfer, attempt, cancellationToken);
            return;
        }
        var inARow = 1 + await EarlierFailuresInARowAsync(attempt, cancellationToken);
        var what = (answer.Retryable, inARow) switch
        {
            (false, _) => TransferEvent.AttemptFailedForGood,
            (true, < MaxAttempts) => TransferEvent.AttemptFailedForNow,
            _ => TransferEvent.AttemptsExhausted,
        };
        attempt.Fail(answer.ProviderId, answer.FailureCode!, answer.Retryable, transfers.Now);
        await transfers.PublishAsync(new PayoutFailed(
            transfer.Id, attempt.Id, attempt.Number, attempt.Provider, answer.Retryable, answer.FailureCode!,
            GivenUp: what != TransferEvent.AttemptFailedForNow || transfer.Stage == TransferStage.Recalling),
            cancellationToken);
        var decision = await transfers.ApplyAsync(transfer, what, cancellationToken, attempt.Id.ToString());
        if (decision.Kind != DecisionKind.Transition)
            return;
        if (transfer.Stage == TransferStage.Frozen)
        {
            await gates.FollowAsync(transfer, decision, cancellationToken);
            return;
        }
        if (what == TransferEvent.AttemptFailedForNow)
            await attempts.WriteAsync(
                transfer, transfers.Now + Backoff.After(inARow - 1, settings.PayoutRetryBase, LongestPause),
                cancellationToken);
        if (what == TransferEvent.AttemptsExhausted)
            await gates.FollowAsync(
                transfer, await transfers.ApplyAsync(transfer, TransferEvent.GivenUp, cancellationToken),
                cancellationToken);
    }

    private async Task UnknownAsync(Transfer transfer, PayoutAttempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.State == AttemptState.Sending)
        {
            attempt.Lose(transfers.Now, transfers.Now + settings.EnquiryBase);
            await transfers.ApplyAsync(transfer, TransferEvent.AttemptUnanswered, cancellationToken);
        }
        else if (attempt.State is AttemptState.Unknown or AttemptState.Submitted
            && attempt.Enquiries >= EnquiriesBeforeReview)
        {
            await StuckAsync(transfer, attempt, cancellationToken);
        }
    }

    /// <summary>
    /// Not a failure: the request may still be on its way. The same reference again is safe where it is paid once. What
    /// is to be recalled is never sent again.
    /// </summary>
    private async Task NotFoundAsync(Transfer transfer, PayoutAttempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.State is not (AttemptState.Unknown or AttemptState.Submitted))
            return;
        if (transfer.Stage == TransferStage.Recalling)
        {
            await UnknownAsync(transfer, attempt, cancellationToken);
            return;
        }
        var kind = providers.Get(attempt.Provider).Kind;
        if (!connectors.Single(connector => connector.Serves(kind)).MayBeSentAgain || attempt.Sends >= MaxSends)
        {
            await StuckAsync(transfer, attempt, cancellationToken);
            return;
        }
        // Held back, or without an answer for long: it leaves again only under a clearance that holds.
        if (transfer.Stage == TransferStage.ManualReview
            && !await gates.MayLeaveAgainAsync(transfer, cancellationToken))
            return;
        var decision = await transfers.ApplyAsync(transfer, TransferEvent.AttemptNotFound, cancellationToken);
        if (decision.Kind == DecisionKind.Transition)
            attempt.SendAgain(
                transfers.Now, transfers.Now + Backoff.After(attempt.Sends - 1, settings.EnquiryBase, LongestPause));
    }

    /// <summary>The provider lets it go its way: it is only asked from now on what became of it.</summary>
    private async Task NotTakenBackAsync(
        Transfer transfer, PayoutAttempt attempt, CancellationToken cancellationToken)
    {
        if (!attempt.IsToBeRecalled)
            return;
        attempt.NoteRecallRefused();
        await TellComplianceAsync(transfer, attempt, "RECALL_REFUSED", TransferEvent.CaseFrozenAfterLeaving,
            cancellationToken);
    }

    private async Task StuckAsync(Transfer transfer, PayoutAttempt attempt, CancellationToken cancellationToken)
    {
        // It stays to be recalled, and is asked about on and on; a person is told once.
        if (transfer.Stage == TransferStage.Recalling)
            await TellComplianceAsync(transfer, attempt, "RECALL_UNANSWERED", TransferEvent.AttemptStuck,
                cancellationToken);
        var decision = await transfers.ApplyAsync(transfer, TransferEvent.AttemptStuck, cancellationToken);
        if (decision.Kind == DecisionKind.Transition)
            await transfers.RecordAnomalyAsync(
                transfer, "PAYOUT_UNKNOWN", TransferEvent.AttemptStuck, Contracts.Roles.Finance, cancellationToken,
                attempt.Id.ToString(), $"payout-unknown:{attempt.Id}");
    }

    private Task TellComplianceAsync(Transfer transfer, PayoutAttempt attempt, string kind, TransferEvent what,
        CancellationToken cancellationToken) =>
        transfers.RecordAnomalyAsync(transfer, kind, what, Contracts.Roles.Compliance, cancellationToken,
            attempt.Id.ToString(), $"{kind}:{attempt.Id}");

    private Task RecordDoubleAsync(
        Transfer transfer, PayoutAttempt attempt, string kind, CancellationToken cancellationToken) =>
        transfers.RecordAnomalyAsync(
            transfer, kind, TransferEvent.AttemptCompleted, Contracts.Roles.Finance, cancellationToken,
            attempt.Id.ToString(), $"{kind}:{attempt.Id}");

    private async Task<int> EarlierFailuresInARowAsync(PayoutAttempt attempt, CancellationToken cancellationToken)
    {
        var earlier = await transfers.Db.PayoutAttempts.AsNoTracking()
            .Where(other => other.TransactionId == attempt.TransactionId && other.Number < attempt.Number
                && other.State != AttemptState.Withdrawn)
            .OrderByDescending(other => other.Number)
            .ToListAsync(cancellationToken);
        return earlier.TakeWhile(other => other.State == AttemptState.Failed && other.Retryable == true).Count();
    }
}
