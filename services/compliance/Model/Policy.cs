namespace FinCode.Compliance.Model;

/// <summary>
/// What a tenant screens by from its version on. A version is never changed; the highest is in force. A tenant that
/// never decided anything has <see cref="Default"/>, version 1.
/// </summary>
/// <param name="Content">As JSON; <see cref="Read"/> reads it.</param>
/// <param name="MadeBy">Who proposed the change; null for the default.</param>
internal sealed record PolicyVersion(
    TenantId TenantId, long Version, string Content, string? MadeBy, string? ApprovedBy, DateTimeOffset? Since)
{
    public static PolicyVersion Default(TenantId tenant) =>
        new(tenant, 1, PolicyContent.Default.Write(), null, null, null);

    /// <exception cref="UnreadablePolicyException">Nothing can be screened by it.</exception>
    public PolicyContent Read() => PolicyContent.Read(Content);

    /// <summary>Whether it looks at the same hits; false also where either cannot be read.</summary>
    public bool HasThresholdsOf(PolicyVersion other)
    {
        try
        {
            var (one, two) = (Read(), other.Read());
            return one.ReviewThreshold == two.ReviewThreshold && one.TextThreshold == two.TextThreshold
                && one.Thresholds.SequenceEqual(two.Thresholds);
        }
        catch (UnreadablePolicyException)
        {
            return false;
        }
    }

    /// <summary>The version after this one: with another content, or the same because a rule was activated.</summary>
    public PolicyVersion Next(string content, string madeBy, string approvedBy, TimeProvider clock) =>
        new(TenantId, Version + 1, content, madeBy, approvedBy, clock.GetUtcNow());
}

public enum ProposalState
{
    Proposed,
    Approved,
    Withdrawn,
}

/// <summary>
/// A change of the policy that waits for a second person. At most one of a tenant waits. It holds what it would have
/// done to the days before, beside the version that was in force then.
/// </summary>
internal sealed class PolicyProposal
{
    private PolicyProposal()
    {
    }

    public TenantId TenantId { get; private set; }
    public Guid Id { get; private set; }

    /// <summary>The version that it changes and that its trial compares it with.</summary>
    public long BaseVersion { get; private set; }

    public string Content { get; private set; } = "";
    public string Trial { get; private set; } = "";
    public string Reason { get; private set; } = "";
    public ProposalState State { get; private set; }
    public string ProposedBy { get; private set; } = "";
    public DateTimeOffset ProposedAt { get; private set; }
    public string? ApprovedBy { get; private set; }
    public DateTimeOffset? ClosedAt { get; private set; }

    /// <param name="trial">As JSON: what it would have done.</param>
    public static PolicyProposal Propose(
        PolicyVersion current, PolicyContent content, string trial, string reason, string actor, TimeProvider clock) =>
        new()
        {
            TenantId = current.TenantId,
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            BaseVersion = current.Version,
            Content = content.Write(),
            Trial = trial,
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
