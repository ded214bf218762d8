using FinCode.Compliance.Reports;
using FinCode.Contracts;

namespace FinCode.Compliance.Model;

public sealed class SuspicionReportKind : IEntityKind
{
    public static string Prefix => "sar";
}

public enum ReportStep
{
    Drafted,
    Edited,
    Approved,
    Exported,

    /// <summary>It has gone to the unit.</summary>
    Filed,
}

/// <summary>What happened to a report.</summary>
/// <param name="Sha256">Of the sealed content that the step left, or of the file that was exported.</param>
/// <param name="Reference">How the unit refers to what was filed.</param>
public sealed record ReportEvent(
    int Number, ReportStep Type, string Actor, string Sha256, DateTimeOffset At, string? Reference);

/// <summary>
/// A report of suspicion: written by one person, approved as it is by another, then exported and filed.
/// </summary>
/// <param name="Country">Whose unit it goes to.</param>
/// <param name="Version">Counts the edits from 1; whoever approves says which one was read.</param>
/// <param name="ErasedAt">When its key was destroyed; it says nothing any more.</param>
/// <param name="DueAt">When the unit wants it; missing of reports that were drafted before this was kept.</param>
internal sealed record SuspicionReport(
    SuspicionReportId Id, CaseId CaseId, string Country, int Version, string DraftedBy, DateTimeOffset DraftedAt,
    string? ApprovedBy, DateTimeOffset? ApprovedAt, DateTimeOffset? DueAt, DateTimeOffset? FiledAt,
    DateTimeOffset? ErasedAt, ReportContent Content)
{
    public bool IsApproved => ApprovedBy is not null;

    /// <summary>As it is, it may leave the house.</summary>
    public bool MayBeFiled => IsApproved && ErasedAt is null;

    public ReportProfile Profile => ReportProfile.Of(Country);

    public static SuspicionReport Draft(
        Case about, ReportProfile profile, string country, ReportContent content, string by, TimeProvider clock) => new(
        SuspicionReportId.New(clock), about.Id, country, 1, by, clock.GetUtcNow(), null, null,
        profile.DueAt(about.OpenedAt), null, null, content);

    public (SuspicionReport? Edited, Refusal? Refusal) Edit(int readVersion, ReportContent content) =>
        IsApproved || ErasedAt is not null ? (null, Model.Refusal.InvalidTransition)
        : readVersion != Version ? (null, Model.Refusal.Changed)
        : (this with { Version = Version + 1, Content = content }, null);

    /// <param name="writers">Everybody who drafted or edited it.</param>
    public (SuspicionReport? Approved, Refusal? Refusal) Approve(
        int readVersion, IEnumerable<string> writers, string actor, DateTimeOffset now) =>
        IsApproved || ErasedAt is not null ? (null, Model.Refusal.InvalidTransition)
        : writers.Contains(actor) ? (null, Model.Refusal.FourEyes)
        : readVersion != Version ? (null, Model.Refusal.Changed)
        : (this with { ApprovedBy = actor, ApprovedAt = now }, null);

    /// <summary>Never the content: records print themselves into logs too easily.</summary>
    public override string ToString() => Id.ToString();
}
