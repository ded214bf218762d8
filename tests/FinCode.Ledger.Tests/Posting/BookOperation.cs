using FinCode.Ledger.Model;

namespace FinCode.Ledger.Tests.Posting;

internal enum OperationKind
{
    Post,
    Hold,
    Block,
    Commit,
    Release,
    Reverse,
    Open,
    Change,
    ClosePeriod,
    Watch,
    Wait,
    Expire,
}

/// <summary>One thing that a client asks for.</summary>
/// <param name="Legs">Of Post, Hold and Block; of Commit the part, none for all that is held.</param>
/// <param name="Target">The key of the entry that Commit, Release and Reverse are about.</param>
internal sealed record BookOperation(OperationKind Kind, string Key, IReadOnlyList<Leg> Legs, string? Target = null)
{
    public DateOnly? ValueDate { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What Open and Change make of their account; whose available balance Watch is about.</summary>
    public AccountState? Account { get; init; }

    /// <summary>What Watch wants to hear of: available less than this, or not any more.</summary>
    public long Threshold { get; init; }

    /// <summary>The day that ClosePeriod closes the book up to.</summary>
    public DateOnly Until { get; init; }

    public TimeSpan Time { get; init; }

    /// <summary>The key of no entry.</summary>
    public const string Nothing = "none";

    public bool IsEntry => Kind <= OperationKind.Reverse;

    /// <summary>How much of what is held Commit posts; above 100 it is more than may be.</summary>
    public int? PartPercent { get; init; }

    public bool CanBeAbout(BookOperation target) => Kind switch
    {
        OperationKind.Commit or OperationKind.Release => target.Kind is OperationKind.Hold or OperationKind.Block,
        OperationKind.Reverse => target.Kind is OperationKind.Post or OperationKind.Commit,
        _ => false,
    };

    /// <summary>About this entry, or about one that is not there.</summary>
    public BookOperation About(BookOperation? target) => this with
    {
        Target = target?.Key ?? Nothing,
        Legs = PartPercent is { } percent && target is not null
            ? [.. target.Legs.Select(leg => leg with
            {
                Amount = new Money(Math.Max(1, leg.Amount.MinorUnits * percent / 100), leg.Amount.Currency),
            })]
            : [],
    };

    public override string ToString() => $"{Kind} {Key} {Target} "
        + string.Join(' ', Legs.Select(leg => $"{(leg.Side == Side.Debit ? "Dr" : "Cr")} {leg.Code} {leg.Amount};"))
        + $" {ValueDate} {ExpiresAt} {Account} {Threshold} {Until} {Time}";
}

/// <summary>What people decide about an account.</summary>
internal sealed record AccountState(AccountName Name, AccountStatus Status, long? Minimum, long? Maximum);
