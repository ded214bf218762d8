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
    Change,
    ClosePeriod,
    Wait,
}

/// <summary>One thing that a client asks for.</summary>
/// <param name="Legs">Of Post, Hold and Block; of Commit the part, none for all that is held.</param>
/// <param name="Target">The key of the entry that Commit, Release and Reverse are about.</param>
internal sealed record BookOperation(OperationKind Kind, string Key, IReadOnlyList<Leg> Legs, string? Target = null)
{
    public DateOnly? ValueDate { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What Change makes of its account.</summary>
    public AccountState? Account { get; init; }

    /// <summary>The day that ClosePeriod closes the book up to.</summary>
    public DateOnly Until { get; init; }

    public TimeSpan Time { get; init; }

    public bool IsEntry => Kind <= OperationKind.Reverse;

    /// <summary>The same but for a target that the client cannot know yet.</summary>
    public BookOperation Knowing(Func<string, bool> isKnown) =>
        Target is null || isKnown(Target) ? this : this with { Target = "none" };

    public override string ToString() => $"{Kind} {Key} {Target} "
        + string.Join(' ', Legs.Select(leg => $"{(leg.Side == Side.Debit ? "Dr" : "Cr")} {leg.Code} {leg.Amount};"))
        + $" {ValueDate} {ExpiresAt} {Account} {Until} {Time}";
}

/// <summary>What people decide about an account.</summary>
internal sealed record AccountState(AccountName Name, AccountStatus Status, long? Minimum, long? Maximum);
