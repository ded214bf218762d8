namespace FinCode.Contracts;

/// <summary>The public status of a transfer: the words that partners, customers and webhooks use.</summary>
public enum TransactionStatus
{
    WaitingToPay,
    Verifying,
    Paid,
    FailedToDeliver,
    PendingRefund,
    Refunded,
    Cancelled,
    Expired,
}

public enum PayoutMethod
{
    Bank,
    MobileMoney,
    CashPickup,
    Wallet,
}

public enum PayInMethod
{
    BankTransfer,
    OpenBanking,
    Card,
    Wallet,
    Cash,
}

public enum Purpose
{
    FamilySupport,
    Education,
    GiftAndDonation,
    MedicalTreatment,
    MaintenanceExpenses,
    Travel,
    Salary,
    Business,
    Property,
    Investment,
    Other,
}

public enum SourceOfFunds
{
    Salary,
    BusinessIncome,
    Savings,
    Gift,
    Inheritance,
    InvestmentReturns,
    Other,
}

/// <summary>Which side of a transfer a party stands on.</summary>
public enum PartyRole
{
    Sender,
    Beneficiary,
}

/// <summary>What a payout's provider says about the name of the account's holder.</summary>
public enum NameMatch
{
    Match,
    CloseMatch,
    NoMatch,
}

public enum ScreeningOutcome
{
    Clear,
    Review,
    Reject,
}

public enum CaseDecision
{
    Release,
    Reject,
    Freeze,
}

/// <summary>How the verification of a customer ended.</summary>
public enum KycOutcome
{
    /// <summary>Verified.</summary>
    Approved,

    /// <summary>The identity could not be verified; it may be tried again.</summary>
    Refused,

    /// <summary>Something that was shown is not valid any more, and a tier is lost with it.</summary>
    Lapsed,
}

/// <summary>What becomes of frozen money when a licence ends the freeze.</summary>
public enum FreezeOutcome
{
    /// <summary>The transfer goes on as it would have.</summary>
    Release,

    /// <summary>The sender gets it back.</summary>
    Refund,
}

/// <summary>
/// Why a status changed, in words that give nothing away: a transfer that compliance refused looks like any other that
/// could not be processed.
/// </summary>
public static class StatusReasons
{
    public const string NotPaidInTime = "NOT_PAID_IN_TIME";
    public const string CancelledBySender = "CANCELLED_BY_SENDER";
    public const string PaidAfterEnd = "PAID_AFTER_END";
    public const string CouldNotBeProcessed = "COULD_NOT_BE_PROCESSED";
    public const string DetailsNeedCorrection = "DETAILS_NEED_CORRECTION";
    public const string DetailsCorrected = "DETAILS_CORRECTED";
    public const string DeliveryFailed = "DELIVERY_FAILED";

    /// <summary>Details of a party are missing; the transfer says which. It says nothing else.</summary>
    public const string DetailsNeeded = "DETAILS_NEEDED";
}
