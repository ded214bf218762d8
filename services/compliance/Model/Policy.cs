namespace FinCode.Compliance.Model;

/// <summary>
/// What a tenant screens by from its version on. A version is never changed; the highest is in force. A tenant that
/// never decided anything has <see cref="Default"/>, version 1.
/// </summary>
/// <param name="ReviewThreshold">A hit of at least so many points (0 to 100) is for a person to look at.</param>
/// <param name="MadeBy">Who proposed the change; null for the default.</param>
internal sealed record PolicyVersion(
    TenantId TenantId, long Version, decimal ReviewThreshold, string? MadeBy, string? ApprovedBy, DateTimeOffset? Since)
{
    public const decimal DefaultReviewThreshold = 85m;

    public static PolicyVersion Default(TenantId tenant) => new(tenant, 1, DefaultReviewThreshold, null, null, null);

    /// <summary>The version after this one: with another threshold, or the same because a rule was activated.</summary>
    public PolicyVersion Next(decimal reviewThreshold, string madeBy, string approvedBy, TimeProvider clock) =>
        new(TenantId, Version + 1, reviewThreshold, madeBy, approvedBy, clock.GetUtcNow());
}

public enum ProposalState
{
    Proposed,
    Approved,
    Withdrawn,
}

/// <summary>A change of the policy that waits for a second person. At most one of a tenant waits.</summary>
internal sealed class PolicyProposal
{
    private PolicyProposal()
    {
    }

    public TenantId TenantId { get; private set; }
    public Guid Id { get; private set; }
    public decimal ReviewThreshold { get; private set; }
    public string Reason { get; private set; } = "";
    public ProposalState State { get; private set; }
    public string ProposedBy { get; private set; } = "";
    public DateTimeOffset ProposedAt { get; private set; }
    public string? ApprovedBy { get; private set; }
    public DateTimeOffset? ClosedAt { get; private set; }

    public static PolicyProposal Propose(
        TenantId tenant, decimal reviewThreshold, string reason, string actor, TimeProvider clock) => new()
    {
        TenantId = tenant,
        Id = Guid.CreateVersion7(clock.GetUtcNow()),
        ReviewThreshold = reviewThreshold,
        Reason = reason,
        State = ProposalState.Proposed,
        ProposedBy = actor,
        ProposedAt = clock.GetUtcNow(),
    };

    public Refusal? Approve(string actor, TimeProvider clock)
    {
        if (State != ProposalState.Proposed)
            return Refusal.InvalidTransition;
        if (ProposedBy == actor)
            return Refusal.FourEyes;
        State = ProposalState.Approved;
        ApprovedBy = actor;
        ClosedAt = clock.GetUtcNow();
        return null;
    }

    /// <summary>A newer proposal takes its place.</summary>
    public void Withdraw(TimeProvider clock)
    {
        State = ProposalState.Withdrawn;
        ClosedAt = clock.GetUtcNow();
    }
}
