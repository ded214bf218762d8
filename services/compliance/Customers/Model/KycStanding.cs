namespace FinCode.Compliance.Customers.Model;

/// <summary>Something that a customer showed and that was found good.</summary>
/// <param name="Kind">A type of document, or <c>FORM:</c> and the code of a form.</param>
/// <param name="ValidUntil">The last day, in UTC; null without an end.</param>
/// <param name="Number">Of the step on the customer's file with which it was brought.</param>
internal sealed record KycEvidence(string Kind, DateTimeOffset Since, DateOnly? ValidUntil, int Number = 0)
{
    public bool IsValidOn(DateOnly day) => ValidUntil is not { } last || day <= last;
}

/// <summary>Something that a customer showed and that nobody has looked at yet, or that was refused.</summary>
/// <param name="RefusalCode">Null while it waits to be looked at.</param>
/// <param name="Number">Of the step on the customer's file with which it was brought.</param>
internal sealed record KycAttempt(string Kind, DateTimeOffset At, string? RefusalCode, int Number = 0);

public enum RequirementState
{
    Met,
    InReview,
    Expired,
    Refused,
    Awaited,
}

/// <summary>A requirement and where it stands.</summary>
/// <param name="Tier">Null for what is asked for besides tiers.</param>
/// <param name="RefusalCode">Why what was shown last was not taken.</param>
internal sealed record RequirementStanding(
    int? Tier, KycRequirement Requirement, RequirementState State, DateOnly? ValidUntil, string? RefusalCode);

/// <summary>Where a customer stands on a day: worked out from what was shown, never set.</summary>
/// <param name="Tier">The highest tier of which all is shown and valid.</param>
/// <param name="ChangesOn">The first day on which something that is valid now is not any more.</param>
internal sealed record KycStanding(
    int Tier, IReadOnlyList<RequirementStanding> Requirements, DateOnly? ChangesOn)
{
    public static KycStanding Of(TierRules rules, IReadOnlyList<KycEvidence> evidence,
        IReadOnlyList<KycAttempt> attempts, DateOnly today)
    {
        var standings = rules.Tiers
            .SelectMany(tier => tier.Requirements.Select(one => Of(tier.Tier, one, evidence, attempts, today)))
            .ToList();
        var reached = rules.Tiers.Select(tier => tier.Tier)
            .TakeWhile(tier => standings.Where(one => one.Tier == tier).All(one => one.State == RequirementState.Met))
            .LastOrDefault();
        var ends = evidence.Where(one => one.IsValidOn(today)).Select(one => one.ValidUntil).OfType<DateOnly>()
            .Where(last => last < DateOnly.MaxValue).Select(last => last.AddDays(1)).ToList();
        return new KycStanding(reached, standings, ends.Count == 0 ? null : ends.Min());
    }

    /// <summary>One requirement, whether of a tier or asked for besides.</summary>
    public static RequirementStanding Of(int? tier, KycRequirement requirement, IReadOnlyList<KycEvidence> evidence,
        IReadOnlyList<KycAttempt> attempts, DateOnly today)
    {
        var shown = evidence.Where(one => requirement.AnyOf.Contains(one.Kind)).ToList();
        var valid = shown.Where(one => one.IsValidOn(today)).ToList();
        if (valid.Count > 0)
            return new RequirementStanding(tier, requirement, RequirementState.Met,
                valid.Any(one => one.ValidUntil is null) ? null : valid.Max(one => one.ValidUntil), null);
        var last = attempts.Where(one => requirement.AnyOf.Contains(one.Kind)).OrderBy(one => one.At).LastOrDefault();
        var refused = last is not null && shown.All(one => one.Since <= last.At) ? last.RefusalCode : null;
        var state = attempts.Any(one => one.RefusalCode is null && requirement.AnyOf.Contains(one.Kind))
            ? RequirementState.InReview
            : refused is not null ? RequirementState.Refused
            : shown.Count > 0 ? RequirementState.Expired
            : RequirementState.Awaited;
        return new RequirementStanding(
            tier, requirement, state, null, state == RequirementState.Refused ? refused : null);
    }
}
