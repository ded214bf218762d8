using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Contracts;

namespace FinCode.Compliance.CaseFiles;

/// <summary>
/// What a case has to be by the events of its file, worked out without the code that takes the steps. It names the
/// first thing that is wrong.
/// </summary>
internal sealed class CaseReplay
{
    private byte[] _chain = new byte[CaseEvent.HashBytes];
    private int _count;
    private string? _terms;
    private CaseSubject? _subject;
    private string _status = "";
    private string? _assignee;
    private int _escalation;
    private DateTimeOffset _openedAt;
    private DateTimeOffset _dueAt;
    private DateTimeOffset? _snoozedUntil;
    private DateTimeOffset? _closedAt;
    private string? _proposedBy;
    private CaseDecision? _proposed;
    private string? _closure;
    private string? _approvedBy;
    private DateTimeOffset? _reportDueAt;
    private DateTimeOffset? _reportedAt;
    private FreezeOutcome? _freezeOutcome;
    private string? _freezeEndProposedBy;
    private string? _freezeEndApprovedBy;
    private DateTimeOffset? _freezeEndedAt;

    private bool IsFreeze => _closure == "DECIDED" && _proposed == CaseDecision.Freeze;

    private bool IsInWork => _status is not ("PROPOSED" or "CLOSED");

    /// <param name="text">The text as it is stored, if there is one.</param>
    /// <param name="terms">The terms as they are stored, if there are any.</param>
    /// <returns>What is wrong with the event, or null.</returns>
    public string? Add(CaseEvent one, byte[]? text, string? terms = null)
    {
        if (one.Number != ++_count)
            return $"event {_count} is missing, {one.Number} follows";
        _chain = CaseEvent.Chain(_chain, one.Line());
        if (!_chain.AsSpan().SequenceEqual(one.ChainHash))
            return $"event {one.Number} is not what its hash says, or one before it is not";
        if ((text is null) != (one.TextHash is null)
            || (text is not null && !new SealedText(text).Hash.AsSpan().SequenceEqual(one.TextHash)))
            return $"the text of event {one.Number} is not the one that was written";
        if ((terms is null) != (one.TermsHash is null)
            || (terms is not null && !CaseEvent.HashTerms(terms).AsSpan().SequenceEqual(one.TermsHash)))
            return $"the terms of event {one.Number} are not those that were agreed";
        if ((one.Number == 1) != (one.Type == CaseEvent.Opened) || (_status == "CLOSED" && !IsOfFreeze(one)))
            return $"event {one.Number} ({one.Type}) cannot be there";
        _terms = terms;
        return Apply(one);
    }

    /// <returns>What the case says otherwise than its file, or null.</returns>
    public string? Compare(CaseRow row)
    {
        (string Column, object? Derived, object? Stored)[] columns =
        [
            ("event_count", _count, row.EventCount),
            ("chain_hash", Convert.ToHexStringLower(_chain), Convert.ToHexStringLower(row.ChainHash)),
            ("status", _status, row.Status),
            ("assignee", _assignee, row.Assignee),
            ("escalation", _escalation, row.Escalation),
            ("opened_at", _openedAt, row.OpenedAt),
            ("due_at", _dueAt, row.DueAt),
            ("snoozed_until", _snoozedUntil, row.SnoozedUntil),
            ("closed_at", _closedAt, row.ClosedAt),
            ("proposed_by", _proposedBy, row.ProposedBy),
            ("proposed_decision", _proposed?.ToString().ToUpperInvariant(), row.ProposedDecision),
            ("closure", _closure, row.Closure),
            ("decision", _closure == "DECIDED" ? _proposed?.ToString().ToUpperInvariant() : null, row.Decision),
            ("approved_by", _approvedBy, row.ApprovedBy),
            ("freeze_report_due_at", _reportDueAt, row.Freeze.ReportDueAt),
            ("freeze_reported_at", _reportedAt, row.Freeze.ReportedAt),
            ("freeze_outcome", _freezeOutcome?.ToString().ToUpperInvariant(), row.Freeze.Outcome),
            ("freeze_end_proposed_by", _freezeEndProposedBy, row.Freeze.EndProposedBy),
            ("freeze_end_approved_by", _freezeEndApprovedBy, row.Freeze.EndApprovedBy),
            ("freeze_ended_at", _freezeEndedAt, row.Freeze.EndedAt),
            .. SubjectColumns(row.Subject),
        ];
        foreach (var (column, derived, stored) in columns)
        {
            if (!Equals(derived, stored))
                return $"its {column} is not what its file says";
        }
        return null;
    }

    /// <summary>None where the file is from before it said what the case is about.</summary>
    private (string Column, object? Derived, object? Stored)[] SubjectColumns(CaseSubject stored) => _subject is null
        ? []
        :
        [
            ("transaction_id", _subject.TransactionId, stored.TransactionId),
            ("screening_id", _subject.ScreeningId, stored.ScreeningId),
            ("screening_round", _subject.ScreeningRound, stored.ScreeningRound),
            ("party_id", _subject.PartyId, stored.PartyId),
            ("alert_id", _subject.AlertId, stored.AlertId),
            ("list_version", _subject.ListVersion, stored.ListVersion),
            ("policy_version", _subject.PolicyVersion, stored.PolicyVersion),
        ];

    private string? Apply(CaseEvent one)
    {
        switch (one.Type)
        {
            case CaseEvent.Opened:
                (_status, _openedAt, _dueAt) = ("NEW", one.At, one.Until ?? default);
                _subject = _terms is null ? null : CaseSubject.Parse(_terms);
                return null;
            case CaseEvent.Assigned when IsInWork:
                (_status, _assignee) = (_status == "NEW" ? "ASSIGNED" : _status, one.Assignee);
                return null;
            case CaseEvent.InvestigationBegun when IsInWork && one.Assignee == one.Actor:
                (_status, _assignee) = ("INVESTIGATING", one.Assignee);
                return null;
            case CaseEvent.Noted or CaseEvent.Attached:
                return null;
            case CaseEvent.Escalated when IsInWork && _escalation < Case.MaxEscalation:
                (_escalation, _snoozedUntil) = (_escalation + 1, null);
                return null;
            case CaseEvent.Snoozed when IsInWork && one.Until <= _dueAt:
                _snoozedUntil = one.Until;
                return null;
            case CaseEvent.DueTimeChanged:
                _dueAt = one.Until ?? default;
                _snoozedUntil = _snoozedUntil > _dueAt ? _dueAt : _snoozedUntil;
                return null;
            case CaseEvent.DecisionProposed when IsInWork:
                (_status, _proposedBy, _proposed, _snoozedUntil) = ("PROPOSED", one.Actor, one.Decision, null);
                return null;
            case CaseEvent.ProposalReturned when _status == "PROPOSED":
                (_status, _proposedBy, _proposed) = ("RETURNED", null, null);
                return null;
            case CaseEvent.DecisionApproved when _status == "PROPOSED":
                if (one.Actor == _proposedBy || one.Decision != _proposed)
                    return $"event {one.Number} approves what it may not";
                (_status, _closure, _approvedBy, _closedAt) = ("CLOSED", "DECIDED", one.Actor, one.At);
                _reportDueAt = one.Until;
                return null;
            case CaseEvent.Superseded:
                (_status, _closure, _closedAt, _snoozedUntil) = ("CLOSED", "SUPERSEDED", one.At, null);
                return null;
            default:
                return ApplyToFreeze(one);
        }
    }

    /// <summary>What may follow the end of a case: a freeze that is reported, and that ends.</summary>
    private bool IsOfFreeze(CaseEvent one) => IsFreeze && one.Type is CaseEvent.FreezeReported
        or CaseEvent.FreezeEndProposed or CaseEvent.FreezeEndReturned or CaseEvent.FreezeEndApproved;

    private string? ApplyToFreeze(CaseEvent one)
    {
        switch (one.Type)
        {
            case CaseEvent.FreezeReported when IsFreeze && _reportedAt is null:
                _reportedAt = one.At;
                return null;
            case CaseEvent.FreezeEndProposed when IsFreeze && _freezeEndProposedBy is null && _terms is not null:
                _freezeOutcome = JsonSerializer.Deserialize<FreezeEndTerms>(_terms, ContractJson.Options)!.Outcome;
                _freezeEndProposedBy = one.Actor;
                return null;
            case CaseEvent.FreezeEndReturned when _freezeEndProposedBy is not null && _freezeEndedAt is null:
                (_freezeOutcome, _freezeEndProposedBy) = (null, null);
                return null;
            case CaseEvent.FreezeEndApproved when _freezeEndProposedBy is not null && _freezeEndedAt is null:
                if (one.Actor == _freezeEndProposedBy)
                    return $"event {one.Number} approves what it may not";
                (_freezeEndApprovedBy, _freezeEndedAt) = (one.Actor, one.At);
                return null;
            default:
                return $"event {one.Number} ({one.Type}) cannot be there";
        }
    }
}

/// <summary>A case as its row says it is.</summary>
internal sealed record CaseRow(
    string Status, string? Assignee, int Escalation, DateTimeOffset OpenedAt, DateTimeOffset DueAt,
    DateTimeOffset? SnoozedUntil, DateTimeOffset? ClosedAt, string? ProposedBy, string? ProposedDecision,
    string? Closure, string? Decision, string? ApprovedBy, int EventCount, byte[] ChainHash,
    FreezeRow Freeze, CaseSubject Subject);

/// <summary>What became of the money that a case froze, as its row says it is.</summary>
internal sealed record FreezeRow(
    DateTimeOffset? ReportDueAt, DateTimeOffset? ReportedAt, string? Outcome, string? EndProposedBy,
    string? EndApprovedBy, DateTimeOffset? EndedAt);
