using FinCode.Contracts;
using FinCode.Transactions.Pricing;

namespace FinCode.Transactions.Model;

/// <summary>One transfer: what was agreed, where it stands, and which gates it has passed.</summary>
internal sealed partial class Transfer
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

    /// <summary>
    /// When a job looks at it next: the end of the pay-in window, the next try to reserve, or when a person is told
    /// that details are still missing.
    /// </summary>
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

    public CaseId? CaseId { get; private set; }
    public int ReservationNumber { get; private set; }
    public bool IsReserved { get; private set; }
    public int RefundNumber { get; private set; }
    public bool CancelledBySender { get; private set; }

    /// <summary>The sender's words about this transfer, under the sender's key.</summary>
    public byte[]? NoteSealed { get; private set; }
    public byte[]? PayerSealed { get; private set; }
    public byte[]? RelationshipSealed { get; private set; }

    /// <summary>Where the money of this transfer goes, under the beneficiary's key.</summary>
    public byte[]? PayoutSealed { get; private set; }

    /// <summary>
    /// The sender's version when screening was last asked for, or when the transfer was made; as is the beneficiary's.
    /// </summary>
    public int SenderVersion { get; private set; }
    public int BeneficiaryVersion { get; private set; }

    /// <summary>The first round that was asked with all that is known now.</summary>
    public int FactsRound { get; private set; }
    public string SenderKey { get; private set; } = "";
    public string BeneficiaryKey { get; private set; } = "";
    public string SenderNameKey { get; private set; } = "";
    public string BeneficiaryNameKey { get; private set; } = "";
    public string? DeviceKey { get; private set; }
    public string? AddressKey { get; private set; }
    public string? PhoneKey { get; private set; }
    public NameCheckState NameCheck { get; private set; }
    public NameMatch? NameMatch { get; private set; }

    /// <summary>Counts everything that makes an answer under way worthless: an answer names its number.</summary>
    public int NameCheckNumber { get; private set; }
    public int NameCheckTries { get; private set; }
    public DateTimeOffset? NameCheckDueAt { get; private set; }

    public Money SendAmount => Money.Of(SendMinor, SendCurrency);
    public Money ReceiveAmount => Money.Of(ReceiveMinor, ReceiveCurrency);
    public Money Fee => Money.Of(FeeMinor, SendCurrency);
    public Money MidValue => Money.Of(MidValueMinor, SendCurrency);
    public Money FxIncome => Money.Of(FxIncomeMinor, SendCurrency);
    public Money TotalToPay => SendAmount + Fee;

    /// <summary>The ledger account that holds the pay-in.</summary>
    public string PayInAccount => $"psp:{PayInProvider}";

    public TransactionFacts Facts => new(SenderId, BeneficiaryId, SendAmount, ReceiveAmount, SendCountry,
        ReceiveCountry, PayInMethod, PayoutMethod, Purpose, SourceOfFunds, CreatedAt, NameMatch,
        new LinkKeys(SenderKey, BeneficiaryKey, SenderNameKey, BeneficiaryNameKey, DeviceKey, PhoneKey));

    public bool IsCleared => ClearedRound == ScreeningRound && ScreeningRound > 0;

    /// <summary>The round that cleared it did not know all that is known now.</summary>
    public bool IsClearedOnOldFacts => ClearedRound < Math.Max(FactsRound, FrozenPartyRound);

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
            SenderId = details.SenderId,
            BeneficiaryId = details.BeneficiaryId,
            SenderKey = details.Keys.Sender,
            BeneficiaryKey = details.Keys.Beneficiary,
            SenderNameKey = details.Keys.SenderName,
            BeneficiaryNameKey = details.Keys.BeneficiaryName,
            DeviceKey = details.Keys.Device,
            AddressKey = details.AddressKey,
            PhoneKey = details.Keys.Phone,
            NoteSealed = details.NoteSealed,
            RelationshipSealed = details.RelationshipSealed,
            PayoutSealed = details.PayoutSealed,
            SenderVersion = details.Versions.Sender,
            BeneficiaryVersion = details.Versions.Beneficiary,
            NameCheck = details.ChecksName ? NameCheckState.Pending : NameCheckState.None,
            NameCheckDueAt = details.ChecksName ? now : null,
            CreatedBy = createdBy,
            CreatedAt = now,
            UpdatedAt = now,
            PayUntil = now + window,
            DueAt = now + window,
        };

    /// <summary>The only way to another status or stage: asks the lifecycle table and goes where it says.</summary>
    /// <param name="reason">Instead of the table's.</param>
    public Decision Apply(TransferEvent what, DateTimeOffset now, string? reason = null)
    {
        var decision = Lifecycle.Decide(Status, Stage, what);
        if (decision.Kind == DecisionKind.Ignored || decision.To == new Standing(Status, Stage))
            return decision;
        if (decision.To.Status != Status)
            Reason = reason ?? decision.Reason;
        (Status, Stage) = decision.To;
        UpdatedAt = now;
        DueAt = null;
        return decision;
    }

    public void Fund(string paymentId, byte[]? payerSealed, PartiesNow parties, DateTimeOffset now)
    {
        (PaymentId, PayerSealed, FundedAt) = (paymentId, payerSealed, now);
        NextScreeningRound(parties, now);
    }

    public void BookPayIn(DateTimeOffset now) => PayInBookedAt ??= now;

    /// <summary>
    /// What is to be screened now: these versions at least. The name of a beneficiary that changed is compared anew.
    /// </summary>
    public int NextScreeningRound(PartiesNow parties, DateTimeOffset now)
    {
        if (parties.Versions.Beneficiary != BeneficiaryVersion)
            CheckNameAgain(now);
        (SenderVersion, BeneficiaryVersion) = parties.Versions;
        (SenderNameKey, BeneficiaryNameKey, PhoneKey) =
            (parties.SenderName, parties.BeneficiaryName, parties.SenderPhone);
        return ++ScreeningRound;
    }

    /// <summary>The money goes somewhere else than was said first.</summary>
    public void Redirect(byte[] payoutSealed, string beneficiaryKey, DateTimeOffset now)
    {
        PayoutSealed = payoutSealed;
        BeneficiaryKey = beneficiaryKey;
        CheckNameAgain(now);
    }

    /// <summary>The provider is asked about the name; returns the number that its answer has to bring.</summary>
    public int LeaseNameCheck(DateTimeOffset until)
    {
        NameCheckTries++;
        NameCheckDueAt = until;
        return ++NameCheckNumber;
    }

    /// <summary>False when it is not the answer that is waited for.</summary>
    /// <param name="match">Null: the provider gave none; asked again at <paramref name="again"/>, or never.</param>
    public bool AnswerNameCheck(int number, NameMatch? match, DateTimeOffset? again)
    {
        if (NameCheck != NameCheckState.Pending || number != NameCheckNumber)
            return false;
        NameCheckDueAt = match is null ? again : null;
        if (match is null && again is not null)
            return true;
        NameCheck = match is null ? NameCheckState.GivenUp : NameCheckState.Answered;
        NameMatch = match;
        if (match is not null)
            FactsRound = ScreeningRound + 1;
        return true;
    }

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
        NoteRefundAllowed(round, listVersion, policyVersion);
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

    /// <param name="dueAt">Null: no job has to look at it.</param>
    public void WaitUntil(DateTimeOffset? dueAt) => DueAt = dueAt;

    /// <summary>
    /// Nothing remains by which somebody could be told from it: what was sealed, said freely, or keyed by details.
    /// </summary>
    public void Forget()
    {
        NoteSealed = PayerSealed = PayoutSealed = RelationshipSealed = null;
        Relationship = null;
        SenderKey = SenderNameKey = SenderId.Value.ToString();
        BeneficiaryKey = BeneficiaryNameKey = BeneficiaryId.Value.ToString();
        DeviceKey = AddressKey = PhoneKey = null;
    }

    public void NoteCancelledBySender() => CancelledBySender = true;

    private void CheckNameAgain(DateTimeOffset now)
    {
        if (NameCheck == NameCheckState.None)
            return;
        NameCheck = NameCheckState.Pending;
        NameMatch = null;
        NameCheckTries = 0;
        NameCheckNumber++;
        NameCheckDueAt = now;
    }
}

