using FinCode.Contracts;

namespace FinCode.Transactions.Model;

internal enum AttemptState
{
    /// <summary>Written, not sent.</summary>
    Pending,

    /// <summary>Leased by a process that is sending it; if the lease ends before an answer, nobody knows.</summary>
    Sending,

    Submitted,
    Unknown,
    Completed,
    Failed,

    /// <summary>Taken back before it ever left.</summary>
    Withdrawn,
}

/// <summary>
/// One try to move money out, written before its request leaves. Its id is our reference at the provider.
/// </summary>
internal abstract class Attempt
{
    public AttemptId Id { get; protected set; }
    public TenantId TenantId { get; protected set; }
    public TransactionId TransactionId { get; protected set; }
    public int Number { get; protected set; }
    public string Provider { get; protected set; } = "";
    public long AmountMinor { get; protected set; }
    public string Currency { get; protected set; } = "";
    public AttemptState State { get; protected set; }

    /// <summary>When to send it, when its lease ends, or when to ask about it next.</summary>
    public DateTimeOffset? DueAt { get; protected set; }
    public DateTimeOffset? FirstSentAt { get; protected set; }
    public int Sends { get; protected set; }
    public int Enquiries { get; protected set; }
    public string? ProviderId { get; protected set; }
    public string? FailureCode { get; protected set; }
    public bool? Retryable { get; protected set; }
    public DateTimeOffset CreatedAt { get; protected set; }
    public DateTimeOffset UpdatedAt { get; protected set; }

    public Money Amount => Money.Of(AmountMinor, Currency);

    public bool IsOpen =>
        State is AttemptState.Pending or AttemptState.Sending or AttemptState.Submitted or AttemptState.Unknown;

    /// <summary>True once a request may have left, even if nothing came back.</summary>
    public bool MayHaveLeft => FirstSentAt is not null;

    /// <summary>Written in a transaction of its own before the request leaves.</summary>
    public void Lease(DateTimeOffset now, TimeSpan lease)
    {
        Change(AttemptState.Sending, now);
        FirstSentAt ??= now;
        Sends++;
        DueAt = now + lease;
    }

    public void Accept(string? providerId, DateTimeOffset now, DateTimeOffset enquireAt)
    {
        Change(AttemptState.Submitted, now);
        ProviderId = providerId ?? ProviderId;
        DueAt = enquireAt;
    }

    public void Lose(DateTimeOffset now, DateTimeOffset enquireAt)
    {
        Change(AttemptState.Unknown, now);
        DueAt = enquireAt;
    }

    public void NoteEnquiry(DateTimeOffset nextAt)
    {
        Enquiries++;
        DueAt = nextAt;
    }

    /// <summary>The provider does not know it: send it again, under the same reference.</summary>
    public void SendAgain(DateTimeOffset now, DateTimeOffset dueAt)
    {
        Change(AttemptState.Pending, now);
        DueAt = dueAt;
    }

    public void Fail(string? providerId, string code, bool retryable, DateTimeOffset now)
    {
        Change(AttemptState.Failed, now);
        ProviderId = providerId ?? ProviderId;
        FailureCode = code;
        Retryable = retryable;
        DueAt = null;
    }

    /// <summary>
    /// Takes it back if nothing has left; false when it may have. One that waits to be sent once more is not sent, but
    /// asked about.
    /// </summary>
    public bool TryWithdraw(DateTimeOffset now)
    {
        if (State == AttemptState.Pending && MayHaveLeft)
            Lose(now, now);
        if (State != AttemptState.Pending)
            return false;
        Change(AttemptState.Withdrawn, now);
        DueAt = null;
        return true;
    }

    protected void Close(string? providerId, DateTimeOffset now)
    {
        Change(AttemptState.Completed, now);
        ProviderId = providerId ?? ProviderId;
        DueAt = null;
    }

    private void Change(AttemptState state, DateTimeOffset now)
    {
        State = state;
        UpdatedAt = now;
    }
}

internal sealed class PayoutAttempt : Attempt
{
    private PayoutAttempt()
    {
    }

    public PayoutMethod Method { get; private set; }
    public long? FeeMinor { get; private set; }

    /// <summary>When its provider was to be asked to take it back.</summary>
    public DateTimeOffset? RecallAskedAt { get; private set; }

    /// <summary>The provider does not take it back: it is only asked what became of it.</summary>
    public bool RecallRefused { get; private set; }

    public bool IsToBeRecalled => RecallAskedAt is not null && !RecallRefused && IsOpen;

    /// <summary>What the provider took from our prefunding for it.</summary>
    public Money? ProviderFee => FeeMinor is { } minor ? Money.Of(minor, Currency) : null;

    public static PayoutAttempt Write(Transfer transfer, AttemptId id, int number, DateTimeOffset now,
        DateTimeOffset dueAt) =>
        new()
        {
            Id = id,
            TenantId = transfer.TenantId,
            TransactionId = transfer.Id,
            Number = number,
            Provider = transfer.PayoutProvider,
            Method = transfer.PayoutMethod,
            AmountMinor = transfer.ReceiveMinor,
            Currency = transfer.ReceiveCurrency,
            State = AttemptState.Pending,
            DueAt = dueAt,
            CreatedAt = now,
            UpdatedAt = now,
        };

    /// <summary>
    /// The provider is asked at once, or when the lease of a request that is on its way has ended.
    /// </summary>
    public void Recall(DateTimeOffset now)
    {
        (RecallAskedAt, RecallRefused, Enquiries) = (now, false, 0);
        if (State != AttemptState.Sending)
            DueAt = now;
    }

    public void NoteRecallRefused() => RecallRefused = true;

    /// <summary>It may be paid after all.</summary>
    public void DropRecall() => (RecallAskedAt, RecallRefused) = (null, false);

    public void Complete(string? providerId, Money? fee, DateTimeOffset now)
    {
        Close(providerId, now);
        FeeMinor = fee?.MinorUnits;
    }
}

internal sealed class RefundAttempt : Attempt
{
    private RefundAttempt()
    {
    }

    /// <summary>The provider's id of the payment that is given back.</summary>
    public string PaymentId { get; private set; } = "";

    public static RefundAttempt Write(
        Transfer transfer, AttemptId id, DateTimeOffset now, DateTimeOffset dueAt) => new()
    {
        Id = id,
        TenantId = transfer.TenantId,
        TransactionId = transfer.Id,
        Number = transfer.RefundNumber,
        Provider = transfer.PayInProvider,
        PaymentId = transfer.PaymentId
            ?? throw new InvalidOperationException($"Nobody paid for {transfer.Id}: there is nothing to refund."),
        AmountMinor = transfer.TotalToPay.MinorUnits,
        Currency = transfer.SendCurrency,
        State = AttemptState.Pending,
        DueAt = dueAt,
        CreatedAt = now,
        UpdatedAt = now,
    };

    public void Complete(string? providerId, DateTimeOffset now) => Close(providerId, now);
}
