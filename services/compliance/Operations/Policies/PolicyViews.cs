using System.Text.Json;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Policies;

/// <summary>What a policy says; docs/adr/0011-screening-policies.md says which line wins.</summary>
/// <param name="ReviewThreshold">Of names where no line says otherwise, points from 50 to 100.</param>
/// <param name="TextThreshold">Of names inside addresses and free text where no line says otherwise.</param>
/// <param name="ListAges">Only what is stricter than the installation.</param>
public sealed record PolicyContentView(
    decimal ReviewThreshold, decimal TextThreshold, IReadOnlyList<ThresholdLine> Thresholds,
    IReadOnlyList<CountryLine> Countries, IReadOnlyList<ListAgeLine> ListAges)
{
    internal static PolicyContentView Of(PolicyContent one) =>
        new(one.ReviewThreshold, one.TextThreshold, one.Thresholds, one.Countries, one.ListAges);
}

/// <summary>A change of the policy that waits for a second person.</summary>
/// <param name="BaseVersion">
/// The version that it changes; whoever approves says that it was read beside this one.
/// </param>
/// <param name="Content">All of it, with what stays as it is.</param>
/// <param name="Trial">What it would have done to the days before it was proposed.</param>
public sealed record PolicyProposalView(
    Guid Id, long BaseVersion, decimal ReviewThreshold, PolicyContentView Content, TrialFigures Trial, string Reason,
    ProposalState State, string ProposedBy, DateTimeOffset ProposedAt, string? ApprovedBy, DateTimeOffset? ClosedAt)
{
    internal static PolicyProposalView Of(PolicyProposal one, Caller caller)
    {
        var content = PolicyContent.Read(one.Content);
        return new PolicyProposalView(one.Id, one.BaseVersion, content.ReviewThreshold, PolicyContentView.Of(content),
            JsonSerializer.Deserialize<TrialFigures>(one.Trial, ContractJson.Options)!.For(caller), one.Reason,
            one.State, one.ProposedBy, one.ProposedAt, one.ApprovedBy, one.ClosedAt);
    }
}

/// <summary>A line of thresholds as callers write it.</summary>
/// <param name="List">A list's short name; missing or "*": any. So with all but the threshold.</param>
/// <param name="Kind">PERSON, ENTITY, VESSEL, AIRCRAFT.</param>
/// <param name="Direction">SENDER, BENEFICIARY, BANK, ADDRESS, FREE_TEXT.</param>
/// <param name="Corridor">"GB-NG", "GB-*" or "*-NG".</param>
/// <param name="Threshold">Points from 50 to 100, at most two decimals.</param>
public sealed record ThresholdRequest(
    string? List, ListedKind? Kind, ScreeningDirection? Direction, string? Corridor, decimal? Threshold);

/// <summary>An embargoed or high-risk country as callers write it.</summary>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Source">RESIDENCE, NATIONALITY, ADDRESS, BANK, CORRIDOR; missing: any.</param>
/// <param name="Effect">REVIEW, or BLOCK: rejecting is suggested.</param>
public sealed record CountryRequest(string? Country, CountrySource? Source, CountryEffect? Effect);

/// <summary>The hours that a list may be old, as callers write it.</summary>
public sealed record ListAgeRequest(string? List, int? MaxAgeHours);

/// <summary>A policy as callers write it. A part that is missing stays as it is in force.</summary>
/// <param name="Days">How many days back it is tried on, 1 to 92; 30 unless given.</param>
/// <param name="Reason">For the file, 1 to 2000 characters; a trial needs none.</param>
public sealed record PolicyRequest(
    decimal? ReviewThreshold, decimal? TextThreshold, IReadOnlyList<ThresholdRequest?>? Thresholds,
    IReadOnlyList<CountryRequest?>? Countries, IReadOnlyList<ListAgeRequest?>? ListAges, int? Days, string? Reason)
{
    /// <summary>Instead of leaving a part of a line out.</summary>
    internal const string Any = "*";

    /// <summary>The policy in force with what was asked for; what is wrong with it is in the validation.</summary>
    internal PolicyContent Apply(PolicyContent present, ComplianceOptions options, Validation validation)
    {
        if (ReviewThreshold is null && TextThreshold is null && Thresholds is null && Countries is null
            && ListAges is null)
            validation.Check(false, "/reviewThreshold", "Give at least one part of a policy.");
        validation.Check(Days is null or (>= 1 and <= PolicyTrial.MaxDays), "/days",
            $"From 1 to {PolicyTrial.MaxDays}.");
        var content = new PolicyContent(
            ReviewThreshold ?? present.ReviewThreshold, TextThreshold ?? present.TextThreshold,
            Thresholds is null ? present.Thresholds : ThresholdLines(validation),
            Countries is null ? present.Countries : CountryLines(validation),
            ListAges is null ? present.ListAges : ListAgeLines(options, validation));
        foreach (var (pointer, detail) in PolicyErrors.Of(content))
            validation.Check(false, pointer, detail);
        return content;
    }

    private List<ThresholdLine> ThresholdLines(Validation validation)
    {
        var lines = new List<ThresholdLine>();
        for (var i = 0; i < Thresholds!.Count; i++)
        {
            var one = Thresholds[i];
            validation.Check(one?.Threshold is not null, $"/thresholds/{i}/threshold", "This field is required.");
            var ends = one?.Corridor is null or Any ? [Any, Any] : one.Corridor.Split('-');
            validation.Check(ends.Length == 2, $"/thresholds/{i}/corridor", "Two countries, or *, and a dash between.");
            lines.Add(new ThresholdLine(Named(one?.List), one?.Kind, one?.Direction, Named(ends[0]), Named(ends[^1]),
                one?.Threshold ?? PolicyContent.MostThreshold));
        }
        return lines;
    }

    private List<CountryLine> CountryLines(Validation validation)
    {
        var lines = new List<CountryLine>();
        for (var i = 0; i < Countries!.Count; i++)
        {
            var one = Countries[i];
            validation.Check(one?.Effect is not null, $"/countries/{i}/effect", "This field is required.");
            lines.Add(new CountryLine(one?.Country!, one?.Source, one?.Effect ?? CountryEffect.Review));
        }
        return lines;
    }

    private List<ListAgeLine> ListAgeLines(ComplianceOptions options, Validation validation)
    {
        var lines = new List<ListAgeLine>();
        for (var i = 0; i < ListAges!.Count; i++)
        {
            var one = ListAges[i];
            if (one?.List is { } list)
            {
                var most = options.MaxAgeOf(list).Ticks / TimeSpan.TicksPerHour;
                validation.Check(one.MaxAgeHours <= most, $"/listAges/{i}/maxAgeHours",
                    $"This installation allows {most} hours; a policy may be stricter and not laxer.");
            }
            lines.Add(new ListAgeLine(one?.List!, one?.MaxAgeHours ?? 0));
        }
        return lines;
    }

    private static string? Named(string? text) => text is Any ? null : text;
}
