using System.Text.Json.Serialization;

namespace FinCode.Standalone.Client;

/// <summary>An access token from the token endpoint (RFC 6749), fetched when first needed and again a minute before it expires.</summary>
internal sealed class AccessToken(HttpClient http, IReadOnlyDictionary<string, string> form)
{
    private const int MarginSeconds = 60;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private string? _value;
    private DateTimeOffset _goodUntil;

    public static AccessToken OfClient(HttpClient http, string id, string secret, params string[] scopes) =>
        new(http, new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = id,
            ["client_secret"] = secret,
            ["scope"] = string.Join(' ', scopes),
        });

    public async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_value is null || TimeProvider.System.GetUtcNow() >= _goodUntil)
                await FetchAsync(cancellationToken);
            return _value!;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        using var content = new FormUrlEncodedContent(form);
        using var response = await http.PostAsync(new Uri("connect/token", UriKind.Relative), content, cancellationToken);
        var answer = (await ApiClient.ReadAsync("POST connect/token", response, cancellationToken)).As<TokenAnswer>();
        _value = answer.AccessToken;
        _goodUntil = TimeProvider.System.GetUtcNow().AddSeconds(Math.Max(0, answer.ExpiresIn - MarginSeconds));
    }

    private sealed record TokenAnswer(
        [property: JsonPropertyName("access_token")] string AccessToken,
        [property: JsonPropertyName("expires_in")] int ExpiresIn);
}
