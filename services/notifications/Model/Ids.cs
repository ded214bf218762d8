using FinCode.Contracts;

namespace FinCode.Notifications.Model;

public sealed class WebhookEndpointKind : IEntityKind
{
    public static string Prefix => "whe";
}

/// <summary>One message on its way to one endpoint.</summary>
public sealed class WebhookDeliveryKind : IEntityKind
{
    public static string Prefix => "whd";
}

/// <summary>A message: the <c>id</c> in its body and its <c>webhook-id</c>, the same at every endpoint and every
/// attempt.</summary>
public sealed class WebhookMessageKind : IEntityKind
{
    public static string Prefix => "evt";
}

/// <summary>One e-mail to the sender of a transfer.</summary>
public sealed class CustomerEmailKind : IEntityKind
{
    public static string Prefix => "eml";
}
