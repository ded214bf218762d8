namespace FinCode.Compliance.Model;

public enum RuleType
{
    /// <summary>Holds a transfer whose sent amount is above a limit.</summary>
    AmountLimit,

    /// <summary>Holds a transfer when its sender made too many within a time.</summary>
    Velocity,
}

public enum RuleState
{
    Inactive,
    Active,
}

/// <summary>
/// Limit for one transfer, on the corridors of the countries given (ISO 3166-1 alpha-2; null is any).
/// </summary>
public sealed record AmountLimit(Money Limit, string? SendCountry, string? ReceiveCountry);

/// <summary>
/// At most so many transfers of one sender within so many hours, by the time at which their money came.
/// </summary>
public sealed record VelocityLimit(int MaxTransfers, int WindowHours);

/// <summary>
/// A tenant's rule. It is created inactive and does nothing until a second person activates it; that makes a new
/// policy version.
/// </summary>
internal sealed class ScreeningRule
{
    private ScreeningRule()
    {
    }

    public TenantId TenantId { get; private set; }
    public Guid Id { get; private set; }
    public string Name { get; private set; } = "";
    public RuleType Type { get; private set; }
    public AmountLimit? AmountLimit { get; private set; }
    public VelocityLimit? Velocity { get; private set; }
    public RuleState State { get; private set; }
    public string CreatedBy { get; private set; } = "";
    public DateTimeOffset CreatedAt { get; private set; }
    public string? ActivatedBy { get; private set; }
    public DateTimeOffset? ActivatedAt { get; private set; }

    public static ScreeningRule OfAmount(
        TenantId tenant, string name, AmountLimit limit, string actor, TimeProvider clock) =>
        Create(tenant, name, RuleType.AmountLimit, limit, null, actor, clock);

    public static ScreeningRule OfVelocity(
        TenantId tenant, string name, VelocityLimit limit, string actor, TimeProvider clock) =>
        Create(tenant, name, RuleType.Velocity, null, limit, actor, clock);

    /// <summary>Null when it is active now.</summary>
    public Refusal? Activate(string actor, TimeProvider clock)
    {
        if (State != RuleState.Inactive)
            return Refusal.InvalidTransition;
        if (CreatedBy == actor)
            return Refusal.FourEyes;
        State = RuleState.Active;
        ActivatedBy = actor;
        ActivatedAt = clock.GetUtcNow();
        return null;
    }

    private static ScreeningRule Create(TenantId tenant, string name, RuleType type, AmountLimit? amount,
        VelocityLimit? velocity, string actor, TimeProvider clock) => new()
    {
        TenantId = tenant,
        Id = Guid.CreateVersion7(clock.GetUtcNow()),
        Name = name,
        Type = type,
        AmountLimit = amount,
        Velocity = velocity,
        State = RuleState.Inactive,
        CreatedBy = actor,
        CreatedAt = clock.GetUtcNow(),
    };
}
