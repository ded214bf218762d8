using FinCode.Contracts;
using FinCode.Transactions.Pricing;

namespace FinCode.Transactions.Model;

/// <summary>One transfer: what was agreed, where it stands, and which gates it has passed.</summary>
internal sealed class Transfer
{
    private Transfer()
    {
    }

    public TransactionId Id { get; private set; }
    public TenantId TenantId { get; private set; }
    public string Pcn { get; private set; } = "";
    public Id<QuoteKind> QuoteId { get; private set; }
    public TransactionStatus Status { get; private set; }
    public TransferStage Stage { get; private set; }
    public string? Reason { get; private set; }
    public string SendCountry { get; private set; } = "";
    public string ReceiveCountry { get; private set; } = "";
    public string SendCurrency { get; private set; } = "";
    public string ReceiveCurrency { get; private set; } = "";
    public long SendMinor { get; private set; }
    public long ReceiveMinor { get; private set; }
    public long FeeMinor { get; private set; }
    public long MidValueMinor { get; private set; }
    public long FxIncomeMinor { get; private set; }
    public decimal Rate { get; private set; }
    public PayInMethod PayInMethod { get; private set; }
    public string PayInProvider { get; private set; } = "";
    public PayoutMethod PayoutMethod { get; private set; }
    public string PayoutProvider { get; private set; } = "";
    public Purpose Purpose { get; private set; }
    public SourceOfFunds SourceOfFunds { get; private set; }
    public string? Relationship { get; private set; }
    public PartyId SenderId { get; private set; }
    public PartyId BeneficiaryId { get; private set; }
    public string CreatedBy { get; private set; } = "";
    public DateTimeOffset CreatedAt { get; private set; }
    public DateTimeOffset UpdatedAt { get; private set; }
    public DateTimeOffset PayUntil { get; private set; }

    /// <summary>When a job looks at it next: the end of the pay-in window, or the next try to reserve.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    /// <summary>The provider's own id of the payment that funded this transfer; refunds name it.</summary>
    public string? PaymentId { get; private set; }
    public DateTimeOffset? FundedAt { get; private set; }
    public DateTimeOffset? PayInBookedAt { get; private set; }

    /// <summary>The newest round that compliance was asked for.</summary>
    public int ScreeningRound { get; private set; }

    /// <summary>The newest round that compliance answered, finally or by opening a case.</summary>
    public int AnsweredRound { get; private set; }
    public int DecidedRound { get; private set; }
    public int ClearedRound { get; private set; }
    public long ClearedListVersion { get; private set; }
    public long ClearedPolicyVersion { get; private set; }

    /// <summary>
    /// The lists and policy under which whoever gets a refund was looked at last: by a clearance, or by two people.
    /// </summary>
    public long RefundListVersion { get; private set; }
    public long RefundPolicyVersion { get; private set; }
    public CaseId? CaseId { get; private set; }
    public int ReservationNumber { get; private set; }
    public bool IsReserved { get; private set; }
    public int RefundNumber { get; private set; }
    public bool CancelledBySender { get; private set; }

    /// <summary>How often it was frozen.</summary>
    public int FreezeNumber { get; private set; }

    /// <summary>The case whose licence ended the last freeze.</summary>
    public CaseId? ThawedByCaseId { get; private set; }

    public Money SendAmount => Money.Of(SendMinor, SendCurrency);
    public Money ReceiveAmount => Money.Of(ReceiveMinor, ReceiveCurrency);
    public Money Fee => Money.Of(FeeMinor, SendCurrency);
    public Money MidValue => Money.Of(MidValueMinor, SendCurrency);
    public Money FxIncome => Money.Of(FxIncomeMinor, SendCurrency);
    public Money TotalToPay => SendAmount + Fee;

    /// <summary>The ledger account that holds the pay-in.</summary>
    public string PayInAccount => $"psp:{PayInProvider}";

    public TransactionFacts Facts => new(SenderId, BeneficiaryId, SendAmount, ReceiveAmount, SendCountry,
        ReceiveCountry, PayInMethod, PayoutMethod, Purpose, SourceOfFunds, CreatedAt);

    public bool IsCleared => ClearedRound == ScreeningRound && ScreeningRound > 0;

    public static Transfer Create(
        TransactionId id, string pcn, Quote quote, TransferDetails details, string createdBy, DateTimeOffset now,
        TimeSpan window) =>
        new()
        {
            Id = id,
            TenantId = quote.TenantId,
            Pcn = pcn,
            QuoteId = quote.Id,
            Status = TransactionStatus.WaitingToPay,
            Stage = TransferStage.AwaitingPayment,
            SendCountry = quote.SendCountry,
            ReceiveCountry = quote.ReceiveCountry,
            SendCurrency = quote.SendCurrency,
            ReceiveCurrency = quote.ReceiveCurrency,
            SendMinor = quote.SendMinor,
            ReceiveMinor = quote.ReceiveMinor,
            FeeMinor = quote.FeeMinor,
            MidValueMinor = quote.MidValueMinor,
            FxIncomeMinor = quote.FxIncomeMinor,
            Rate = quote.Rate,
            PayInMethod = quote.PayInMethod,
            PayInProvider = quote.PayInProvider,
            PayoutMethod = quote.PayoutMethod,
            PayoutProvider = quote.PayoutProvider,
            Purpose = details.Purpose,
            SourceOfFunds = details.SourceOfFunds,
            Relationship = details.Relationship,
            SenderId = details.SenderId,
            BeneficiaryId = details.BeneficiaryId,
            CreatedBy = createdBy,
            CreatedAt = now,
            UpdatedAt = now,
            PayUntil = now + window,
            DueAt = now + window,
        };

    /// <summary>The only way to another status or stage: asks the lifecycle table and goes where it says.</summary>
    public Decision Apply(TransferEvent what, DateTimeOffset now)
    {
        var decision = Lifecycle.Decide(Status, Stage, what);
        if (decision.Kind == DecisionKind.Ignored || decision.To == new Standing(Status, Stage))
            return decision;
        if (decision.To.Status != Status)
            Reason = decision.Reason;
        (Status, Stage) = decision.To;
        UpdatedAt = now;
        DueAt = null;
        return decision;
    }

    public void Fund(string paymentId, DateTimeOffset now)
    {
        PaymentId = paymentId;
        FundedAt = now;
        ScreeningRound = 1;
    }

    public void BookPayIn(DateTimeOffset now) => PayInBookedAt ??= now;

    public int NextScreeningRound() => ++ScreeningRound;

    public void NoteReview(int round, CaseId? caseId)
    {
        AnsweredRound = Math.Max(AnsweredRound, round);
        CaseId = caseId;
    }

    /// <summary>Compliance let this round pass under these versions.</summary>
    public void NoteClearance(int round, long listVersion, long policyVersion)
    {
        AnsweredRound = Math.Max(AnsweredRound, round);
        ClearedRound = round;
        ClearedListVersion = listVersion;
        ClearedPolicyVersion = policyVersion;
        NoteRefundAllowed(listVersion, policyVersion);
    }

    /// <summary>The sender may have the money back, as far as these lists and this policy say.</summary>
    public void NoteRefundAllowed(long listVersion, long policyVersion)
    {
        RefundListVersion = Math.Max(RefundListVersion, listVersion);
        RefundPolicyVersion = Math.Max(RefundPolicyVersion, policyVersion);
    }

    public void NoteDecision(int round, CaseId caseId)
    {
        AnsweredRound = Math.Max(AnsweredRound, round);
        DecidedRound = round;
        CaseId = caseId;
    }

    public int NextReservation() => ++ReservationNumber;

    public void NoteReserved() => IsReserved = true;

    public int NextRefund()
    {
        IsReserved = false;
        return ++RefundNumber;
    }

    public int NextFreeze()
    {
        IsReserved = false;
        return ++FreezeNumber;
    }

    public void NoteThaw(CaseId caseId) => ThawedByCaseId = caseId;

    public void WaitUntil(DateTimeOffset dueAt) => DueAt = dueAt;

    public void NoteCancelledBySender() => CancelledBySender = true;
}

/// <summary>What the sender said about a transfer beside its price.</summary>
internal sealed record TransferDetails(
    PartyId SenderId, PartyId BeneficiaryId, Purpose Purpose, SourceOfFunds SourceOfFunds, string? Relationship);
