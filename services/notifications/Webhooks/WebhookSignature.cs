using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FinCode.Notifications.Webhooks;

/// <summary>
/// Standard Webhooks (https://www.standardwebhooks.com): <c>v1,base64(HMAC-SHA256(secret, id.timestamp.body))</c>,
/// one for each
/// valid secret, separated by spaces.
/// </summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    public static string Sign(IEnumerable<byte[]> secrets, string id, DateTimeOffset at, string body)
    {
        var signed = Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.{body}"));
        return string.Join(' ', secrets.Select(secret =>
            "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed))));
    }
}
