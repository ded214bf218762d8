using System.Security.Cryptography;
using System.Text;

namespace FinCode.Sandbox;

/// <summary>The three signatures of the outside world, all HMAC-SHA256.</summary>
internal static class Signatures
{
    private const string WebhookSecretPrefix = "whsec_";
    private const string WebhookSignatureVersion = "v1,";

    /// <summary>How far a webhook's timestamp may be from its arrival, in seconds (Standard Webhooks).</summary>
    private const int WebhookToleranceSeconds = 5 * 60;

    /// <summary>Of a callback: lower-case hex over <c>timestamp.body</c>.</summary>
    public static string OfCallback(string secret, long timestamp, string body) => Hex(secret, $"{timestamp}.{body}");

    /// <summary>Of a payment page: lower-case hex over <c>reference|amount|currency|callbackUrl</c>.</summary>
    public static bool IsOfPage(
        string secret, string reference, string amount, string currency, string callbackUrl, string signature) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(Hex(secret, $"{reference}|{amount}|{currency}|{callbackUrl}")),
            Encoding.UTF8.GetBytes(signature));

    /// <summary>
    /// Of a webhook that arrived, by the Standard Webhooks specification: one of the space-separated signatures is
    /// <c>v1,base64(HMAC(secret, id.timestamp.body))</c> and the timestamp is near.
    /// </summary>
    public static bool IsOfWebhook(
        string secret, string? id, string? timestamp, string? signatures, string body, DateTimeOffset receivedAt)
    {
        if (id is null || signatures is null || !long.TryParse(timestamp, out var seconds)
            || Math.Abs(receivedAt.ToUnixTimeSeconds() - seconds) > WebhookToleranceSeconds
            || WebhookKey(secret) is not { } key)
            return false;
        var expected = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}"));
        return signatures.Split(' ').Any(signature =>
            signature.StartsWith(WebhookSignatureVersion, StringComparison.Ordinal)
            && CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(Convert.ToBase64String(expected)),
                Encoding.ASCII.GetBytes(signature[WebhookSignatureVersion.Length..])));
    }

    /// <summary>The key of a secret <c>whsec_base64</c>; null when it is not one.</summary>
    public static byte[]? WebhookKey(string secret)
    {
        var text = secret.StartsWith(WebhookSecretPrefix, StringComparison.Ordinal)
            ? secret[WebhookSecretPrefix.Length..]
            : secret;
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text, key, out var length) && length > 0 ? key[..length] : null;
    }

    private static string Hex(string secret, string text) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
}
