using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.ServiceDefaults;

/// <summary>
/// An HTTP client for another of our services, with a SERVICE token by client credentials (RFC 6749 section 4.4) that
/// is kept until a minute before it expires. Settings: <c>Auth:TokenUrl</c> (<c>http://auth/connect/token</c> unless
/// set),
/// <c>Auth:ServiceClientId</c> and <c>Auth:ServiceClientSecret</c>.
/// </summary>
public static class ServiceClients
{
    private const string TokenClient = "service-token";

    public static IHttpClientBuilder AddServiceClient(
        this WebApplicationBuilder builder, string name, string baseAddress, string scope)
    {
        var configuration = builder.Configuration;
        builder.Services.AddHttpClient(TokenClient);
        builder.Services.AddKeyedSingleton(name, (provider, _) => new ServiceToken(
            provider.GetRequiredService<IHttpClientFactory>(), provider.GetRequiredService<TimeProvider>(),
            configuration["Auth:TokenUrl"] ?? "http://auth/connect/token",
            configuration.Require("Auth:ServiceClientId"), configuration.Require("Auth:ServiceClientSecret"), scope));
        return builder.Services.AddHttpClient(name, client => client.BaseAddress = new Uri(baseAddress))
            .AddHttpMessageHandler(provider => new BearerHandler(provider.GetRequiredKeyedService<ServiceToken>(name)));
    }

    private sealed class BearerHandler(ServiceToken token) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization =
                new AuthenticationHeaderValue("Bearer", await token.GetAsync(cancellationToken));
            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class ServiceToken(
        IHttpClientFactory clients, TimeProvider clock, string tokenUrl, string clientId, string clientSecret,
        string scope)
        : IDisposable
    {
        private const int MarginSeconds = 60;
        private readonly SemaphoreSlim _gate = new(1, 1);
        private string? _value;
        private DateTimeOffset _goodUntil;

        public async Task<string> GetAsync(CancellationToken cancellationToken)
        {
            await _gate.WaitAsync(cancellationToken);
            try
            {
                if (_value is null || clock.GetUtcNow() >= _goodUntil)
                    await FetchAsync(cancellationToken);
                return _value!;
            }
            finally
            {
                _gate.Release();
            }
        }

        public void Dispose() => _gate.Dispose();

        private async Task FetchAsync(CancellationToken cancellationToken)
        {
            using var client = clients.CreateClient(TokenClient);
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = clientId,
                ["client_secret"] = clientSecret,
                ["scope"] = scope,
            });
            using var response = await client.PostAsync(new Uri(tokenUrl), form, cancellationToken);
            response.EnsureSuccessStatusCode();
            var answer = await response.Content.ReadFromJsonAsync<TokenAnswer>(cancellationToken)
                ?? throw new HttpRequestException("The token endpoint answered without a token.");
            _value = answer.AccessToken;
            _goodUntil = clock.GetUtcNow().AddSeconds(Math.Max(0, answer.ExpiresIn - MarginSeconds));
        }

        private sealed record TokenAnswer(
            [property: JsonPropertyName("access_token")] string AccessToken,
            [property: JsonPropertyName("expires_in")] int ExpiresIn);
    }
}
