namespace FinCode.Compliance.Customers.Model;

/// <summary>What happened to a customer's file: appended, never changed. No personal data.</summary>
/// <param name="SubjectId">The document, verification, answers or decision that it is about.</param>
internal sealed record CustomerEvent(
    int Number, string Type, string? Actor, Guid? SubjectId, string? Detail, DateTimeOffset At)
{
    public const string DocumentReceived = "DOCUMENT_RECEIVED";
    public const string DocumentAccepted = "DOCUMENT_ACCEPTED";
    public const string DocumentRefused = "DOCUMENT_REFUSED";
    public const string DocumentRead = "DOCUMENT_READ";
    public const string VerificationRequested = "VERIFICATION_REQUESTED";
    public const string VerificationAnswered = "VERIFICATION_ANSWERED";
    public const string VerificationContradicted = "VERIFICATION_CONTRADICTED";
    public const string VerificationDecided = "VERIFICATION_DECIDED";
    public const string VerificationOverdue = "VERIFICATION_OVERDUE";

    /// <summary>Nobody can answer it any more: of another provider or identity, or of a destroyed key.</summary>
    public const string VerificationEnded = "VERIFICATION_ENDED";
    public const string AnswersReceived = "ANSWERS_RECEIVED";
    public const string AnswersRead = "ANSWERS_READ";

    /// <summary>Somebody had what may be told, to answer the customer who asked for it.</summary>
    public const string RecordGiven = "RECORD_GIVEN";
    public const string Asked = "ASKED";
    public const string AskMet = "ASK_MET";
    public const string TierChanged = "TIER_CHANGED";
    public const string RiskRated = "RISK_RATED";
    public const string PepMarked = "PEP_MARKED";
    public const string Reviewed = "REVIEWED";
    public const string DecisionProposed = "DECISION_PROPOSED";
    public const string DecisionApproved = "DECISION_APPROVED";
    public const string DecisionWithdrawn = "DECISION_WITHDRAWN";
    public const string KeyDestroyed = "KEY_DESTROYED";

    /// <summary>Name or date of birth differ from those that something was shown for.</summary>
    public const string IdentityChanged = "IDENTITY_CHANGED";

    /// <summary>An override of the risk was given to other details: name, date of birth or country.</summary>
    public const string OverrideEnded = "OVERRIDE_ENDED";
    public const string RelationshipResumed = "RELATIONSHIP_RESUMED";

    /// <summary>The party's details were destroyed where they are kept; the relationship ended with that.</summary>
    public const string PartyErased = "PARTY_ERASED";
}

/// <summary>
/// A customer as compliance keeps it: a party that sends. Changed only with its row locked; what follows from what was
/// shown (tier, rating, asks) is worked out by the desk and never set by hand.
/// </summary>
internal sealed class CustomerFile
{
    private readonly List<CustomerEvent> _events = [];

    public required PartyId Id { get; init; }
    public required DateTimeOffset FirstSeenAt { get; init; }
    public required int RecordedVersion { get; init; }
    public int ProfileVersion { get; set; }

    /// <summary>Country and nationality, sealed.</summary>
    public byte[]? Profile { get; set; }

    /// <summary>Who it is, as a keyed commitment; null while that was not heard.</summary>
    public string? IdentityHash { get; set; }
    public int Tier { get; set; }

    /// <summary>Whether it is marked as a politically exposed person.</summary>
    public bool Pep => PepSince is not null;

    /// <summary>Since when it is marked, under the identity that it has: a due diligence is newer.</summary>
    public DateTimeOffset? PepSince { get; set; }

    /// <summary>Since when a due diligence is awaited.</summary>
    public DateTimeOffset? DueDiligenceSince { get; set; }

    /// <summary>
    /// Overrides of the risk that were proposed before were given to other details, and hold no more.
    /// </summary>
    public DateTimeOffset? OverridesSince { get; set; }
    public int RiskNumber { get; set; }
    public RiskLevel? RiskLevel { get; set; }
    public DateTimeOffset? ReviewedAt { get; set; }
    public DateTimeOffset? ReviewDueAt { get; set; }
    public DateOnly? EndedOn { get; set; }
    public int EventCount { get; private set; }
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Appended since it was read; whoever saves the file saves them with it.</summary>
    public IReadOnlyList<CustomerEvent> NewEvents => _events;

    public void Note(string type, string? actor, Guid? subject, string? detail, DateTimeOffset at) =>
        _events.Add(new CustomerEvent(++EventCount, type, actor, subject, detail, at));

    /// <summary>False when it is marked already.</summary>
    public bool MarkAsPep(string? actor, Guid? subject, DateTimeOffset at)
    {
        if (Pep)
            return false;
        PepSince = at;
        Note(CustomerEvent.PepMarked, actor, subject, null, at);
        return true;
    }

    public CustomerFile WithEvents(int count)
    {
        EventCount = count;
        return this;
    }

    public void EventsAreSaved() => _events.Clear();
}
