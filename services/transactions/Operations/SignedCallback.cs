using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.PayIns.Connectors;
using FinCode.Transactions.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Transactions.Operations;

/// <summary>
/// Reads a provider's callback: the raw body, its HMAC-SHA-256 over "timestamp.body" and a timestamp (unix seconds)
/// that is at most five minutes off. What is not signed rightly is 401 and has no effect. What is signed but cannot be
/// used is 422 and recorded: it may speak of money, and providers give up telling.
/// </summary>
internal sealed class SignedCallback(Providers providers, UnitsOfWork units, TimeProvider clock)
{
    public const string TimestampHeader = "X-Sandbox-Timestamp";
    public const string SignatureHeader = "X-Sandbox-Signature";

    private const int MaxBodyBytes = 16 * 1024;
    private const int MaxSkewSeconds = 300;
    private const int MaxNoted = 128;
    private static readonly string[] Noted = ["eventId", "paymentId", "reference", "status"];

    public async Task<(TBody?, ProblemHttpResult?)> ReadAsync<TBody>(
        HttpContext http, string providerName, Action<TBody, Validation> check, CancellationToken cancellationToken)
        where TBody : class
    {
        if (providers.Find(providerName) is not { CallbackSecret.Length: > 0 } provider)
            return (null, Problems.NotFound("There is no provider of that name."));
        var body = await ReadBodyAsync(http, cancellationToken);
        if (body is null)
            return (null, Problems.Of(413, Problems.PayloadTooLarge, $"A callback has at most {MaxBodyBytes} bytes."));
        if (!IsSigned(http, provider, body))
            return (null, Problems.Of(401, Problems.AuthRequired, "The signature or its timestamp is wrong."));
        var (parsed, problem) = Parse(body, check);
        if (problem is not null)
            await NoteAsync(provider, body, cancellationToken);
        return (parsed, problem);
    }

    private static (TBody?, ProblemHttpResult?) Parse<TBody>(string body, Action<TBody, Validation> check)
        where TBody : class
    {
        try
        {
            if (JsonSerializer.Deserialize<TBody>(body, ContractJson.Options) is not { } parsed)
                return (null, Problems.Invalid("", "A body is required."));
            var validation = new Validation();
            check(parsed, validation);
            return validation.Failed ? (null, validation.ToProblem()) : (parsed, null);
        }
        catch (JsonException exception)
        {
            return (null, Problems.Invalid(
                (exception.Path ?? "$").TrimStart('$').Replace('.', '/'),
                "The body is not what a callback of this kind holds."));
        }
    }

    /// <summary>Once per content. Only ids are kept: nobody knows what else is in it.</summary>
    private Task NoteAsync(Provider provider, string body, CancellationToken cancellationToken)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        return units.RunAsync<Transfers>(Tenants.Platform, transfers => transfers.InsertAnomalyAsync(new AnomalyRow
        {
            TenantId = transfers.Tenant,
            At = transfers.Now,
            Kind = "CALLBACK_NOT_UNDERSTOOD",
            Event = Words.Of(TransferEvent.AttemptUnanswered),
            Detail = $"{provider.Name}, {IdsOf(body)}",
            Owner = Contracts.Roles.Finance,
            DedupeKey = $"callback-body:{provider.Name}:{hash}",
        }, cancellationToken), cancellationToken);
    }

    private static string IdsOf(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind != JsonValueKind.Object ? "" : string.Join(", ", Noted
                .Select(name => document.RootElement.TryGetProperty(name, out var value)
                    && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= MaxNoted } text
                    && !text.Any(char.IsControl)
                    ? $"{name} {text}"
                    : $"{name} ?"));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return "no JSON";
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
