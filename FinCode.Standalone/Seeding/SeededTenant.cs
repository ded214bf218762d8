namespace FinCode.Standalone.Seeding;

/// <summary>A tenant that can be used at once: its people, its partner's client, where its webhooks go.</summary>
internal sealed record SeededTenant
{
    public required string Tenant { get; init; }

    public required string ClientId { get; init; }

    public required string ClientSecret { get; init; }
}
