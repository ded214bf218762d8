using FinCode.Notifications.Webhooks;

namespace FinCode.Notifications.Model;

internal enum EndpointStatus
{
    Enabled,
    Disabled,
    Deleted,
}

/// <summary>Why an endpoint is disabled, as its owner reads it.</summary>
internal static class EndpointReasons
{
    public const string ByRequest = "DISABLED_BY_REQUEST";
    public const string KeptFailing = "DELIVERIES_KEPT_FAILING";
    public const string Gone = "RECEIVER_ANSWERED_GONE";
}

/// <summary>Where a tenant wants to hear of its transactions. Secrets are encrypted; the plain one is shown
/// once.</summary>
internal sealed class WebhookEndpoint
{
    private WebhookEndpoint()
    {
    }

    public Guid Id { get; private set; }

    public Guid TenantId { get; private set; }

    public string Url { get; private set; } = null!;

    /// <summary>Types it wants; empty means all that are for partners.</summary>
    public string[] Events { get; private set; } = [];

    public string? Description { get; private set; }

    public byte[] Secret { get; private set; } = [];

    public byte[]? PreviousSecret { get; private set; }

    public DateTimeOffset? PreviousSecretUntil { get; private set; }

    public EndpointStatus Status { get; private set; }

    public string? StatusReason { get; private set; }

    /// <summary>Since when no delivery has succeeded; null after a success.</summary>
    public DateTimeOffset? FailingSince { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public static WebhookEndpoint Create(
        WebhookEndpointId id, TenantId tenant, string url, string[] events, string? description, byte[] secret,
        DateTimeOffset now) => new()
    {
        Id = id.Value,
        TenantId = tenant.Value,
        Url = url,
        Events = events,
        Description = description,
        Secret = secret,
        Status = EndpointStatus.Enabled,
        CreatedAt = now,
    };

    public bool Wants(string type) =>
        Status == EndpointStatus.Enabled
        && (Events.Contains(type) || (Events.Length == 0 && !WebhookTypes.OfStaff.Contains(type)));

    /// <summary>From now on signatures are made with the new secret, and until then also with the one before.</summary>
    public void Rotate(byte[] secret, DateTimeOffset previousUntil)
    {
        PreviousSecret = Secret;
        PreviousSecretUntil = previousUntil;
        Secret = secret;
    }

    public void Disable(string reason)
    {
        Status = EndpointStatus.Disabled;
        StatusReason = reason;
    }

    public void Enable()
    {
        Status = EndpointStatus.Enabled;
        StatusReason = null;
        FailingSince = null;
    }

    /// <summary>The row stays, because deliveries refer to it; its secrets do not.</summary>
    public void Delete()
    {
        Status = EndpointStatus.Deleted;
        Secret = [];
        PreviousSecret = null;
        PreviousSecretUntil = null;
    }
}
