namespace FinCode.Ledger.Model;

public enum AccountStatus
{
    Activated,
    Frozen,
    Closed,
}

/// <summary>
/// An account's totals in minor units and the rule of availability: a pending movement that would lower the balance and
/// a lien count against it at once, a pending movement that would raise it never counts. All arithmetic is checked.
/// </summary>
internal sealed record AccountBalance(
    Guid Id,
    AccountName Name,
    Side NormalSide,
    AccountClass Class,
    AccountStatus Status,
    long? Minimum,
    long? Maximum,
    long PostedDebits = 0,
    long PostedCredits = 0,
    long PendingDebits = 0,
    long PendingCredits = 0,
    long Liens = 0)
{
    public string? Owner { get; init; }

    /// <summary>A JSON object of texts, its names in byte order.</summary>
    public string? Metadata { get; init; }

    /// <summary>
    /// Of an account whose available balance somebody watches: where it crosses no threshold. Null when nobody does.
    /// </summary>
    public QuietRange? Quiet { get; init; }

    /// <summary>An account that is opened when it is first used, by the rule of its family.</summary>
    public static AccountBalance Opened(Guid id, AccountName name, AccountRule rule) =>
        new(id, name, rule.NormalSide, rule.Class, AccountStatus.Activated, rule.Minimum, null);

    public long Balance => NormalSide == Side.Debit
        ? checked(PostedDebits - PostedCredits)
        : checked(PostedCredits - PostedDebits);

    public long PendingIn => NormalSide == Side.Debit ? PendingDebits : PendingCredits;

    public long PendingOut => NormalSide == Side.Debit ? PendingCredits : PendingDebits;

    public long Available => checked(Balance - PendingOut - Liens);

    /// <summary>The side that lowers the balance.</summary>
    public Side LoweringSide => NormalSide == Side.Debit ? Side.Credit : Side.Debit;

    /// <summary>Nothing is posted, pending or blocked on balance.</summary>
    public bool IsEmpty => Balance == 0 && PendingDebits == 0 && PendingCredits == 0 && Liens == 0;

    public AccountBalance Posted(Side side, long amount) => side == Side.Debit
        ? this with { PostedDebits = checked(PostedDebits + amount) }
        : this with { PostedCredits = checked(PostedCredits + amount) };

    /// <summary>A negative amount takes a pending movement off again.</summary>
    public AccountBalance Pending(Side side, long amount) => side == Side.Debit
        ? this with { PendingDebits = checked(PendingDebits + amount) }
        : this with { PendingCredits = checked(PendingCredits + amount) };

    /// <summary>A negative amount takes a lien off again.</summary>
    public AccountBalance Blocked(long amount) => this with { Liens = checked(Liens + amount) };

    /// <summary>Null when the balances keep within the limits.</summary>
    public Refusal? BrokenLimit()
    {
        if (Minimum is { } minimum && Available < minimum)
            return new Refusal(
                RefusalCode.InsufficientFunds, $"The available balance of {Name} does not suffice.", Name);
        if (Maximum is { } maximum && checked(Balance + PendingIn) > maximum)
            return new Refusal(RefusalCode.MaximumExceeded, $"The balance of {Name} would exceed its maximum.", Name);
        return null;
    }
}

/// <summary>Available balances among which no threshold lies that is told of; null is without end.</summary>
/// <param name="From">The highest threshold that the balance is not below: going below it is a crossing.</param>
/// <param name="Below">The lowest threshold that it is below: reaching it is one.</param>
internal readonly record struct QuietRange(long? From, long? Below)
{
    public bool Holds(long available) => !(available < From) && !(available >= Below);
}
