using FinCode.Compliance.Model;
using FinCode.Compliance.Reports;

namespace FinCode.Compliance.Operations.Reports;

/// <summary>A report of suspicion.</summary>
/// <param name="Profile">To whom it goes, how soon and in which form.</param>
/// <param name="DueAt">When the unit wants it, by its profile, from the day on which the case was opened.</param>
/// <param name="ErasedAt">When what it said was destroyed, with its customer and after its own years.</param>
/// <param name="Missing">What has to be added before it can be approved, each in a sentence.</param>
/// <param name="Steps">Who did what; missing in answers to steps.</param>
public sealed record SuspicionReportView(
    SuspicionReportId Id, CaseId CaseId, string Country, int Version, string DraftedBy, DateTimeOffset DraftedAt,
    string? ApprovedBy, DateTimeOffset? ApprovedAt, DateTimeOffset? DueAt, DateTimeOffset? FiledAt,
    DateTimeOffset? ErasedAt, ReportProfile Profile, ReportContent Content, IReadOnlyList<string> Missing,
    IReadOnlyList<ReportEvent> Steps)
{
    internal static SuspicionReportView Of(SuspicionReport one, IReadOnlyList<ReportEvent> steps) => new(
        one.Id, one.CaseId, one.Country, one.Version, one.DraftedBy, one.DraftedAt, one.ApprovedBy, one.ApprovedAt,
        one.DueAt, one.FiledAt, one.ErasedAt, one.Profile, one.Content,
        one.ErasedAt is null ? ReportCompleteness.Missing(one.Content, one.Profile) : [], steps);
}

/// <summary>A report as lists show it.</summary>
public sealed record SuspicionReportSummary(
    SuspicionReportId Id, CaseId CaseId, string Country, int Version, string DraftedBy, DateTimeOffset DraftedAt,
    string? ApprovedBy, DateTimeOffset? ApprovedAt, DateTimeOffset? DueAt, DateTimeOffset? FiledAt,
    DateTimeOffset? ErasedAt);
