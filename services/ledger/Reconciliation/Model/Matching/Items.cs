namespace FinCode.Ledger.Reconciliation.Model.Matching;

/// <summary>A line of a statement that is not matched yet.</summary>
/// <param name="Order">Its place among all lines of the account: the order of statements, then of their lines.</param>
/// <param name="Amount">Minor units; more than zero when the account gained.</param>
internal sealed record OpenLine(
    StatementLineId Id, long Order, DateOnly ValueDate, DateOnly BookingDate, long Amount)
{
    public string? EndToEndId { get; init; }

    /// <summary>All references that the line carries, the end-to-end id among them.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    public string? Text { get; init; }

    /// <summary>The same for lines that the bank booked as one entry.</summary>
    public string? Batch { get; init; }

    /// <summary>Two lines that say the same of the same amount: one of them is one too many.</summary>
    public bool IsTwinOf(OpenLine other) => Amount == other.Amount && References.Count > 0
        && EndToEndId == other.EndToEndId && References.SequenceEqual(other.References, StringComparer.Ordinal);
}

/// <summary>The place of a leg in the book.</summary>
internal readonly record struct LegPlace(long Position, int Number) : IComparable<LegPlace>
{
    public int CompareTo(LegPlace other) =>
        Position != other.Position ? Position.CompareTo(other.Position) : Number.CompareTo(other.Number);
}

/// <summary>A posted leg on the account that is not matched yet.</summary>
/// <param name="Amount">Minor units; more than zero for a debit, by which an asset gains.</param>
/// <param name="Reference">What the other side's statement names the movement by.</param>
/// <param name="Transaction">The transfer that it belongs to.</param>
/// <param name="Reverses">The position of the entry that this one takes back.</param>
internal sealed record OpenLeg(
    LegPlace Place, DateOnly ValueDate, long Amount, string? Reference, TransactionId? Transaction, long? Reverses)
{
    public bool IsTwinOf(OpenLeg other) => Amount == other.Amount && Reference is not null
        && (Reference, Transaction) == (other.Reference, other.Transaction);
}

/// <summary>What a rule looks at. The order is no priority: each rule has its own.</summary>
internal enum MatchRuleKind
{
    /// <summary>The leg's reference is one of the line's references, exactly.</summary>
    Reference,

    /// <summary>The leg's reference, or its transfer's id, is the line's end-to-end id.</summary>
    EndToEndId,

    /// <summary>The leg's reference, or its transfer's id, stands as a whole word in the line's references or
    /// text.</summary>
    ReferenceInText,

    /// <summary>One line for all legs of a reference, or one leg for all lines of a reference or batch.</summary>
    CommonReference,

    /// <summary>The only line and the only leg of an amount within the window of days.</summary>
    AmountAndDate,

    /// <summary>The only few legs within the window that make up a line, or lines that make up a leg.</summary>
    AmountOfSeveral,
}

/// <summary>A rule in force. Lower priorities go first.</summary>
/// <param name="Tolerance">The largest difference in minor units; it becomes a break that says the difference.</param>
/// <param name="DaysBefore">How many days the leg's value date may lie before the line's.</param>
/// <param name="DaysAfter">How many days it may lie after.</param>
internal sealed record MatchRule(
    MatchRuleId Id, int Version, MatchRuleKind Kind, int Priority, long Tolerance, int DaysBefore, int DaysAfter)
{
    public const int MaxDays = 60;

    public bool IsWithin(OpenLine line, OpenLeg leg) =>
        leg.ValueDate >= line.ValueDate.AddDays(-DaysBefore) && leg.ValueDate <= line.ValueDate.AddDays(DaysAfter);
}

/// <summary>Lines and legs that belong together.</summary>
/// <param name="Rule">Null for an entry and its reversal that cancel out.</param>
internal sealed record FoundMatch(
    IReadOnlyList<OpenLine> Lines, IReadOnlyList<OpenLeg> Legs, MatchRule? Rule)
{
    /// <summary>What the statement has above the books.</summary>
    public long Difference => checked(Lines.Sum(line => line.Amount) - Legs.Sum(leg => leg.Amount));
}

/// <summary>What people took apart: no rule puts the same together again.</summary>
/// <param name="Reversals">Legs of entries that do not cancel out by themselves.</param>
internal sealed record Rejected(
    IReadOnlySet<(StatementLineId Line, LegPlace Leg)> Pairs, IReadOnlySet<LegPlace> Reversals)
{
    public static Rejected None { get; } =
        new(new HashSet<(StatementLineId, LegPlace)>(), new HashSet<LegPlace>());

    public bool Has(FoundMatch match) => match.Lines.Count == 0
        ? match.Legs.Any(leg => Reversals.Contains(leg.Place))
        : Pairs.Count > 0
            && match.Lines.Any(line => match.Legs.Any(leg => Pairs.Contains((line.Id, leg.Place))));
}

/// <summary>A leg that a rule would have taken for a line had it been the only one.</summary>
internal sealed record Suggestion(OpenLine Line, OpenLeg Leg, MatchRule Rule);

/// <summary>What a run of the rules found.</summary>
/// <param name="Pairs">One line and one leg that name each other and differ in the amount by more than allowed.</param>
internal sealed record MatchResult(
    IReadOnlyList<FoundMatch> Matches, IReadOnlyList<Suggestion> Suggestions, IReadOnlyList<Suggestion> Pairs,
    IReadOnlyList<OpenLine> OpenLines, IReadOnlyList<OpenLeg> OpenLegs);
