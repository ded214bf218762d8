using System.Net;

namespace FinCode.Notifications.Webhooks;

/// <summary>The form that an endpoint's URL must have. Where it really leads is checked at every connection.</summary>
internal static class WebhookUrl
{
    public const int MaxLength = 1_000;

    /// <summary>A sentence that says what is wrong, or null.</summary>
    public static string? WhatIsWrong(string text, bool allowPrivate)
    {
        if (text.Length > MaxLength)
            return $"A URL has at most {MaxLength} characters.";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
            return "An absolute URL is expected, such as \"https://example.com/hooks\".";
        if (url.Scheme != Uri.UriSchemeHttps && !(allowPrivate && url.Scheme == Uri.UriSchemeHttp))
            return allowPrivate ? "The URL begins with https or http." : "The URL begins with https.";
        if (url.UserInfo.Length > 0)
            return "The URL carries no user name or password.";
        if (url.Fragment.Length > 0)
            return "The URL has no fragment.";
        return allowPrivate || IsOutside(url) ? null
            : "The URL leads to an address that is not on the public internet.";
    }

    private static bool IsOutside(Uri url) => url.HostNameType switch
    {
        UriHostNameType.IPv4 or UriHostNameType.IPv6 => AddressRules.IsPublic(IPAddress.Parse(url.DnsSafeHost)),
        _ => !url.Host.EndsWith("localhost", StringComparison.OrdinalIgnoreCase)
            && url.Host.Contains('.', StringComparison.Ordinal),
    };
}
