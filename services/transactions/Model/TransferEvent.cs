namespace FinCode.Transactions.Model;

/// <summary>
/// Everything that can happen to a transfer. The first two are commands and may be refused; the rest are facts.
/// </summary>
internal enum TransferEvent
{
    Cancel,
    CorrectDetails,

    Funded,
    PayInBooked,
    PayInReversed,
    PaymentWindowEnded,

    ScreeningCleared,
    ScreeningNeedsReview,
    ScreeningRejected,
    CaseReleased,
    CaseRejected,
    CaseFrozen,
    CaseFrozenAfterLeaving,
    FreezeReleased,
    FreezeRefunded,
    FreezeEndedAfterPayout,
    ClearanceOutdated,
    DetailsMissing,
    DetailsGiven,

    GatesOpened,
    ReservationStillHeld,
    FundsReserved,
    ReservationRejected,
    ReservationRefused,
    ReservationRetried,

    AttemptLeft,
    AttemptAccepted,
    AttemptHeldForCollection,
    AttemptUnanswered,
    AttemptNotFound,
    AttemptStuck,
    AttemptCompleted,
    AttemptFailedForNow,
    AttemptFailedForGood,
    AttemptsExhausted,
    GivenUp,
    PaidBooked,
    PayoutReturned,
    Disputed,

    RefundReserved,
    RefundLeft,
    RefundAccepted,
    RefundUnanswered,
    RefundNotFound,
    RefundStuck,
    RefundCompleted,
    RefundRejected,
    RefundRejectedForNow,
    RefundBooked,
}
