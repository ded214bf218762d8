namespace FinCode.Contracts;

/// <summary>
/// An entry stands in the books. <paramref name="Step"/> is one of <see cref="LedgerSteps"/>; <paramref name="Number"/>
/// counts repetitions of the step within the transfer, from 1.
/// </summary>
public sealed record EntryPosted(TransactionId TransactionId, EntryId EntryId, string Step, int Number) : IEvent
{
    public static string Type => "fincode.ledger.entry-posted.v1";
    public static string Topic => Topics.Ledger;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>
/// The payout partner's prefunded balance is held for this transfer (or, for WALLET, nothing needs to be).
/// </summary>
public sealed record FundsReserved(TransactionId TransactionId, int ReservationNumber, EntryId? EntryId) : IEvent
{
    public static string Type => "fincode.ledger.funds-reserved.v1";
    public static string Topic => Topics.Ledger;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>
/// Not reserved. <paramref name="Code"/> INSUFFICIENT_FUNDS: ask again with the next number. NOT_PAYABLE,
/// ALREADY_RESERVED and any other: asking again cannot help.
/// </summary>
public sealed record ReservationRejected(TransactionId TransactionId, int ReservationNumber, string Code) : IEvent
{
    public static string Type => "fincode.ledger.reservation-rejected.v1";
    public static string Topic => Topics.Ledger;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>What was booked is undone and the refund is pending: it may be sent.</summary>
public sealed record RefundReserved(TransactionId TransactionId, int RefundNumber, EntryId EntryId) : IEvent
{
    public static string Type => "fincode.ledger.refund-reserved.v1";
    public static string Topic => Topics.Ledger;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>
/// The log of a book was signed: it has <paramref name="Size"/> records, and these hashes (lower-case hexadecimal) of
/// its Merkle tree and of its chain. <paramref name="Jws"/> says the same, signed with ES256: who keeps it can prove
/// later that the log was cut or rewritten.
/// </summary>
public sealed record LedgerCheckpointed(
    TenantId Book, long Size, string RootHash, string ChainHash, DateTimeOffset IssuedAt, string KeyId, string Jws)
    : IEvent
{
    public static string Type => "fincode.ledger.checkpointed.v1";
    public static string Topic => Topics.Audit;
    public string EventKey() => Book.ToString();
}

/// <summary>Which way the available balance went.</summary>
public enum BalanceCrossing
{
    /// <summary>It was at least the threshold and is below it now.</summary>
    Below,

    /// <summary>It was below the threshold and is at least that now.</summary>
    NotBelow,
}

/// <summary>
/// An entry took the available balance of a monitored account over the monitor's threshold; once per crossing.
/// </summary>
public sealed record BalanceCrossed(
    MonitorId MonitorId, string Account, Money Threshold, Money Available, BalanceCrossing Crossing, EntryId EntryId)
    : IEvent
{
    public static string Type => "fincode.ledger.balance-crossed.v1";
    public static string Topic => Topics.Ledger;
    public string EventKey() => MonitorId.ToString();
}

/// <summary>
/// At the end of a day less money of a currency was held for customers than was owed to them. Once a day and currency,
/// when the daily reconciliation finds it.
/// </summary>
/// <param name="Day">The day (UTC) at whose end it was so.</param>
/// <param name="Required">Owed to customers.</param>
/// <param name="Held">At the bank, by its statement of that day where one is imported.</param>
/// <param name="Shortfall">Required less held, more than zero.</param>
public sealed record SafeguardingShortfall(
    Id<SafeguardingReportKind> ReportId, DateOnly Day, Money Required, Money Held, Money Shortfall) : IEvent
{
    public static string Type => "fincode.ledger.safeguarding-shortfall.v1";
    public static string Topic => Topics.Ledger;
    public string EventKey() => ReportId.ToString();
}

/// <summary>
/// The shortfall of a day is over: a later report of that day, or one of a later day, shows none. At most once for each
/// <see cref="SafeguardingShortfall"/>, under the same key.
/// </summary>
/// <param name="ReportId">The report of the shortfall.</param>
/// <param name="EndedBy">The report that shows none.</param>
public sealed record SafeguardingRestored(
    Id<SafeguardingReportKind> ReportId, Id<SafeguardingReportKind> EndedBy) : IEvent
{
    public static string Type => "fincode.ledger.safeguarding-restored.v1";
    public static string Topic => Topics.Ledger;
    public string EventKey() => ReportId.ToString();
}

/// <summary>The steps of a transfer in the books; with the number they make the idempotency key of an entry.</summary>
public static class LedgerSteps
{
    public const string PayIn = "payin";
    public const string Cleared = "cleared";
    public const string Reserve = "reserve";
    public const string Paid = "paid";
    public const string Refund = "refund";
    public const string Frozen = "frozen";
    public const string Unfrozen = "unfrozen";
}
