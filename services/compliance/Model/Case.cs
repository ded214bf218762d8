using FinCode.Contracts;

namespace FinCode.Compliance.Model;

/// <summary>Where a case stands. All but PROPOSED and CLOSED are work in progress.</summary>
public enum CaseStatus
{
    New,
    Assigned,
    Investigating,
    Returned,
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

    /// <summary>It has more steps than whoever decides has read.</summary>
    Changed,

    /// <summary>A time that is over, or after the case is due.</summary>
    NotInTime,

    /// <summary>The licence does not hold any more.</summary>
    LicenceOver,

    /// <summary>Its file is as long as a file may be; it can still be decided.</summary>
    Full,
}

/// <summary>
/// The question what becomes of a transfer that a screening held, and the two people who answer it. It is NEW, ASSIGNED
/// to an officer, INVESTIGATING, then PROPOSED; a proposal is RETURNED or approved, which closes it; a newer screening
/// closes it from anywhere. The database holds the same rules (checks and a trigger), for whoever comes another way.
/// </summary>
internal sealed partial class Case
{
    /// <summary>How often a case goes up: to a senior officer, then to whoever answers for compliance.</summary>
    public const int MaxEscalation = 2;

    /// <summary>
    /// As many steps a case may have before it takes nothing but proposals, twice as many before it takes no more of
    /// those, and three times as many before it takes no more licences; approving, returning and superseding always
    /// fit.
    /// </summary>
    public const int MaxSteps = 500;

    private readonly List<CaseEvent> _events = [];
    private readonly Dictionary<int, SealedText> _texts = [];
    private readonly Dictionary<int, string> _terms = [];

    private Case()
    {
    }

    public TenantId TenantId { get; private set; }
    public CaseId Id { get; private set; }

    /// <summary>The transfer that a screening held; null for a case of a customer.</summary>
    public TransactionId? TransactionId { get; private set; }
    public ScreeningId? ScreeningId { get; private set; }
    public int? ScreeningRound { get; private set; }

    /// <summary>The customer whom an alert is about; null for a case of a transfer.</summary>
    public PartyId? PartyId { get; private set; }
    public Guid? AlertId { get; private set; }
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
    public string? Assignee { get; private set; }
    public int Escalation { get; private set; }
    public DateTimeOffset DueAt { get; private set; }
    public DateTimeOffset? SnoozedUntil { get; private set; }
    public int EventCount { get; private set; }
    public byte[] ChainHash { get; private set; } = new byte[CaseEvent.HashBytes];

    /// <summary>The events that this instance added; whoever saves the case saves them with it.</summary>
    public IReadOnlyList<CaseEvent> NewEvents => _events;

    /// <summary>The texts that belong to <see cref="NewEvents"/>, by the events' numbers.</summary>
    public IReadOnlyDictionary<int, SealedText> NewTexts => _texts;

    /// <summary>The terms that belong to <see cref="NewEvents"/>, by the events' numbers.</summary>
    public IReadOnlyDictionary<int, string> NewTerms => _terms;

    private bool IsInWork => Status is not (CaseStatus.Proposed or CaseStatus.Closed);

    public static Case Open(ScreeningRecord screening, TimeSpan timeToDecide, TimeProvider clock)
    {
        var now = Now(clock);
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
            Status = CaseStatus.New,
            OpenedAt = now,
            DueAt = now + timeToDecide,
        };
        opened.NoteOpened(now);
        return opened;
    }

    /// <summary>A customer resembles an entry, as an alert says.</summary>
    public static Case OpenForCustomer(
        TenantId tenant, CustomerAlert alert, TimeSpan timeToDecide, TimeProvider clock)
    {
        var now = Now(clock);
        var opened = new Case
        {
            TenantId = tenant,
            Id = CaseId.New(clock),
            PartyId = alert.PartyId,
            AlertId = alert.Id,
            ListVersion = alert.ListVersion,
            PolicyVersion = alert.PolicyVersion,
            Status = CaseStatus.New,
            OpenedAt = now,
            DueAt = now + timeToDecide,
        };
        opened.NoteOpened(now);
        return opened;
    }

    /// <summary>Gives it to an officer, who may be the actor.</summary>
    public Refusal? Assign(string assignee, string actor, TimeProvider clock)
    {
        if (!IsInWork)
            return Refusal.InvalidTransition;
        if (EventCount >= MaxSteps)
            return Refusal.Full;
        Assignee = assignee;
        if (Status == CaseStatus.New)
            Status = CaseStatus.Assigned;
        Note(CaseEvent.Assigned, actor, new CaseEventDetails(Assignee: assignee), Now(clock));
        return null;
    }

    /// <summary>The actor looks into it; it is his from now on.</summary>
    public Refusal? Investigate(string actor, TimeProvider clock)
    {
        if (!IsInWork || Status == CaseStatus.Investigating)
            return Refusal.InvalidTransition;
        if (EventCount >= MaxSteps)
            return Refusal.Full;
        Assignee = actor;
        Status = CaseStatus.Investigating;
        Note(CaseEvent.InvestigationBegun, actor, new CaseEventDetails(Assignee: actor), Now(clock));
        return null;
    }

    /// <summary>One step up; it wakes up if it slept.</summary>
    public Refusal? Escalate(SealedText reason, string actor, TimeProvider clock)
    {
        if (!IsInWork || Escalation == MaxEscalation)
            return Refusal.InvalidTransition;
        if (EventCount >= MaxSteps)
            return Refusal.Full;
        Escalation++;
        SnoozedUntil = null;
        Note(CaseEvent.Escalated, actor, new CaseEventDetails(Text: reason), Now(clock));
        return null;
    }

    /// <param name="terms">Which hits are to be suppressed from then on, if any.</param>
    public Refusal? Propose(
        CaseDecision decision, SealedText reason, string actor, TimeProvider clock, string? terms = null)
    {
        if (!IsInWork)
            return Refusal.InvalidTransition;
        if (EventCount >= 2 * MaxSteps)
            return Refusal.Full;
        // A customer has no money of one transfer that could go back.
        if (PartyId is not null && decision == CaseDecision.Reject)
            return Refusal.InvalidTransition;
        Status = CaseStatus.Proposed;
        SnoozedUntil = null;
        ProposedDecision = decision;
        ProposedBy = actor;
        Note(CaseEvent.DecisionProposed, actor, new CaseEventDetails(decision, Text: reason, Terms: terms),
            Now(clock));
        return null;
    }

    /// <param name="readSteps">
    /// How many steps the case had when the actor read it: what is approved is what was read, not what took its place.
    /// </param>
    /// <param name="freezeReportDueAt">Until when a freeze has to be reported; with FREEZE only.</param>
    /// <param name="freezeTerms">To whom, as <see cref="FreezeTerms"/>; with FREEZE only.</param>
    public Refusal? Approve(int readSteps, string actor, bool isScreeningPending, TimeProvider clock,
        DateTimeOffset? freezeReportDueAt = null, string? freezeTerms = null)
    {
        if (Status != CaseStatus.Proposed)
            return Refusal.InvalidTransition;
        if (ProposedBy == actor)
            return Refusal.FourEyes;
        if (isScreeningPending)
            return Refusal.ScreeningPending;
        if (readSteps != EventCount)
            return Refusal.Changed;
        var now = Now(clock);
        Close(CaseClosure.Decided, now);
        Decision = ProposedDecision;
        ApprovedBy = actor;
        FreezeReportDueAt = freezeReportDueAt;
        Note(CaseEvent.DecisionApproved, actor,
            new CaseEventDetails(Decision, Until: freezeReportDueAt, Terms: freezeTerms), now);
        return null;
    }

    public Refusal? Return(SealedText reason, string actor, TimeProvider clock)
    {
        if (Status != CaseStatus.Proposed)
            return Refusal.InvalidTransition;
        Note(CaseEvent.ProposalReturned, actor, new CaseEventDetails(ProposedDecision, Text: reason), Now(clock));
        Status = CaseStatus.Returned;
        ProposedDecision = null;
        ProposedBy = null;
        return null;
    }

    /// <summary>A newer screening of the transfer answers in its place.</summary>
    public void Supersede(TimeProvider clock)
    {
        if (Status == CaseStatus.Closed)
            throw new InvalidOperationException($"{Id} is closed already.");
        var now = Now(clock);
        Close(CaseClosure.Superseded, now);
        Note(CaseEvent.Superseded, null, CaseEventDetails.None, now);
    }

    private void NoteOpened(DateTimeOffset now) => Note(CaseEvent.Opened, null,
        new CaseEventDetails(Until: DueAt, Terms: CaseSubject.Of(this).ToTerms()), now);

    private void Close(CaseClosure closure, DateTimeOffset now)
    {
        Status = CaseStatus.Closed;
        Closure = closure;
        SnoozedUntil = null;
        ClosedAt = now;
    }

    private void Note(string type, string? actor, CaseEventDetails details, DateTimeOffset at)
    {
        var draft = new CaseEvent(TenantId, Id, ++EventCount, type, actor, details.Decision, details.Assignee,
            details.Until, details.Text?.Hash, at, [],
            details.Terms is { } said ? CaseEvent.HashTerms(said) : null);
        ChainHash = CaseEvent.Chain(ChainHash, draft.Line());
        _events.Add(draft with { ChainHash = ChainHash });
        if (details.Text is { } text)
            _texts.Add(EventCount, text);
        if (details.Terms is { } terms)
            _terms.Add(EventCount, terms);
    }

    /// <summary>As the database keeps times: what is hashed must read back the same.</summary>
    public static DateTimeOffset AsStored(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    private static DateTimeOffset Now(TimeProvider clock) => AsStored(clock.GetUtcNow());
}
