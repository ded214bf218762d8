using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;

namespace FinCode.Compliance.Lists;

/// <summary>Whether the lists are there and young enough to screen with. Pure.</summary>
internal static class ListAges
{
    /// <summary>Why nothing can be screened now; null when it can.</summary>
    public static string? WhyNotUsable(
        ComplianceOptions options, IReadOnlyList<ListStanding> standings, DateTimeOffset now)
    {
        if (!standings.Any(standing => standing.Edition is not null))
            return "There are no screening lists yet.";
        // Without a configuration the folder says what the lists are: one that was refused and never good is missing.
        if (options.Lists.Count == 0
            && standings.FirstOrDefault(one => one is { Edition: null, RefusedReason: not null }) is { } missing)
            return $"The list {missing.List} is not there yet: what is there of it is refused.";
        foreach (var source in options.Lists.Where(source => source.IsRequired))
        {
            if (!standings.Any(standing => standing.List == source.Name && standing.Edition is not null))
                return $"The list {source.Name} is not there yet.";
        }
        return standings.FirstOrDefault(standing => IsTooOld(options, standing, now)) is { } old
            ? $"The list {old.List} is older than {options.MaxAgeOf(old.List).Ticks / TimeSpan.TicksPerHour} hours."
            : null;
    }

    /// <summary>Why nothing can be screened now by a policy that is stricter than the installation.</summary>
    public static string? WhyTooOldFor(
        PolicyContent policy, IReadOnlyList<ListStanding> standings, DateTimeOffset now) => policy.ListAges
        .Where(line => standings.Any(
            one => one.List == line.List && Age(one, now) > TimeSpan.FromHours(line.MaxAgeHours)))
        .Select(line => $"The list {line.List} is older than the {line.MaxAgeHours} hours that the policy allows.")
        .FirstOrDefault();

    /// <summary>Only what is in force grows old.</summary>
    public static bool IsTooOld(ComplianceOptions options, ListStanding standing, DateTimeOffset now) =>
        Age(standing, now) > options.MaxAgeOf(standing.List);

    public static bool IsAlarming(ComplianceOptions options, ListStanding standing, DateTimeOffset now) =>
        Age(standing, now) > options.AlarmAgeOf(standing.List);

    /// <summary>Null for a list that has never been in force.</summary>
    public static TimeSpan? Age(ListStanding standing, DateTimeOffset now) =>
        standing.Edition is null ? null : now - standing.CheckedAt;
}
