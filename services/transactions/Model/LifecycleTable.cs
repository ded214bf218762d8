using System.Collections.Frozen;
using static FinCode.Contracts.TransactionStatus;
using static FinCode.Transactions.Model.TransferEvent;
using static FinCode.Transactions.Model.TransferStage;
using StatusReasons = FinCode.Contracts.StatusReasons;
using TransactionStatus = FinCode.Contracts.TransactionStatus;

namespace FinCode.Transactions.Model;

/// <summary>The rows of <see cref="Lifecycle"/>.</summary>
internal sealed class LifecycleTable
{
    private static readonly TransferStage[] BeforeLeaving =
        [Screening, InReview, AwaitingDetails, Reserving, AwaitingFunds, Retrying];
    private static readonly TransferStage[] WithProvider =
        [Submitting, Submitted, AwaitingCollection, Unknown, ManualReview];

    private readonly Dictionary<(Standing, TransferEvent), Decision> _rows = [];

    private LifecycleTable()
    {
    }

    public static FrozenDictionary<(Standing, TransferEvent), Decision> Build()
    {
        var table = new LifecycleTable();
        table.Commands();
        table.PayIn();
        table.Compliance();
        table.Reservation();
        table.Payout();
        table.PayoutFailures();
        table.Refund();
        table.LateOrTwice();
        table.StopWhereMoneyIsAtStake();
        return table._rows.ToFrozenDictionary();
    }

    private void Commands()
    {
        Move(WaitingToPay, [AwaitingPayment], Cancel, Cancelled, Ended, StatusReasons.CancelledBySender);
        // What is being screened is refunded only when that has come to an end.
        Move(Verifying, [Screening], Cancel, PendingRefund, RefundScreening, StatusReasons.CancelledBySender);
        Move(Verifying, [InReview], Cancel, PendingRefund, RefundInReview, StatusReasons.CancelledBySender);
        // Submitting: only while its attempt has not left, which the operation makes sure of.
        Move(Verifying, [AwaitingDetails, Reserving, AwaitingFunds, Retrying, Submitting], Cancel, PendingRefund,
            RefundReserving, StatusReasons.CancelledBySender);
        Move(FailedToDeliver, [AwaitingCorrection], Cancel, PendingRefund, RefundReserving,
            StatusReasons.CancelledBySender);
        // As of one that is held, or waits for a correction, so that the answer tells nobody; the money stays frozen.
        Move(Verifying, [Frozen], Cancel, PendingRefund, Frozen, StatusReasons.CancelledBySender);
        Move(FailedToDeliver, [Frozen], Cancel, PendingRefund, Frozen, StatusReasons.CancelledBySender);
        Move(FailedToDeliver, [Frozen], CorrectDetails, Verifying, Frozen, StatusReasons.DetailsCorrected);
        Ignore(Cancelled, [Ended], Cancel);
        Move(FailedToDeliver, [AwaitingCorrection], CorrectDetails, Verifying, Screening,
            StatusReasons.DetailsCorrected);
    }

    private void PayIn()
    {
        Move(WaitingToPay, [AwaitingPayment], Funded, Verifying, Screening);
        Move(Expired, [Ended], Funded, PendingRefund, RefundScreening, StatusReasons.PaidAfterEnd);
        Move(Cancelled, [Ended], Funded, PendingRefund, RefundScreening, StatusReasons.PaidAfterEnd);
        Move(WaitingToPay, [AwaitingPayment], PaymentWindowEnded, Expired, Ended, StatusReasons.NotPaidInTime);
        Stay(Verifying, [Screening, InReview], PayInBooked);
        Stay(PendingRefund, [RefundScreening, RefundInReview], PayInBooked);
        Move(Verifying, BeforeLeaving, PayInReversed, Cancelled, Ended, StatusReasons.CouldNotBeProcessed);
    }

    private void Compliance()
    {
        Stay(Verifying, [Screening], ScreeningCleared);
        Move(Verifying, [Screening], ScreeningNeedsReview, Verifying, InReview);
        Move(Verifying, [Screening, InReview], CaseReleased, Verifying, Screening);
        // A decision that comes after the transfer went on counts as long as nothing has left.
        Move(Verifying, BeforeLeaving, CaseRejected, PendingRefund, RefundReserving, StatusReasons.CouldNotBeProcessed);
        // What a case holds is decided there, whatever a screening says by itself.
        Move(Verifying, [Screening], ScreeningRejected, PendingRefund, RefundReserving,
            StatusReasons.CouldNotBeProcessed);
        Move(PendingRefund, [RefundScreening], ScreeningNeedsReview, PendingRefund, RefundInReview);
        Move(PendingRefund, [RefundScreening], ScreeningCleared, PendingRefund, RefundReserving);
        Move(PendingRefund, [RefundScreening], ScreeningRejected, PendingRefund, RefundReserving);
        foreach (var decided in (TransferEvent[])[CaseReleased, CaseRejected])
            Move(PendingRefund, [RefundScreening, RefundInReview], decided, PendingRefund, RefundReserving);
        Move(Verifying, [Screening, Submitting, Retrying], ClearanceOutdated, Verifying, Screening);
        Move(Verifying, [Screening], DetailsMissing, Verifying, AwaitingDetails);
        Move(Verifying, [AwaitingDetails], DetailsGiven, Verifying, Screening);
        Freeze();
        FreezeEnds();
    }

    /// <summary>What may have left is recalled first; that it has not is made sure of by who freezes.</summary>
    private void Freeze()
    {
        Move(Verifying, [.. BeforeLeaving, Submitting, ManualReview], CaseFrozen, Verifying, Frozen);
        Move(FailedToDeliver, [AwaitingCorrection], CaseFrozen, FailedToDeliver, Frozen);
        Move(PendingRefund, [RefundScreening, RefundInReview, RefundReserving, RefundSubmitting, ManualReview],
            CaseFrozen, PendingRefund, Frozen);
        Move(Verifying, WithProvider, CaseFrozenAfterLeaving, Verifying, Recalling);
        // Taken back, or refused anyway: nothing was paid, and nothing is tried again.
        foreach (var refused in (TransferEvent[])[AttemptFailedForNow, AttemptFailedForGood, AttemptsExhausted])
            Move(Verifying, [Recalling], refused, Verifying, Frozen);
        Move(Verifying, [Recalling], AttemptCompleted, Verifying, Completing);
    }

    /// <summary>The only ways out of a freeze: a licence, and two people.</summary>
    private void FreezeEnds()
    {
        Move(Verifying, [Frozen], FreezeReleased, Verifying, Screening);
        Move(Verifying, [Frozen], FreezeRefunded, PendingRefund, RefundReserving, StatusReasons.CouldNotBeProcessed);
        Move(PendingRefund, [Frozen], FreezeReleased, PendingRefund, RefundReserving);
        Move(PendingRefund, [Frozen], FreezeRefunded, PendingRefund, RefundReserving);
        // It still waits for right details.
        Move(FailedToDeliver, [Frozen], FreezeReleased, FailedToDeliver, AwaitingCorrection);
        Move(FailedToDeliver, [Frozen], FreezeRefunded, PendingRefund, RefundReserving,
            StatusReasons.CouldNotBeProcessed);
        // An earlier attempt paid after all, or may have: to go on or back would pay a second time.
        Move(Verifying, [Frozen, Recalling], FreezeEndedAfterPayout, Verifying, ManualReview);
        Move(FailedToDeliver, [Frozen], FreezeEndedAfterPayout, FailedToDeliver, ManualReview);
        Move(PendingRefund, [Frozen], FreezeEndedAfterPayout, PendingRefund, ManualReview);
    }

    private void Reservation()
    {
        Move(Verifying, [Screening], GatesOpened, Verifying, Reserving);
        Move(Verifying, [Screening], ReservationStillHeld, Verifying, Submitting);
        Move(Verifying, [Reserving], FundsReserved, Verifying, Submitting);
        Move(Verifying, [Reserving], ReservationRejected, Verifying, AwaitingFunds);
        // The books say that this transfer may not be paid out: asking again cannot help.
        Move(Verifying, [Reserving], ReservationRefused, Verifying, ManualReview);
        Move(Verifying, [AwaitingFunds], ReservationRetried, Verifying, Reserving);
    }

    private void Payout()
    {
        Move(Verifying, [Submitting, Retrying], AttemptLeft, Verifying, Submitting);
        Move(Verifying, [Submitting, Unknown, ManualReview], AttemptAccepted, Verifying, Submitted);
        Move(Verifying, [Submitting, Unknown, ManualReview], AttemptHeldForCollection, Verifying, AwaitingCollection);
        Move(Verifying, [Submitting], AttemptUnanswered, Verifying, Unknown);
        // Manual review: of one that was held back, once it is screened under what is newer.
        Move(Verifying, [Submitted, AwaitingCollection, Unknown, ManualReview], AttemptNotFound, Verifying, Submitting);
        Move(Verifying, [Submitting, Submitted, AwaitingCollection, Unknown], AttemptStuck, Verifying, ManualReview);
        Move(Verifying, [.. WithProvider, Retrying], AttemptCompleted, Verifying, Completing);
        // The provider had said no and paid after all; the reservation is still held.
        Move(FailedToDeliver, [AwaitingCorrection], AttemptCompleted, FailedToDeliver, Completing);
        Move(Verifying, [Completing, ManualReview], PaidBooked, Paid, Ended);
        Move(FailedToDeliver, [Completing], PaidBooked, Paid, Ended);
        Move(Paid, [Ended], PayoutReturned, FailedToDeliver, ManualReview, StatusReasons.DeliveryFailed);
        Move(Paid, [Ended], Disputed, PendingRefund, ManualReview, StatusReasons.CouldNotBeProcessed);
    }

    private void PayoutFailures()
    {
        Move(Verifying, WithProvider, AttemptFailedForNow, Verifying, Retrying);
        Move(Verifying, WithProvider, AttemptFailedForGood, FailedToDeliver, AwaitingCorrection,
            StatusReasons.DetailsNeedCorrection);
        Move(Verifying, WithProvider, AttemptsExhausted, FailedToDeliver, GivingUp, StatusReasons.DeliveryFailed);
        Move(FailedToDeliver, [GivingUp], GivenUp, PendingRefund, RefundReserving, StatusReasons.DeliveryFailed);
    }

    private void Refund()
    {
        TransferStage[] left = [RefundSubmitting, RefundSubmitted, RefundUnknown];
        // Who gets the money back is looked at again before it leaves, when lists or policy are newer.
        Move(PendingRefund, [RefundReserving, RefundSubmitting], ClearanceOutdated, PendingRefund, RefundScreening);
        Move(PendingRefund, [RefundReserving], RefundReserved, PendingRefund, RefundSubmitting);
        Stay(PendingRefund, [RefundSubmitting], RefundLeft);
        Move(PendingRefund, [RefundSubmitting, RefundUnknown, ManualReview], RefundAccepted, PendingRefund,
            RefundSubmitted);
        Move(PendingRefund, [RefundSubmitting], RefundUnanswered, PendingRefund, RefundUnknown);
        Move(PendingRefund, [RefundSubmitted, RefundUnknown, ManualReview], RefundNotFound, PendingRefund,
            RefundSubmitting);
        Move(PendingRefund, left, RefundStuck, PendingRefund, ManualReview);
        // The provider had said no and gave it back after all, before the next attempt was written: there is none then.
        Move(PendingRefund, [.. left, ManualReview, RefundScreening, RefundInReview, RefundReserving], RefundCompleted,
            PendingRefund, RefundCompleting);
        Move(PendingRefund, left, RefundRejected, PendingRefund, ManualReview);
        // Nothing was paid, and the attempt is closed: the next one is asked for, and screened first.
        Move(PendingRefund, [.. left, ManualReview], RefundRejectedForNow, PendingRefund, RefundReserving);
        Move(PendingRefund, [RefundCompleting, ManualReview], RefundBooked, Refunded, Ended);
    }

    /// <summary>Facts that are known already or were overtaken: not an anomaly, and nothing to do.</summary>
    private void LateOrTwice()
    {
        Standing[] unfunded = [new(WaitingToPay, AwaitingPayment), new(Expired, Ended), new(Cancelled, Ended)];
        var funded = Lifecycle.Standings.Except(unfunded).ToArray();
        Standing[] begun = [.. funded.Where(standing =>
            standing.Stage is not (Screening or InReview or RefundScreening))];
        Standing[] refunding = [.. funded.Where(standing => standing.Status is PendingRefund or Refunded)];
        Standing[] paidOut = [new(Verifying, Completing), new(FailedToDeliver, Completing), new(Paid, Ended)];
        Fill(Lifecycle.Standings, PaymentWindowEnded, ClearanceOutdated, DetailsMissing, DetailsGiven,
            ReservationRetried, GatesOpened,
            ReservationStillHeld,
            AttemptLeft, AttemptUnanswered, AttemptNotFound, AttemptStuck, GivenUp, RefundLeft, RefundUnanswered,
            RefundNotFound, RefundStuck);
        Fill(funded, PayInBooked, ScreeningCleared, ScreeningNeedsReview, CaseReleased, FreezeReleased, FreezeRefunded,
            FreezeEndedAfterPayout);
        Fill(begun, FundsReserved, ReservationRejected, ReservationRefused);
        Standing[] frozen = [.. Lifecycle.Standings.Where(standing => standing.Stage is Frozen or Recalling)];
        Fill([.. refunding, .. frozen], CaseRejected, ScreeningRejected);
        Fill(frozen, CaseFrozen, CaseFrozenAfterLeaving);
        Fill([new(Verifying, Recalling)], AttemptAccepted, AttemptHeldForCollection);
        Fill(paidOut, AttemptAccepted, AttemptHeldForCollection, AttemptCompleted);
        Fill([new(Verifying, Submitted), new(Verifying, AwaitingCollection)], AttemptAccepted,
            AttemptHeldForCollection);
        Fill([new(Verifying, Retrying)], AttemptFailedForNow);
        Fill([new(FailedToDeliver, AwaitingCorrection)], AttemptFailedForGood);
        Fill([new(Paid, Ended)], PaidBooked);
        Fill(refunding, RefundReserved, RefundAccepted);
        Fill([new(PendingRefund, RefundCompleting), new(Refunded, Ended)], RefundCompleted);
        Fill([new(PendingRefund, ManualReview)], RefundRejected);
        Fill([new(Refunded, Ended)], RefundBooked);
    }

    /// <summary>Paid out although it was to be refunded or is screened again: nothing goes on by itself.</summary>
    private void StopWhereMoneyIsAtStake()
    {
        foreach (var stage in (TransferStage[])[Screening, InReview, AwaitingDetails, Reserving, AwaitingFunds])
            Stop(Verifying, stage, AttemptCompleted);
        foreach (var stage in (TransferStage[])[RefundScreening, RefundInReview, RefundReserving, RefundSubmitting,
                     RefundSubmitted, RefundUnknown])
            Stop(PendingRefund, stage, AttemptCompleted);
    }

    private void Move(TransactionStatus status, TransferStage[] stages, TransferEvent what, TransactionStatus toStatus,
        TransferStage toStage, string? reason = null)
    {
        foreach (var stage in stages)
            _rows.Add((new Standing(status, stage), what),
                new Decision(DecisionKind.Transition, new Standing(toStatus, toStage), reason));
    }

    private void Stay(TransactionStatus status, TransferStage[] stages, TransferEvent what)
    {
        foreach (var stage in stages)
            Move(status, [stage], what, status, stage);
    }

    private void Ignore(TransactionStatus status, TransferStage[] stages, TransferEvent what)
    {
        foreach (var stage in stages)
            _rows.Add((new Standing(status, stage), what),
                new Decision(DecisionKind.Ignored, new Standing(status, stage)));
    }

    private void Stop(TransactionStatus status, TransferStage stage, TransferEvent what) => _rows.Add(
        (new Standing(status, stage), what), new Decision(DecisionKind.Anomaly, new Standing(status, ManualReview)));

    /// <summary>Ignores the events in those standings where the table says nothing yet.</summary>
    private void Fill(IEnumerable<Standing> standings, params ReadOnlySpan<TransferEvent> events)
    {
        foreach (var standing in standings)
            foreach (var what in events)
                _rows.TryAdd((standing, what), new Decision(DecisionKind.Ignored, standing));
    }
}
