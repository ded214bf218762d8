using FinCode.Compliance.Model;
using FinCode.Compliance.Reports;

namespace FinCode.Compliance.Operations.Reports;

/// <summary>A report of suspicion.</summary>
/// <param name="Missing">What has to be added before it can be approved, each in a sentence.</param>
/// <param name="Steps">Who did what; missing in answers to steps.</param>
public sealed record SuspicionReportView(
    SuspicionReportId Id, CaseId CaseId, string Country, int Version, string DraftedBy, DateTimeOffset DraftedAt,
    string? ApprovedBy, DateTimeOffset? ApprovedAt, ReportContent Content, IReadOnlyList<string> Missing,
    IReadOnlyList<ReportEvent> Steps)
{
    internal static SuspicionReportView Of(SuspicionReport one, IReadOnlyList<ReportEvent> steps) => new(
        one.Id, one.CaseId, one.Country, one.Version, one.DraftedBy, one.DraftedAt, one.ApprovedBy, one.ApprovedAt,
        one.Content, ReportCompleteness.Missing(one.Content, ReportProfile.Find(one.Country)!), steps);
}

/// <summary>A report as lists show it.</summary>
public sealed record SuspicionReportSummary(
    SuspicionReportId Id, CaseId CaseId, string Country, int Version, string DraftedBy, DateTimeOffset DraftedAt,
    string? ApprovedBy, DateTimeOffset? ApprovedAt);
