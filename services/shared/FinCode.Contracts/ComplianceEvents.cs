namespace FinCode.Contracts;

/// <summary>
/// The answer to <see cref="TransactionFunded"/> or <see cref="ScreeningRequested"/> of that round. Review means that a
/// case is open and <see cref="CaseDecided"/> follows; Clear carries the versions it was given under.
/// </summary>
public sealed record ScreeningCompleted(
    TransactionId TransactionId,
    ScreeningId ScreeningId,
    int ScreeningRound,
    ScreeningOutcome Outcome,
    CaseId? CaseId,
    long ListVersion,
    long PolicyVersion) : IEvent
{
    public static string Type => "fincode.screening.completed.v1";
    public static string Topic => Topics.Compliance;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>Two people decided the case of a transfer.</summary>
public sealed record CaseDecided(
    TransactionId TransactionId,
    CaseId CaseId,
    int ScreeningRound,
    CaseDecision Decision,
    long ListVersion,
    long PolicyVersion) : IEvent
{
    public static string Type => "fincode.case.decided.v1";
    public static string Topic => Topics.Compliance;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>
/// A licence permits it and two people agreed: what was frozen goes on, or back. It carries the newest screening round
/// of the transfer, and the lists and policy of the screening that the two people looked at: nobody vouches for newer
/// ones.
/// </summary>
/// <param name="CaseId">The case that had frozen it; a case ends its freeze once.</param>
public sealed record FreezeEnded(
    TransactionId TransactionId,
    CaseId CaseId,
    FreezeOutcome Outcome,
    int ScreeningRound,
    long ListVersion,
    long PolicyVersion) : IEvent
{
    public static string Type => "fincode.case.freeze-ended.v1";
    public static string Topic => Topics.Compliance;
    public string EventKey() => TransactionId.ToString();
}

/// <summary>
/// Two people found a customer to be a true match. By itself it freezes nothing: what of the customer's is under way is
/// to be screened again at once, and <see cref="CaseDecided"/> follows for each transfer.
/// </summary>
/// <param name="CaseId">The case of the customer.</param>
public sealed record CustomerFrozen(PartyId PartyId, CaseId CaseId) : IEvent
{
    public static string Type => "fincode.case.customer-frozen.v1";
    public static string Topic => Topics.Compliance;
    public string EventKey() => PartyId.ToString();
}

/// <summary>
/// New lists (of the platform, tenant <see cref="Tenants.Platform"/>) or a new policy (of one tenant) are in force:
/// clearances under older versions do not hold at submission. Each owner has a key of its own, so that a message of one
/// tenant that cannot be processed holds back nobody else's lists and policies.
/// </summary>
public sealed record ScreeningBasisChanged(TenantId Owner, long? ListVersion, long? PolicyVersion) : IEvent
{
    public static string Type => "fincode.screening.basis-changed.v1";
    public static string Topic => Topics.Compliance;
    public string EventKey() => $"screening-basis-{Owner}";
}

/// <summary>
/// What is known of a customer changed: a tier was reached or lost, or an identity verification ended. Both tiers are
/// the same when it ended without moving one.
/// </summary>
public sealed record KycVerificationCompleted(PartyId PartyId, KycOutcome Outcome, int Tier, int PreviousTier) : IEvent
{
    public static string Type => "fincode.kyc.verification-completed.v1";
    public static string Topic => Topics.Compliance;
    public string EventKey() => PartyId.ToString();
}

/// <summary>How far a case's file had come, and the hash of its chain (lower-case hexadecimal) at that step.</summary>
public sealed record CaseHead(CaseId CaseId, int Steps, string ChainHash);

/// <summary>
/// The heads of the files of a tenant's cases that had moved: who keeps them can prove later that a file was rewritten.
/// </summary>
public sealed record CaseFilesPublished(TenantId Owner, DateTimeOffset PublishedAt, IReadOnlyList<CaseHead> Heads)
    : IEvent
{
    public static string Type => "fincode.case.files-published.v1";
    public static string Topic => Topics.Audit;
    public string EventKey() => $"case-files-{Owner}";
}
