using System.Net.Http.Headers;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FinCode.Gateway.Tests;

/// <summary>What a destination got of a request.</summary>
public sealed record Seen(
    string Service, string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>
/// A small server in a service's place: it answers with what it got, as JSON; below <c>/slow</c> it does not answer,
/// below
/// <c>/empty404</c> it answers an empty 404, below <c>/named</c> it says what it runs on.
/// </summary>
internal sealed class Destination : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Destination(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public static async Task<Destination> StartAsync(string service)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(context => AnswerAsync(service, context));
        await app.StartAsync();
        return new Destination(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task AnswerAsync(string service, HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value!;
        if (path.Contains("/slow", StringComparison.Ordinal))
            await Task.Delay(Timeout.Infinite, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (path.Contains("/empty404", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 404;
            return;
        }
        if (path.Contains("/named", StringComparison.Ordinal))
        {
            context.Response.Headers.Server = "Secret/1.0";
            context.Response.Headers.XPoweredBy = "Something";
        }
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        var headers = request.Headers.ToDictionary(
            header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(
            JsonSerializer.Serialize(new Seen(service, request.Method, path + request.QueryString, headers, body)));
    }
}

/// <summary>The gateway with stand-ins for all services.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    private static readonly Lazy<Task<GatewayUnderTest>> One = new(() => StartAsync());
    private readonly IReadOnlyList<Destination> _destinations;

    private GatewayUnderTest(ServiceUnderTest service, IReadOnlyList<Destination> destinations)
    {
        Service = service;
        _destinations = destinations;
        Anonymous = service.AnonymousClient();
        Caller = service.Client(TestTenant.New(), Roles.Manager);
    }

    public ServiceUnderTest Service { get; }

    public HttpClient Anonymous { get; }

    /// <summary>Somebody with a valid token.</summary>
    public HttpClient Caller { get; }

    public static Task<GatewayUnderTest> SharedAsync() => One.Value;

    public static async Task<GatewayUnderTest> StartAsync(params (string Key, string? Value)[] more)
    {
        var destinations = new List<Destination>();
        var settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:redis"] = await TestServers.RedisConnectionStringAsync(),
        };
        foreach (var noun in Routes.All.Select(route => route.Service).Distinct())
        {
            destinations.Add(await Destination.StartAsync(noun));
            settings[$"services:{noun}:http:0"] = destinations[^1].Address;
        }
        foreach (var limit in (string[])["Clients", "Anonymous", "Credentials", "Callbacks"])
            settings[$"RateLimits:{limit}:Burst"] = "100000";
        foreach (var (key, value) in more)
            settings[key] = value;
        return new GatewayUnderTest(await ServiceUnderTest.StartAsync(GatewayApp.Service, settings), destinations);
    }

    public HttpClient ClientWith(string token)
    {
        var client = Service.AnonymousClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async Task<Seen> SeenAsync(HttpRequestMessage request, HttpClient? client = null)
    {
        using var response = await (client ?? Caller).SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, text);
        return JsonSerializer.Deserialize<Seen>(text)!;
    }

    public static async Task<string> CodeOf(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        return JsonDocument.Parse(text).RootElement.GetProperty("code").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        foreach (var destination in _destinations)
            await destination.DisposeAsync();
    }
}
