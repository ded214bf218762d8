using FinCode.Ledger.Model;
using FinCode.Ledger.Reconciliation.Model.Breaks;
using FinCode.Ledger.Reconciliation.Model.Statements;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations.Reconciliation;

/// <summary>A statement that was imported. Amounts are signed from the account's view: a gain is more than
/// zero.</summary>
/// <param name="Format">CAMT053, MT940 or CSV.</param>
/// <param name="Gap">What the opening balance has above the closing one before it; missing when they join.</param>
/// <param name="PendingIgnored">Entries that the bank had not booked yet.</param>
/// <param name="ZeroIgnored">Entries that move nothing.</param>
public sealed record ReconciliationStatement(
    StatementId Id, int Number, string Format, string StatementId, string? Sequence, DateOnly From, DateOnly To,
    Money Opening, Money Closing, Money? Gap, int Lines, int PendingIgnored, int ZeroIgnored, string ImportedBy,
    DateTimeOffset ImportedAt);

/// <param name="FileLine">Where it stands in the file.</param>
/// <param name="MatchId">The match that it is in; missing while it is open.</param>
public sealed record ReconciliationLine(
    StatementLineId Id, int Number, int FileLine, DateOnly ValueDate, DateOnly BookingDate, Money Amount,
    string? EndToEndId, string? InstructionId, string? ServicerReference, string? TransactionId,
    string? BankReference, string? Text, string? Batch, MatchId? MatchId);

/// <param name="Kind">
/// REFERENCE, END_TO_END_ID, REFERENCE_IN_TEXT, COMMON_REFERENCE, AMOUNT_AND_DATE or AMOUNT_OF_SEVERAL.
/// </param>
/// <param name="Priority">Lower ones go first.</param>
/// <param name="Tolerance">The largest difference that is matched; it becomes a break.</param>
public sealed record ReconciliationRule(
    MatchRuleId Id, int Version, string Name, string Kind, int Priority, Money Tolerance, int DaysBefore, int DaysAfter,
    bool Active, string ChangedBy, DateTimeOffset ChangedAt);

/// <summary>A leg on the reconciled account: the account gained when the amount is more than zero.</summary>
public sealed record ReconciliationLeg(EntryId EntryId, int LegNumber, Money Amount);

/// <param name="Kind">MISSING_HERE, MISSING_THERE, AMOUNT_DIFFERS, DUPLICATE or GAP.</param>
/// <param name="Amount">What the statement has above the books.</param>
/// <param name="AgeDays">Whole days since it should have been right.</param>
/// <param name="Resolution">ENTRY, MANUAL_MATCH, LATER_ENTRY, LATER_STATEMENT or SUPERSEDED.</param>
public sealed record ReconciliationBreak(
    BreakId Id, string Account, string Currency, string Kind, Money Amount, string Status, DateOnly Since, int AgeDays,
    string AgeBucket, StatementLineId? LineId, EntryId? EntryId, MatchId? MatchId, StatementId? StatementId,
    string? Assignee, DateTimeOffset OpenedAt, string? Resolution, string? ResolvedBy, DateTimeOffset? ResolvedAt,
    MatchId? ResolutionMatchId, EntryId? ResolutionEntryId);

/// <param name="Kind">OPENED, CHANGED, ASSIGNED, NOTE, RESOLVED or REOPENED.</param>
public sealed record ReconciliationNote(int Number, string Kind, string? Author, DateTimeOffset At, string Text);

/// <param name="Origin">RULE, REVERSAL, MANUAL or ENTRY.</param>
/// <param name="ApprovedBy">The second person, where a match by hand resolved a break.</param>
/// <param name="Status">LIVE, END_PROPOSED (a second person has to agree) or ENDED.</param>
public sealed record ReconciliationMatch(
    MatchId Id, string Origin, string Status, MatchRuleId? RuleId, int? RuleVersion, Money Difference, string? Reason,
    string? MadeBy, DateTimeOffset MadeAt, string? ApprovedBy, string? EndedBy, DateTimeOffset? EndedAt,
    string? EndReason, string? EndApprovedBy, IReadOnlyList<StatementLineId> LineIds,
    IReadOnlyList<ReconciliationLeg> Legs);

internal static class ReconciliationViews
{
    private static readonly DateOnly s_firstDay = new(2000, 1, 1);
    private static readonly DateOnly s_lastDay = new(9998, 12, 31);

    public const string Tag = "Reconciliation";
    public const int MaxReasonLength = 500;

    public static ReconciliationStatement Of(StoredStatement statement, Currency currency) => new(
        statement.Id, statement.Number, Words.Of(statement.Format), statement.ExternalId, statement.Sequence,
        statement.From, statement.To, new Money(statement.Opening, currency), new Money(statement.Closing, currency),
        statement.Gap == 0 ? null : new Money(statement.Gap, currency), statement.Lines, statement.PendingIgnored,
        statement.ZeroIgnored, statement.ImportedBy, statement.ImportedAt);

    public static ReconciliationLine Of(StoredLine stored)
    {
        var line = stored.Line;
        return new ReconciliationLine(stored.Id, line.Number, line.FileLine, line.ValueDate, line.BookingDate,
            line.Amount, line.EndToEndId, line.InstructionId, line.ServicerReference, line.TransactionId,
            line.BankReference, line.Text, line.Batch, stored.Match);
    }

    public static ReconciliationRule Of(RuleVersion version, Currency currency) => new(
        version.Rule.Id, version.Rule.Version, version.Name, Words.Of(version.Rule.Kind), version.Rule.Priority,
        new Money(version.Rule.Tolerance, currency), version.Rule.DaysBefore, version.Rule.DaysAfter, version.IsActive,
        version.ChangedBy, version.ChangedAt);

    public static ReconciliationBreak Of(StoredBreak found, DateOnly today)
    {
        var age = BreakAge.Days(found.Since,
            found.ResolvedAt is { } resolved ? DateOnly.FromDateTime(resolved.UtcDateTime) : today);
        return new ReconciliationBreak(found.Id, found.Account.Code, found.Account.Currency.Code, Words.Of(found.Kind),
            new Money(found.Amount, found.Account.Currency), found.IsOpen ? "OPEN" : "RESOLVED", found.Since, age,
            BreakAge.Bucket(age), found.Subject.Line, found.Entry, found.Subject.Match, found.Subject.Statement,
            found.Assignee, found.OpenedAt, found.Resolution is { } resolution ? Words.Of(resolution) : null,
            found.ResolvedBy, found.ResolvedAt, found.ResolutionMatch, found.ResolutionEntry);
    }

    public static ReconciliationMatch Of(StoredMatch match, Currency currency) => new(
        match.Id, Words.Of(match.Origin),
        match.EndedAt is not null ? "ENDED" : match.ProposedEnd is not null ? "END_PROPOSED" : "LIVE",
        match.Rule, match.RuleVersion, new Money(match.Difference, currency), match.Reason, match.MadeBy, match.MadeAt,
        match.ApprovedBy,
        match.EndedBy ?? match.ProposedEnd, match.EndedAt, match.EndedReason ?? match.ProposedReason,
        match.EndApprovedBy, [.. match.Lines.Select(line => line.Id)],
        [.. match.Legs.Select(leg => new ReconciliationLeg(leg.Entry, leg.Place.Number, new Money(leg.Amount,
            currency)))]);

    public static ProblemHttpResult Of(DamagedStatementException damage) => TypedResults.Problem(
        statusCode: StatusCodes.Status422UnprocessableEntity,
        detail: $"The file is refused whole. {damage.Message}",
        extensions: new Dictionary<string, object?>
        {
            ["code"] = "STATEMENT_DAMAGED",
            ["line"] = damage.Line,
            ["reason"] = damage.Reason,
        });

    public static ProblemHttpResult NoAccount() => Problems.NotFound("There is no such account in your book.");

    public static ProblemHttpResult NotReconciled() =>
        Problems.NotFound("Nothing was imported for this account yet, and nothing is configured.");

    /// <summary>The problem of a day that no report can be of: days are counted from and to.</summary>
    public static ProblemHttpResult? ProblemOf(DateOnly? day) => day < s_firstDay || day > s_lastDay
        ? Problems.Invalid("day", $"Days from {s_firstDay.Year} to {s_lastDay.Year} can be asked for.")
        : null;

    public static DateOnly Today(this TimeProvider clock) => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    public static AccountName? AccountOf(string account, string currency) =>
        Currency.Find(currency) is { } known ? new AccountName(account, known) : null;
}
