using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Transactions.PayIns.Connectors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Transactions.Operations;

/// <summary>
/// Reads a provider's callback: the raw body, its HMAC-SHA-256 over "timestamp.body" and a timestamp (unix seconds)
/// that is at most five minutes off. What is not signed rightly is 401 and has no effect.
/// </summary>
internal sealed class SignedCallback(Providers providers, TimeProvider clock)
{
    public const string TimestampHeader = "X-Sandbox-Timestamp";
    public const string SignatureHeader = "X-Sandbox-Signature";

    private const int MaxBodyBytes = 16 * 1024;
    private const int MaxSkewSeconds = 300;

    public async Task<(TBody?, ProblemHttpResult?)> ReadAsync<TBody>(
        HttpContext http, string providerName, CancellationToken cancellationToken) where TBody : class
    {
        if (providers.Find(providerName) is not { CallbackSecret.Length: > 0 } provider)
            return (null, Problems.NotFound("There is no provider of that name."));
        var body = await ReadBodyAsync(http, cancellationToken);
        if (body is null)
            return (null, Problems.Of(413, Problems.PayloadTooLarge, $"A callback has at most {MaxBodyBytes} bytes."));
        if (!IsSigned(http, provider, body))
            return (null, Problems.Of(401, Problems.AuthRequired, "The signature or its timestamp is wrong."));
        try
        {
            return JsonSerializer.Deserialize<TBody>(body, ContractJson.Options) is { } parsed
                ? (parsed, null)
                : (null, Problems.Invalid("", "A body is required."));
        }
        catch (JsonException exception)
        {
            return (null, Problems.Invalid(
                (exception.Path ?? "$").TrimStart('$').Replace('.', '/'),
                "The body is not what a callback of this kind holds."));
        }
    }

    private bool IsSigned(HttpContext http, Provider provider, string body)
    {
        var timestamp = http.Request.Headers[TimestampHeader].ToString();
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - seconds) > MaxSkewSeconds)
            return false;
        var expected = HostedPayIn.Sign(provider.CallbackSecret, $"{timestamp}.{body}");
        var given = http.Request.Headers[SignatureHeader].ToString();
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));
    }

    private static async Task<string?> ReadBodyAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxBodyBytes + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false,
            cancellationToken);
        return length > MaxBodyBytes ? null : Encoding.UTF8.GetString(buffer, 0, length);
    }
}
