using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;

namespace FinCode.Compliance.Identity;

/// <summary>
/// The sandbox's shape of a hosted provider: POST identity/sessions, GET identity/sessions/{reference}, an API key,
/// and callbacks signed with HMAC-SHA-256 over "timestamp.body", the timestamp (unix seconds) at most five minutes off.
/// </summary>
internal sealed class HostedIdentityProvider(
    IdentitySettings settings, IHttpClientFactory clients, TimeProvider clock) : IIdentityProvider
{
    public const string Client = "identity";
    public const int MaxBodyBytes = 16 * 1024;

    private const int MaxSkewSeconds = 300;
    private const int MaxIdLength = 128;

    private sealed record Reply(
        Guid? Reference, string? SessionId, string? Status, string? Url, ReplyDocument? Document);

    private sealed record ReplyDocument(string? Type, DateOnly? ExpiresOn);

    public string Name => settings.Name;

    public Task<IdentityAnswer> CreateSessionAsync(
        Guid reference, IdentityPerson person, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post, "identity/sessions",
        new { reference, person, documentTypes = DocumentTypes.Identity, callbackUrl = settings.CallbackUrl },
        reference, cancellationToken);

    public Task<IdentityAnswer> EnquireAsync(Guid reference, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"identity/sessions/{reference}", null, reference, cancellationToken);

    public (Guid Reference, IdentityAnswer Answer)? ReadCallback(string timestamp, string signature, string body)
    {
        if (!IsSigned(timestamp, signature, body))
            return null;
        try
        {
            return JsonSerializer.Deserialize<Reply>(body, ContractJson.Options) is { Reference: { } reference } reply
                ? (reference, Interpret(reply))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<IdentityAnswer> SendAsync(HttpMethod method, string path, object? body, Guid reference,
        CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(settings.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var client = clients.CreateClient(Client);
            using var request = new HttpRequestMessage(method, new Uri(settings.BaseUrl, path));
            request.Headers.Add("X-Api-Key", settings.ApiKey);
            if (body is not null)
                request.Content = JsonContent.Create(body, options: ContractJson.Options);
            using var response = await client.SendAsync(request, either.Token);
            if (method == HttpMethod.Get && response.StatusCode == HttpStatusCode.NotFound)
                return new IdentityAnswer(IdentityStatus.NotFound);
            if (!response.IsSuccessStatusCode)
                return IdentityAnswer.Unknown;
            var reply = await response.Content.ReadFromJsonAsync<Reply>(ContractJson.Options, either.Token);
            return reply is not null && reply.Reference == reference ? Interpret(reply) : IdentityAnswer.Unknown;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException
            or NotSupportedException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return IdentityAnswer.Unknown;
        }
    }

    /// <summary>An approval that does not name a document that is still valid is for a person to look at.</summary>
    private IdentityAnswer Interpret(Reply reply)
    {
        var session = reply.SessionId is { Length: > 0 and <= MaxIdLength } id && id.All(c => c is > ' ' and <= '~')
            ? id : null;
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return reply.Status switch
        {
            "OPEN" or "PROCESSING" => new IdentityAnswer(IdentityStatus.Open, session, SafeUrl(reply.Url)),
            "APPROVED" when reply.Document is { Type: { } type, ExpiresOn: { } expires }
                && DocumentTypes.Identity.Contains(type) && expires >= today =>
                new IdentityAnswer(IdentityStatus.Approved, session, null, type, expires),
            "APPROVED" or "REVIEW" => new IdentityAnswer(IdentityStatus.NeedsPerson, session),
            "REFUSED" => new IdentityAnswer(IdentityStatus.Refused, session),
            _ => IdentityAnswer.Unknown,
        };
    }

    private static Uri? SafeUrl(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https" ? url : null;

    private bool IsSigned(string timestamp, string signature, string body)
    {
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - seconds) > MaxSkewSeconds)
            return false;
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(settings.CallbackSecret), Encoding.UTF8.GetBytes($"{timestamp}.{body}")));
        return CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(signature));
    }
}
