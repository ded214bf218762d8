namespace FinCode.Transactions.Model;

/// <summary>Where exactly a transfer stands inside its public status. Only COMPLIANCE of the tenant sees it.</summary>
internal enum TransferStage
{
    /// <summary>Nobody has paid yet.</summary>
    AwaitingPayment,

    /// <summary>The money is there; compliance has not answered, or the ledger has not booked it yet.</summary>
    Screening,

    /// <summary>A case is open.</summary>
    InReview,

    /// <summary>Cleared, but details that have to travel with the money are missing; they were asked for.</summary>
    AwaitingDetails,

    /// <summary>The ledger was asked to hold the payout partner's balance.</summary>
    Reserving,

    /// <summary>The partner's balance does not suffice; asked again later.</summary>
    AwaitingFunds,

    /// <summary>An attempt is written and leaves, or is about to.</summary>
    Submitting,

    /// <summary>The provider took it and will tell.</summary>
    Submitted,

    /// <summary>The cash lies ready.</summary>
    AwaitingCollection,

    /// <summary>It may have been taken or not; only an enquiry by our reference can tell.</summary>
    Unknown,

    /// <summary>Definitely refused, for now; the next attempt waits for its time.</summary>
    Retrying,

    /// <summary>The other side has it; the ledger books it.</summary>
    Completing,

    /// <summary>The details are wrong; a correction is asked for.</summary>
    AwaitingCorrection,

    /// <summary>Delivery is given up; the refund begins in the same breath.</summary>
    GivingUp,

    /// <summary>A true match: the money stays where it is.</summary>
    Frozen,

    /// <summary>
    /// A true match, decided after the payout may have left: its provider is asked to take it back, and whatever the
    /// provider says at last ends it. Nothing is sent meanwhile.
    /// </summary>
    Recalling,

    /// <summary>A person has to look.</summary>
    ManualReview,

    /// <summary>To be refunded once the sender is screened.</summary>
    RefundScreening,

    /// <summary>To be refunded once the case is decided.</summary>
    RefundInReview,

    /// <summary>The ledger was asked to undo what was booked and to reserve the refund.</summary>
    RefundReserving,

    /// <summary>A refund attempt is written and leaves, or is about to.</summary>
    RefundSubmitting,

    /// <summary>The provider took the refund and will tell.</summary>
    RefundSubmitted,

    /// <summary>The refund may have been taken or not.</summary>
    RefundUnknown,

    /// <summary>The payer has the money back; the ledger books it.</summary>
    RefundCompleting,

    /// <summary>Nothing more is expected.</summary>
    Ended,
}
