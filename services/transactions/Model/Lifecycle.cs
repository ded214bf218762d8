using System.Collections.Frozen;
using FinCode.Contracts;
using static FinCode.Contracts.TransactionStatus;
using static FinCode.Transactions.Model.TransferEvent;
using static FinCode.Transactions.Model.TransferStage;

namespace FinCode.Transactions.Model;

internal enum DecisionKind
{
    /// <summary>The transfer moves (or stays on purpose, and the fact is noted).</summary>
    Transition,

    /// <summary>Known already, late, or overtaken: nothing to do.</summary>
    Ignored,

    /// <summary>
    /// A command is refused; a fact is recorded for a person, and where money is at stake the transfer stops.
    /// </summary>
    Anomaly,
}

internal readonly record struct Standing(TransactionStatus Status, TransferStage Stage);

/// <param name="To">Where the transfer stands afterwards.</param>
/// <param name="Reason">The neutral reason of a new public status.</param>
internal readonly record struct Decision(DecisionKind Kind, Standing To, string? Reason = null);

/// <summary>
/// The one table of status, stage and event. What is not listed is an anomaly: an illegal command, or a fact that
/// must not happen there.
/// </summary>
internal static class Lifecycle
{
    /// <summary>Every status with the stages it can have.</summary>
    public static IReadOnlyList<Standing> Standings { get; } =
    [
        new(WaitingToPay, AwaitingPayment),
        .. Of(Verifying, Screening, InReview, AwaitingDetails, Reserving, AwaitingFunds, Submitting, Submitted,
            AwaitingCollection, Unknown, Retrying, Completing, ManualReview, Frozen, Recalling),
        .. Of(FailedToDeliver, AwaitingCorrection, GivingUp, Completing, ManualReview, Frozen),
        .. Of(PendingRefund, RefundScreening, RefundInReview, RefundReserving, RefundSubmitting, RefundSubmitted,
            RefundUnknown,
            RefundCompleting, ManualReview, Frozen),
        new(Paid, Ended), new(Refunded, Ended), new(Cancelled, Ended), new(Expired, Ended),
    ];

    // After the standings, which the table is built from.
    private static readonly FrozenDictionary<(Standing, TransferEvent), Decision> Table = LifecycleTable.Build();

    public static bool IsCommand(TransferEvent what) => what is Cancel or CorrectDetails;

    public static Decision Decide(TransactionStatus status, TransferStage stage, TransferEvent what)
    {
        var from = new Standing(status, stage);
        return Table.TryGetValue((from, what), out var decision) ? decision : new Decision(DecisionKind.Anomaly, from);
    }

    private static IEnumerable<Standing> Of(TransactionStatus status, params IEnumerable<TransferStage> stages) =>
        stages.Select(stage => new Standing(status, stage));
}
