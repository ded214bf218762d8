using System.Text.Json;
using FinCode.Contracts;

namespace FinCode.Compliance.Reports;

/// <summary>How a unit takes a report.</summary>
public enum ReportFormat
{
    /// <summary>UNODC's XML.</summary>
    Goaml,

    /// <summary>The unit has a portal of its own, or none is known: a file of ours, to write over from.</summary>
    Document,
}

/// <summary>What a section of a document is made of.</summary>
public enum ReportPart
{
    Report,
    Institution,
    Reporter,
    Indicators,
    Subject,
    Others,
    Activity,
    Transfers,
    Reason,
    Action,
}

/// <summary>A section of a document, called and placed as the unit's own form has it.</summary>
public sealed record ReportSection(string Title, IReadOnlyList<ReportPart> Parts);

/// <summary>
/// To whom a country wants suspicions reported, how soon and in which form. Data, with its sources:
/// <c>report-profiles.json</c>. The codes of a unit's lookup tables (indicators, transaction modes, funds) differ
/// between units and change: they are written into the report by the person who makes it, and taken as given.
/// </summary>
/// <param name="Country">ISO 3166-1 alpha-2; an asterisk for every other.</param>
/// <param name="HandedInBy">The unit's own way in.</param>
/// <param name="LocalCurrency">In which a goAML report gives amounts; missing where no country is known.</param>
/// <param name="ReportCodes">
/// The kinds of report that can be made; the first is what a draft with transfers begins as.
/// </param>
/// <param name="Required">What is needed beyond what every report needs: location, indicators, fromBirth.</param>
/// <param name="DueHours">
/// Counted from when the case was opened, weekends included, so that the time is never later than the rule's.
/// </param>
/// <param name="IsOwnTarget">The rule names no time ("promptly"): these hours are ours.</param>
/// <param name="Basis">The rule that says so, and <paramref name="Source"/>: where it can be read.</param>
/// <param name="Sections">Of a document, in order.</param>
/// <param name="SectionsSource">The form that they follow.</param>
public sealed record ReportProfile(
    string Country, string Authority, string HandedInBy, ReportFormat Format, string? LocalCurrency,
    IReadOnlyList<string> ReportCodes, IReadOnlyList<string> Required, int MaxReasonLength, int DueHours,
    bool IsOwnTarget, string Basis, string Source, IReadOnlyList<ReportSection>? Sections = null,
    string? SectionsSource = null)
{
    public const string Location = "location";
    public const string Indicators = "indicators";
    public const string FromBirth = "fromBirth";

    /// <summary>The kind of report about somebody without any transfer.</summary>
    public const string Activity = "SAR";

    private const string AnyCountry = "*";

    public static IReadOnlyList<ReportProfile> All { get; } = Read();

    public static ReportProfile Of(string country) =>
        All.FirstOrDefault(one => one.Country == country) ?? All.Single(one => one.Country == AnyCountry);

    /// <summary>What a draft begins as.</summary>
    public string CodeOf(bool isActivity) =>
        isActivity && ReportCodes.Contains(Activity) ? Activity : ReportCodes[0];

    public DateTimeOffset DueAt(DateTimeOffset openedAt) => openedAt.AddHours(DueHours);

    private static List<ReportProfile> Read()
    {
        using var file = typeof(ReportProfile).Assembly
            .GetManifestResourceStream("FinCode.Compliance.Reports.report-profiles.json")!;
        return JsonSerializer.Deserialize<List<ReportProfile>>(file, ContractJson.Options)!;
    }
}
