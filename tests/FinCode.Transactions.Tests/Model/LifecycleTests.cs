using FinCode.Contracts;
using FinCode.Transactions.Model;

namespace FinCode.Transactions.Tests.Model;

public sealed class LifecycleTests
{
    // As the architecture documents them.
    private const string PublicEdges = """
        WaitingToPay -> Verifying, Cancelled, Expired
        Verifying -> Paid, FailedToDeliver, PendingRefund, Cancelled
        FailedToDeliver -> Paid, Verifying, PendingRefund
        PendingRefund -> Refunded
        Expired -> PendingRefund
        Cancelled -> PendingRefund
        Paid -> FailedToDeliver, PendingRefund
        Refunded ->
        """;

    private static readonly IReadOnlyList<(Standing From, TransferEvent What, Decision Decision)> Matrix =
    [
        .. from standing in Lifecycle.Standings
           from what in Enum.GetValues<TransferEvent>()
           select (standing, what, Lifecycle.Decide(standing.Status, standing.Stage, what)),
    ];

    [Fact]
    public void Every_status_stage_and_event_is_a_transition_ignored_or_an_anomaly()
    {
        Matrix.Count.ShouldBe(Lifecycle.Standings.Count * Enum.GetValues<TransferEvent>().Length);
        foreach (var (from, what, decision) in Matrix)
        {
            Lifecycle.Standings.ShouldContain(decision.To,
                $"{from} {what} leads to a stage that its status does not have");
            if (decision.Kind == DecisionKind.Ignored)
                decision.To.ShouldBe(from, $"{from} {what} is ignored, so it moves nothing");
            if (decision.Kind == DecisionKind.Anomaly)
                decision.To.Status.ShouldBe(from.Status, $"{from} {what} is an anomaly: the public status stays");
        }
    }

    [Fact]
    public void The_public_edges_are_the_documented_ones()
    {
        var documented = PublicEdges.Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(line =>
        {
            var sides = line.Trim().Split("->");
            return sides[1].Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(to => (Enum.Parse<TransactionStatus>(sides[0]), Enum.Parse<TransactionStatus>(to)));
        });
        var built = Matrix.Where(row => row.Decision.Kind == DecisionKind.Transition
            && row.Decision.To.Status != row.From.Status)
            .Select(row => (row.From.Status, row.Decision.To.Status)).Distinct();
        built.ShouldBe(documented, ignoreOrder: true);
    }

    [Fact]
    public void Every_stage_but_the_first_can_be_reached_and_every_stage_but_the_last_can_be_left()
    {
        var moves = Matrix.Where(row => row.Decision.To != row.From).ToList();
        foreach (var standing in Lifecycle.Standings)
        {
            if (standing.Stage != TransferStage.AwaitingPayment)
                moves.ShouldContain(row => row.Decision.To == standing, $"nothing leads to {standing}");
            if (standing.Stage is not TransferStage.Ended and not TransferStage.Frozen
                && standing != new Standing(TransactionStatus.FailedToDeliver, TransferStage.ManualReview))
                moves.ShouldContain(row => row.From == standing, $"nothing leads out of {standing}");
        }
    }

    [Fact]
    public void A_frozen_transfer_moves_for_nothing_but_the_end_of_its_freeze() => Matrix
        .Where(row => row.From.Stage == TransferStage.Frozen && row.What is not (TransferEvent.FreezeReleased
            or TransferEvent.FreezeRefunded or TransferEvent.FreezeEndedAfterPayout or TransferEvent.Cancel
            or TransferEvent.CorrectDetails))
        .ShouldAllBe(row => row.Decision.To == row.From);

    [Theory]
    [InlineData(TransactionStatus.Verifying, nameof(TransferStage.InReview), TransferEvent.Cancel)]
    [InlineData(TransactionStatus.FailedToDeliver, nameof(TransferStage.AwaitingCorrection), TransferEvent.Cancel)]
    [InlineData(TransactionStatus.FailedToDeliver, nameof(TransferStage.AwaitingCorrection),
        TransferEvent.CorrectDetails)]
    internal void What_a_sender_does_to_a_frozen_transfer_is_answered_as_if_it_were_not(
        TransactionStatus status, string stage, TransferEvent command)
    {
        var frozen = Lifecycle.Decide(status, TransferStage.Frozen, command);
        var other = Lifecycle.Decide(status, Enum.Parse<TransferStage>(stage), command);
        frozen.To.Stage.ShouldBe(TransferStage.Frozen);
        (frozen.Kind, frozen.To.Status, frozen.Reason).ShouldBe((other.Kind, other.To.Status, other.Reason));
    }

    [Fact]
    public void What_is_being_recalled_is_never_sent_again_refunded_or_tried_anew() => Matrix
        .Where(row => row.From.Stage == TransferStage.Recalling && row.Decision.To != row.From)
        .Select(row => row.Decision.To.Stage).Distinct().ShouldBe(
            [TransferStage.Frozen, TransferStage.Completing, TransferStage.ManualReview], ignoreOrder: true);

    [Fact]
    public void The_end_of_a_freeze_moves_nothing_that_is_not_frozen() => Matrix
        .Where(row => row.From.Stage is not (TransferStage.Frozen or TransferStage.Recalling)
            && row.What is (TransferEvent.FreezeReleased
            or TransferEvent.FreezeRefunded or TransferEvent.FreezeEndedAfterPayout))
        .ShouldAllBe(row => row.Decision.To == row.From);

    [Fact]
    public void A_hold_is_released_only_by_the_approving_event() => Matrix
        .Where(row => IsHeld(row.From) && row.Decision.To != row.From)
        .Select(row => $"{row.From.Status}/{row.From.Stage} {row.What} -> {row.Decision.To.Status}/"
            + $"{row.Decision.To.Stage}")
        .ShouldBe(
            [
                "Verifying/InReview CaseReleased -> Verifying/Screening",
                "Verifying/InReview CaseRejected -> PendingRefund/RefundReserving",
                "Verifying/InReview CaseFrozen -> Verifying/Frozen",
                "PendingRefund/RefundInReview CaseReleased -> PendingRefund/RefundReserving",
                "PendingRefund/RefundInReview CaseRejected -> PendingRefund/RefundReserving",
                "PendingRefund/RefundInReview CaseFrozen -> PendingRefund/Frozen",
                // Still held: the case decides about the refund.
                "Verifying/InReview Cancel -> PendingRefund/RefundInReview",
                // No money is left to pay out or back.
                "Verifying/InReview PayInReversed -> Cancelled/Ended",
                // An earlier attempt did its work after all: nothing more leaves.
                "Verifying/InReview AttemptCompleted -> Verifying/ManualReview",
                "PendingRefund/RefundInReview AttemptCompleted -> PendingRefund/ManualReview",
                "PendingRefund/RefundInReview RefundCompleted -> PendingRefund/RefundCompleting",
            ],
            ignoreOrder: true);

    [Theory]
    [InlineData(nameof(TransferStage.Submitted))]
    [InlineData(nameof(TransferStage.Unknown))]
    [InlineData(nameof(TransferStage.AwaitingCollection))]
    [InlineData(nameof(TransferStage.ManualReview))]
    [InlineData(nameof(TransferStage.Completing))]
    [InlineData(nameof(TransferStage.Recalling))]
    public void What_may_have_left_cannot_be_cancelled(string stage) =>
        Lifecycle.Decide(TransactionStatus.Verifying, Enum.Parse<TransferStage>(stage), TransferEvent.Cancel).Kind
            .ShouldBe(DecisionKind.Anomaly);

    [Fact]
    public void An_unknown_outcome_never_becomes_a_failure_by_itself() =>
        ((TransferEvent[])[TransferEvent.AttemptUnanswered, TransferEvent.AttemptNotFound, TransferEvent.AttemptStuck])
            .Select(what => Lifecycle.Decide(TransactionStatus.Verifying, TransferStage.Unknown, what).To.Status)
            .ShouldAllBe(status => status == TransactionStatus.Verifying);

    [Theory]
    [InlineData(nameof(TransferStage.RefundScreening))]
    [InlineData(nameof(TransferStage.RefundInReview))]
    [InlineData(nameof(TransferStage.RefundReserving))]
    [InlineData(nameof(TransferStage.RefundSubmitting))]
    [InlineData(nameof(TransferStage.RefundSubmitted))]
    [InlineData(nameof(TransferStage.RefundUnknown))]
    public void A_payout_that_completes_after_a_refund_began_stops_it_for_a_person(string stage)
    {
        var decision = Lifecycle.Decide(
            TransactionStatus.PendingRefund, Enum.Parse<TransferStage>(stage), TransferEvent.AttemptCompleted);
        decision.Kind.ShouldBe(DecisionKind.Anomaly);
        decision.To.ShouldBe(new Standing(TransactionStatus.PendingRefund, TransferStage.ManualReview));
    }

    [Theory]
    [InlineData(TransactionStatus.Expired)]
    [InlineData(TransactionStatus.Cancelled)]
    public void A_case_decided_after_the_end_is_recorded_without_effect(TransactionStatus status)
    {
        foreach (var what in (TransferEvent[])[TransferEvent.CaseReleased, TransferEvent.CaseRejected,
            TransferEvent.CaseFrozen])
        {
            var decision = Lifecycle.Decide(status, TransferStage.Ended, what);
            decision.ShouldBe(new Decision(DecisionKind.Anomaly, new Standing(status, TransferStage.Ended)));
        }
    }

    [Fact]
    public void No_reason_of_a_public_status_speaks_of_compliance()
    {
        List<string?> neutral =
        [
            StatusReasons.NotPaidInTime, StatusReasons.CancelledBySender, StatusReasons.PaidAfterEnd,
            StatusReasons.CouldNotBeProcessed, StatusReasons.DetailsNeedCorrection, StatusReasons.DetailsCorrected,
            StatusReasons.DeliveryFailed,
        ];
        Matrix.Where(row => row.Decision.Reason is not null).ShouldAllBe(row => neutral.Contains(row.Decision.Reason));
    }

    private static bool IsHeld(Standing standing) =>
        standing.Stage is TransferStage.InReview or TransferStage.RefundInReview;
}
