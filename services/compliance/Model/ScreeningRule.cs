namespace FinCode.Compliance.Model;

public enum RuleState
{
    Inactive,
    Active,
}

/// <summary>One text of a rule; never changed. A change is another version.</summary>
internal sealed record RuleVersion(
    TenantId TenantId, Guid RuleId, int Version, string Name, string Text, string CreatedBy, DateTimeOffset CreatedAt);

/// <summary>What happened to a rule: appended, never changed.</summary>
internal sealed record RuleEvent(
    TenantId TenantId, Guid RuleId, int Number, string Type, string Actor, int? Version, string? Reason,
    DateTimeOffset At)
{
    public const string VersionAdded = "VERSION_ADDED";
    public const string ShadowStarted = "SHADOW_STARTED";
    public const string ShadowEnded = "SHADOW_ENDED";
    public const string Activated = "ACTIVATED";
    public const string DeactivationProposed = "DEACTIVATION_PROPOSED";
    public const string DeactivationWithdrawn = "DEACTIVATION_WITHDRAWN";
    public const string Deactivated = "DEACTIVATED";
}

/// <summary>
/// A tenant's rule: which of its versions is in force, and which is tried in its shadow. It begins inactive. A version
/// is put into force by someone else than who wrote it; a rule is switched off when one person proposes it and another
/// does it. The database holds the same (checks, a foreign key to the version's author, and a trigger).
/// </summary>
internal sealed class ScreeningRule
{
    private readonly List<RuleEvent> _events = [];

    private ScreeningRule()
    {
    }

    public TenantId TenantId { get; private set; }
    public Guid Id { get; private set; }
    public int LatestVersion { get; private set; }
    public string CreatedBy { get; private set; } = "";
    public DateTimeOffset CreatedAt { get; private set; }
    public int? LiveVersion { get; private set; }
    public string? LiveMadeBy { get; private set; }
    public string? ActivatedBy { get; private set; }
    public DateTimeOffset? ActivatedAt { get; private set; }
    public int? ShadowVersion { get; private set; }
    public DateTimeOffset? ShadowSince { get; private set; }
    public string? DeactivationProposedBy { get; private set; }
    public string? DeactivationReason { get; private set; }
    public string? DeactivatedBy { get; private set; }
    public DateTimeOffset? DeactivatedAt { get; private set; }
    public int EventCount { get; private set; }

    public RuleState State => LiveVersion is null ? RuleState.Inactive : RuleState.Active;

    /// <summary>The events that this instance added; whoever saves the rule saves them with it.</summary>
    public IReadOnlyList<RuleEvent> NewEvents => _events;

    public static (ScreeningRule Rule, RuleVersion First) Create(
        TenantId tenant, string name, string text, string actor, TimeProvider clock)
    {
        var rule = new ScreeningRule
        {
            TenantId = tenant,
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            CreatedBy = actor,
            CreatedAt = clock.GetUtcNow(),
        };
        return (rule, rule.AddVersion(name, text, actor, clock));
    }

    /// <summary>A change; what is in force stays in force until a second person activates the new version.</summary>
    public RuleVersion AddVersion(string name, string text, string actor, TimeProvider clock)
    {
        LatestVersion++;
        Note(RuleEvent.VersionAdded, actor, LatestVersion, null, clock);
        return new RuleVersion(TenantId, Id, LatestVersion, name, text, actor, clock.GetUtcNow());
    }

    /// <summary>Tries a version beside the live ones, without effect: one person may.</summary>
    public Refusal? StartShadow(RuleVersion version, string actor, TimeProvider clock)
    {
        if (LiveVersion == version.Version)
            return Refusal.InvalidTransition;
        if (ShadowVersion == version.Version)
            return null;
        (ShadowVersion, ShadowSince) = (version.Version, clock.GetUtcNow());
        Note(RuleEvent.ShadowStarted, actor, version.Version, null, clock);
        return null;
    }

    public void EndShadow(string actor, TimeProvider clock)
    {
        if (ShadowVersion is not { } version)
            return;
        (ShadowVersion, ShadowSince) = (null, null);
        Note(RuleEvent.ShadowEnded, actor, version, null, clock);
    }

    /// <summary>Puts a version into force. Null when it is; that version is not tried in the shadow any more.</summary>
    /// <param name="newest">
    /// The highest version that ever was in force. Nobody goes back behind it alone: its author asked for an older one
    /// long ago, not for this. An older text is written again, as a new version.
    /// </param>
    public Refusal? Activate(RuleVersion version, int newest, string actor, TimeProvider clock)
    {
        if (LiveVersion == version.Version || version.Version < newest)
            return Refusal.InvalidTransition;
        if (version.CreatedBy == actor)
            return Refusal.FourEyes;
        if (ShadowVersion == version.Version)
            EndShadow(actor, clock);
        (LiveVersion, LiveMadeBy) = (version.Version, version.CreatedBy);
        (ActivatedBy, ActivatedAt) = (actor, clock.GetUtcNow());
        (DeactivationProposedBy, DeactivationReason) = (null, null);
        (DeactivatedBy, DeactivatedAt) = (null, null);
        Note(RuleEvent.Activated, actor, version.Version, null, clock);
        return null;
    }

    /// <summary>The first of the two who switch a rule off.</summary>
    public Refusal? ProposeDeactivation(string reason, string actor, TimeProvider clock)
    {
        if (LiveVersion is null || DeactivationProposedBy is not null)
            return Refusal.InvalidTransition;
        (DeactivationProposedBy, DeactivationReason) = (actor, reason);
        Note(RuleEvent.DeactivationProposed, actor, LiveVersion, reason, clock);
        return null;
    }

    /// <summary>The rule stays: nothing is proposed any more.</summary>
    public Refusal? WithdrawDeactivation(string actor, TimeProvider clock)
    {
        if (LiveVersion is null || DeactivationProposedBy is null)
            return Refusal.InvalidTransition;
        (DeactivationProposedBy, DeactivationReason) = (null, null);
        Note(RuleEvent.DeactivationWithdrawn, actor, LiveVersion, null, clock);
        return null;
    }

    /// <summary>The second. Until then the rule goes on holding transfers.</summary>
    public Refusal? Deactivate(string actor, TimeProvider clock)
    {
        if (LiveVersion is not { } version || DeactivationProposedBy is null)
            return Refusal.InvalidTransition;
        if (DeactivationProposedBy == actor)
            return Refusal.FourEyes;
        (LiveVersion, LiveMadeBy, ActivatedBy, ActivatedAt) = (null, null, null, null);
        (DeactivatedBy, DeactivatedAt) = (actor, clock.GetUtcNow());
        Note(RuleEvent.Deactivated, actor, version, DeactivationReason, clock);
        return null;
    }

    private void Note(string type, string actor, int? version, string? reason, TimeProvider clock) =>
        _events.Add(new RuleEvent(TenantId, Id, ++EventCount, type, actor, version, reason, clock.GetUtcNow()));
}
