using System.Text.Json.Serialization;

namespace FinCode.Sandbox.Instructions;

/// <summary>Who carries an instruction out. References are unique per rail.</summary>
internal enum Rail
{
    Bank,
    Momo,
    Cash,
    Refund,
}

internal enum InstructionStatus
{
    Accepted,
    Completed,
    Rejected,
}

internal sealed record Failure(string Code, bool Retryable)
{
    public static Failure Down { get; } = new("PROVIDER_DOWN", true);
    public static Failure Full { get; } = new("PROVIDER_FULL", true);
    public static Failure AccountClosed { get; } = new("ACCOUNT_CLOSED", false);
    public static Failure NameMismatch { get; } = new("NAME_MISMATCH", false);
    public static Failure LimitExceeded { get; } = new("LIMIT_EXCEEDED", true);
    public static Failure Cancelled { get; } = new("CANCELLED", false);
    public static Failure UnknownPayment { get; } = new("UNKNOWN_PAYMENT", false);
    public static Failure MoreThanPaid { get; } = new("MORE_THAN_PAID", false);
}

/// <summary>
/// A payout or a refund that the provider has taken (or refused for good). It carries its own end from the start: from
/// <paramref name="SettlesAt"/> on it has happened, and before that, or as long as that is null, it is accepted.
/// </summary>
/// <param name="Content">A digest of what was asked for: the same reference with another one is refused.</param>
/// <param name="Destination">Account number, phone number, or the payer's reference.</param>
/// <param name="Rejection">Set when it ends in a rejection instead of a payment.</param>
/// <param name="PaymentReference">Of a refund: the payment that it gives back.</param>
internal sealed record Instruction(
    Rail Rail,
    string Reference,
    string ProviderId,
    string Content,
    Money Amount,
    Money? Fee,
    string Destination,
    string CallbackUrl,
    bool HasCallback,
    Failure? Rejection,
    DateTimeOffset? SettlesAt,
    string? PaymentReference)
{
    [JsonIgnore]
    public (Rail Rail, string Reference) Key => (Rail, Reference);

    public InstructionStatus StatusAt(DateTimeOffset now) => SettlesAt is null || SettlesAt > now
        ? InstructionStatus.Accepted
        : Rejection is null ? InstructionStatus.Completed : InstructionStatus.Rejected;

    /// <summary>How often money has left for this reference: never more than once.</summary>
    public int PaymentsAt(DateTimeOffset now) => StatusAt(now) == InstructionStatus.Completed ? 1 : 0;

    public InstructionAnswer AnswerAt(DateTimeOffset now)
    {
        var status = StatusAt(now);
        return new InstructionAnswer(Reference, ProviderId, status,
            status == InstructionStatus.Rejected ? Rejection : null, status == InstructionStatus.Completed
                ? Fee : null);
    }
}

/// <summary>What the provider answers to an order and to an enquiry; a callback carries the same with an event
/// id.</summary>
internal sealed record InstructionAnswer(
    string Reference, string ProviderId, InstructionStatus Status, Failure? Failure, Money? Fee);

/// <summary>503: the provider is down and has definitely not taken the order.</summary>
internal sealed record DefiniteRefusal(string Reference, Failure Failure, bool Definite);

/// <summary>What a callback says: the end of an instruction. The same event id again is the same event.</summary>
internal sealed record InstructionCallback(
    string EventId, string Reference, string ProviderId, InstructionStatus Status, Failure? Failure, Money? Fee);
