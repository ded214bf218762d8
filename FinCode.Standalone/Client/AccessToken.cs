using System.Text.Json.Serialization;

namespace FinCode.Standalone.Client;

/// <summary>An access token that is fetched when first needed, and again a minute before it expires.</summary>
internal sealed class AccessToken(Func<CancellationToken, Task<FetchedToken>> fetch) : IDisposable
{
    private const int MarginSeconds = 60;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private string? _value;
    private DateTimeOffset _goodUntil;

    /// <summary>
    /// A machine's, by client credentials (RFC 6749 section 4.4); all scopes that the client may have.
    /// </summary>
    public static AccessToken OfClient(HttpClient http, string id, string secret) => new(async cancellationToken =>
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_id"] = id, ["client_secret"] = secret,
        });
        using var response = await http.PostAsync(new Uri("connect/token", UriKind.Relative), form, cancellationToken);
        var answer = (await ApiClient.ReadAsync("POST connect/token", response, cancellationToken)).As<MachineToken>();
        return new FetchedToken(answer.AccessToken, answer.ExpiresIn);
    });

    /// <summary>A person's, by signing in.</summary>
    public static AccessToken OfPerson(HttpClient http, string principal, string email, string password) =>
        new(async cancellationToken =>
        {
            using var response = await http.PostAsJsonAsync(
                new Uri("v1/auth/sign-in", UriKind.Relative), new { principal, email, password }, cancellationToken);
            return (await ApiClient.ReadAsync("POST v1/auth/sign-in", response, cancellationToken)).As<FetchedToken>();
        });

    /// <summary>A person's first sign-in, with a password of the person's own.</summary>
    public static async Task ChangePasswordAsync(Uri gateway, string principal, string email, string password,
        string newPassword, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = gateway };
        using var response = await http.PostAsJsonAsync(new Uri("v1/auth/sign-in", UriKind.Relative),
            new { principal, email, password, newPassword }, cancellationToken);
        (await ApiClient.ReadAsync("POST v1/auth/sign-in", response, cancellationToken)).Must();
    }

    public async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_value is null || TimeProvider.System.GetUtcNow() >= _goodUntil)
            {
                var fetched = await fetch(cancellationToken);
                _value = fetched.AccessToken;
                _goodUntil = TimeProvider.System.GetUtcNow().AddSeconds(Math.Max(0, fetched.ExpiresIn - MarginSeconds));
            }
            return _value;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private sealed record MachineToken(
        [property: JsonPropertyName("access_token")] string AccessToken,
        [property: JsonPropertyName("expires_in")] int ExpiresIn);
}

/// <param name="ExpiresIn">Seconds.</param>
internal sealed record FetchedToken(string AccessToken, int ExpiresIn);
