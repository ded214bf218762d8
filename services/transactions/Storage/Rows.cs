using FinCode.Contracts;
using FinCode.Transactions.Model;

namespace FinCode.Transactions.Storage;

/// <summary>One thing that happened to a transfer; partners see the public ones only.</summary>
internal sealed class TimelineRow
{
    public long Id { get; init; }
    public required TenantId TenantId { get; init; }
    public required TransactionId TransactionId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Event { get; init; }
    public required TransactionStatus Status { get; init; }
    public required TransferStage Stage { get; init; }
    public string? Reason { get; init; }
    public required bool IsPublic { get; init; }
}

/// <summary>A fact that does not fit; a person of the owning role looks at it.</summary>
internal sealed class AnomalyRow
{
    public long Id { get; init; }
    public required TenantId TenantId { get; init; }
    public TransactionId? TransactionId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Kind { get; init; }
    public required string Event { get; init; }
    public TransactionStatus? Status { get; init; }
    public TransferStage? Stage { get; init; }
    public string? Detail { get; init; }
    public required string Owner { get; init; }
    public string? DedupeKey { get; init; }

    /// <summary>Since when it is over by itself.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

internal enum PayInState
{
    /// <summary>Exactly what was asked for, the first time.</summary>
    Funding,

    /// <summary>Too little, too much, or another currency: the transfer is not funded.</summary>
    Mismatched,

    /// <summary>One more payment for a transfer that has its money.</summary>
    Excess,
}

internal sealed class ScreeningBasisRow
{
    public required TenantId TenantId { get; init; }
    public long ListVersion { get; init; }
    public long PolicyVersion { get; init; }
}
