namespace FinCode.Contracts;

/// <summary>What a transfer is, without who is in it; the rules of compliance look at this.</summary>
/// <param name="SourceOfFunds">Missing in events of older versions, as is <paramref name="CreatedAt"/>.</param>
/// <param name="NameMatch">Missing while the payout's provider has not compared the names.</param>
/// <param name="Keys">Missing in events of older versions.</param>
public sealed record TransactionFacts(
    PartyId SenderId,
    PartyId BeneficiaryId,
    Money SendAmount,
    Money ReceiveAmount,
    string SendCountry,
    string ReceiveCountry,
    PayInMethod PayInMethod,
    PayoutMethod PayoutMethod,
    Purpose Purpose,
    SourceOfFunds? SourceOfFunds = null,
    DateTimeOffset? CreatedAt = null,
    NameMatch? NameMatch = null,
    LinkKeys? Keys = null);

/// <summary>
/// Keyed commitments (HMAC-SHA-256 in hexadecimal, under a key that only transactions has) by which transfers of one
/// tenant belong together. Equal keys mean equal details; a key says nothing about them.
/// </summary>
/// <param name="Sender">The person or firm that sends.</param>
/// <param name="Beneficiary">Where the money goes: the account or phone, else the person.</param>
/// <param name="SenderName">By name and country alone, to be compared with <paramref name="BeneficiaryName"/>.</param>
/// <param name="Device">The paying device, where one is known, as is the sender's <paramref name="Phone"/>.</param>
public sealed record LinkKeys(
    string Sender, string Beneficiary, string SenderName, string BeneficiaryName, string? Device = null,
    string? Phone = null);

public sealed record TransactionCreated(
    TransactionId TransactionId, string Pcn, TransactionFacts Facts, Money TotalToPay, Money Fee) : IEvent
{
    public static string Type => "fincode.transaction.created.v1";
    public static string Topic => Topics.Transactions;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>
/// The money is there. <paramref name="Account"/> is the ledger account that holds it ("psp:sandbox" or
/// "safeguarding");
/// <paramref name="PaidAfterEnd"/>: it came after the transfer had expired or was cancelled, and goes back once the
/// sender is screened. Compliance answers with the same <paramref name="ScreeningRound"/>.
/// </summary>
public sealed record TransactionFunded(
    TransactionId TransactionId, TransactionFacts Facts, Money Paid, string Account, bool PaidAfterEnd,
    int ScreeningRound) : IEvent
{
    public static string Type => "fincode.transaction.funded.v1";
    public static string Topic => Topics.Transactions;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>Screen again: details were corrected, or lists or policy are newer than the clearance.</summary>
/// <param name="RefundOnly">The money goes back: only who gets it, the sender, is of interest, and no rule is.</param>
public sealed record ScreeningRequested(
    TransactionId TransactionId, TransactionFacts Facts, int ScreeningRound, bool RefundOnly = false) : IEvent
{
    public static string Type => "fincode.transaction.screening-requested.v1";
    public static string Topic => Topics.Transactions;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>
/// The pay-in is booked and every alert closed: book the conversion and reserve the payout. Paid = MidValue + FxIncome
/// + Fee, all in the currency paid in; MidValue is the mid-market value of <paramref name="PayoutAmount"/>. A WALLET
/// payout needs no reservation; <paramref name="Provider"/> is "wallet" then. <paramref name="ClearanceNumber"/> counts
/// how often the transfer is cleared anew because a freeze ended, from 1.
/// </summary>
public sealed record TransactionCleared(
    TransactionId TransactionId,
    Money Paid,
    Money MidValue,
    Money FxIncome,
    Money Fee,
    Money PayoutAmount,
    PayoutMethod PayoutMethod,
    string Provider,
    int ReservationNumber,
    int ClearanceNumber = 1) : IEvent
{
    public static string Type => "fincode.transaction.cleared.v1";
    public static string Topic => Topics.Transactions;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>Try to reserve again after a <see cref="ReservationRejected"/>.</summary>
public sealed record ReservationRequested(
    TransactionId TransactionId, string Provider, Money PayoutAmount, int ReservationNumber) : IEvent
{
    public static string Type => "fincode.transaction.reservation-requested.v1";
    public static string Topic => Topics.Transactions;
    public string EventKey() => TransactionId.ToString();
}

public sealed record PayoutSubmitted(
    TransactionId TransactionId, AttemptId AttemptId, int AttemptNumber, string Provider) : IEvent
{
    public static string Type => "fincode.transaction.payout-submitted.v1";
    public static string Topic => Topics.Transactions;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>
/// The provider says that the beneficiary has the money. The fee is what the provider took from our prefunding, if any.
/// </summary>
public sealed record PayoutCompleted(
    TransactionId TransactionId,
    AttemptId AttemptId,
    string Provider,
    PayoutMethod PayoutMethod,
    PartyId BeneficiaryId,
    Money Amount,
    Money? ProviderFee) : IEvent
{
    public static string Type => "fincode.transaction.payout-completed.v1";
    public static string Topic => Topics.Transactions;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>
/// The provider definitely did not pay. <paramref name="GivenUp"/>: no further attempt follows by itself.
/// </summary>
public sealed record PayoutFailed(
    TransactionId TransactionId,
    AttemptId AttemptId,
    int AttemptNumber,
    string Provider,
    bool Retryable,
    string FailureCode,
    bool GivenUp) : IEvent
{
    public static string Type => "fincode.transaction.payout-failed.v1";
    public static string Topic => Topics.Transactions;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>
/// Give the whole amount back to <paramref name="Account"/>, the account that holds the pay-in. The ledger voids what
/// is pending, reverses what was cleared, reserves the refund and answers <see cref="RefundReserved"/> with the same
/// number.
/// </summary>
public sealed record RefundRequested(
    TransactionId TransactionId, Money Amount, string Account, int RefundNumber) : IEvent
{
    public static string Type => "fincode.transaction.refund-requested.v1";
    public static string Topic => Topics.Transactions;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>The provider says that the payer has the money back.</summary>
public sealed record RefundCompleted(
    TransactionId TransactionId, AttemptId AttemptId, Money Amount, string Account, int RefundNumber) : IEvent
{
    public static string Type => "fincode.transaction.refund-completed.v1";
    public static string Topic => Topics.Transactions;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>
/// Two people found a true match: the money moves to the frozen account and stays there.
/// <paramref name="FreezeNumber"/> counts the freezes of a transfer from 1.
/// </summary>
public sealed record TransactionFrozen(TransactionId TransactionId, Money Amount, int FreezeNumber = 1) : IEvent
{
    public static string Type => "fincode.transaction.frozen.v1";
    public static string Topic => Topics.Transactions;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>
/// The public status changed (From is null when the transfer is created). This is all that partners and customers hear,
/// so it holds nothing of stage, case, rule or list; <paramref name="Reason"/> is one of <see cref="StatusReasons"/>.
/// </summary>
public sealed record TransactionStatusChanged(
    TransactionId TransactionId,
    string Pcn,
    TransactionStatus? From,
    TransactionStatus To,
    string? Reason,
    Money SendAmount,
    Money ReceiveAmount,
    Money TotalToPay,
    string SendCountry,
    string ReceiveCountry,
    PayoutMethod PayoutMethod) : IEvent
{
    public static string Type => "fincode.transaction.status-changed.v1";
    public static string Topic => Topics.Transactions;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>
/// A licence ended the freeze of that number: the money moves back from the frozen account, and what becomes of it
/// follows.
/// </summary>
public sealed record TransactionUnfrozen(TransactionId TransactionId, Money Amount, int FreezeNumber) : IEvent
{
    public static string Type => "fincode.transaction.unfrozen.v1";
    public static string Topic => Topics.Transactions;
    public string EventKey() => TransactionId.ToString();
}
