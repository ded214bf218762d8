using FinCode.Contracts;

namespace FinCode.Compliance.Model;

public enum CaseStatus
{
    Open,
    Proposed,
    Closed,
}

/// <summary>Why a case is closed: two people decided it, or a newer screening took its place.</summary>
public enum CaseClosure
{
    Decided,
    Superseded,
}

/// <summary>Why a case, a rule or a policy refuses what someone asks of it.</summary>
internal enum Refusal
{
    /// <summary>It is not in the state that this step needs.</summary>
    InvalidTransition,

    /// <summary>The one who proposes never approves.</summary>
    FourEyes,

    /// <summary>The transfer is being screened again; the answer may change what is to be decided.</summary>
    ScreeningPending,
}

/// <summary>What happened in a case: appended, never changed.</summary>
internal sealed record CaseEvent(
    TenantId TenantId, CaseId CaseId, int Number, string Type, string? Actor, CaseDecision? Decision, string? Reason,
    DateTimeOffset At)
{
    public const string Opened = "OPENED";
    public const string DecisionProposed = "DECISION_PROPOSED";
    public const string ProposalReturned = "PROPOSAL_RETURNED";
    public const string DecisionApproved = "DECISION_APPROVED";
    public const string Superseded = "SUPERSEDED";
}

/// <summary>
/// The question what becomes of a transfer that a screening held, and the two people who answer it. Its steps are
/// OPEN to PROPOSED, PROPOSED back to OPEN or on to CLOSED; a newer screening closes it from either. The database
/// holds the same rules (a check and a trigger), for whoever comes another way.
/// </summary>
internal sealed class Case
{
    private readonly List<CaseEvent> _events = [];

    private Case()
    {
    }

    public TenantId TenantId { get; private set; }
    public CaseId Id { get; private set; }
    public TransactionId TransactionId { get; private set; }
    public ScreeningId ScreeningId { get; private set; }
    public int ScreeningRound { get; private set; }
    public long ListVersion { get; private set; }
    public long PolicyVersion { get; private set; }
    public CaseStatus Status { get; private set; }
    public CaseDecision? ProposedDecision { get; private set; }
    public string? ProposedBy { get; private set; }
    public CaseClosure? Closure { get; private set; }
    public CaseDecision? Decision { get; private set; }
    public string? ApprovedBy { get; private set; }
    public DateTimeOffset OpenedAt { get; private set; }
    public DateTimeOffset? ClosedAt { get; private set; }
    public int EventCount { get; private set; }

    /// <summary>The events that this instance added; whoever saves the case saves them with it.</summary>
    public IReadOnlyList<CaseEvent> NewEvents => _events;

    public static Case Open(ScreeningRecord screening, TimeProvider clock)
    {
        var opened = new Case
        {
            TenantId = screening.TenantId,
            Id = CaseId.New(clock),
            TransactionId = screening.TransactionId
                ?? throw new ArgumentException("Only the screening of a transfer opens a case.", nameof(screening)),
            ScreeningId = screening.Id,
            ScreeningRound = screening.ScreeningRound!.Value,
            ListVersion = screening.ListVersion,
            PolicyVersion = screening.PolicyVersion,
            Status = CaseStatus.Open,
            OpenedAt = clock.GetUtcNow(),
        };
        opened.Note(CaseEvent.Opened, null, null, null, clock);
        return opened;
    }

    public Refusal? Propose(CaseDecision decision, string reason, string actor, TimeProvider clock)
    {
        if (Status != CaseStatus.Open)
            return Refusal.InvalidTransition;
        Status = CaseStatus.Proposed;
        ProposedDecision = decision;
        ProposedBy = actor;
        Note(CaseEvent.DecisionProposed, actor, decision, reason, clock);
        return null;
    }

    public Refusal? Approve(string actor, bool isScreeningPending, TimeProvider clock)
    {
        if (Status != CaseStatus.Proposed)
            return Refusal.InvalidTransition;
        if (ProposedBy == actor)
            return Refusal.FourEyes;
        if (isScreeningPending)
            return Refusal.ScreeningPending;
        Close(CaseClosure.Decided, clock);
        Decision = ProposedDecision;
        ApprovedBy = actor;
        Note(CaseEvent.DecisionApproved, actor, Decision, null, clock);
        return null;
    }

    public Refusal? Return(string reason, string actor, TimeProvider clock)
    {
        if (Status != CaseStatus.Proposed)
            return Refusal.InvalidTransition;
        Note(CaseEvent.ProposalReturned, actor, ProposedDecision, reason, clock);
        Status = CaseStatus.Open;
        ProposedDecision = null;
        ProposedBy = null;
        return null;
    }

    /// <summary>A newer screening of the transfer answers in its place.</summary>
    public void Supersede(TimeProvider clock)
    {
        if (Status == CaseStatus.Closed)
            throw new InvalidOperationException($"{Id} is closed already.");
        Close(CaseClosure.Superseded, clock);
        Note(CaseEvent.Superseded, null, null, null, clock);
    }

    private void Close(CaseClosure closure, TimeProvider clock)
    {
        Status = CaseStatus.Closed;
        Closure = closure;
        ClosedAt = clock.GetUtcNow();
    }

    private void Note(string type, string? actor, CaseDecision? decision, string? reason, TimeProvider clock) =>
        _events.Add(new CaseEvent(TenantId, Id, ++EventCount, type, actor, decision, reason, clock.GetUtcNow()));
}
