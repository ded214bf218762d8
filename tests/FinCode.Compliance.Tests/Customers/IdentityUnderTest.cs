using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FinCode.Sandbox;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace FinCode.Compliance.Tests.Customers;

/// <summary>Compliance with the sandbox as its identity provider.</summary>
public sealed class IdentityUnderTest : IAsyncLifetime
{
    public const string CallbackSecret = "a-callback-secret-for-tests";
    private const string ApiKey = "an-api-key-for-tests";

    private WebApplication? _sandbox;

    public ComplianceUnderTest Compliance { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _sandbox = SandboxApp.Service.Build([], builder =>
        {
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Sandbox:ApiKey"] = ApiKey,
                ["Sandbox:CallbackSecret"] = CallbackSecret,
                ["Sandbox:MerchantSecret"] = "a-merchant-secret-for-tests",
                ["Sandbox:CallbackDelayMilliseconds"] = "20",
                ["Sandbox:SlowAnswerSeconds"] = "8",
            });
        });
        await _sandbox.StartAsync();
        var port = FreePort();
        Compliance = new ComplianceUnderTest { Port = port };
        Compliance.Settings["Identity:Provider"] = "sandbox";
        Compliance.Settings["Identity:BaseUrl"] = _sandbox.Urls.First();
        Compliance.Settings["Identity:ApiKey"] = ApiKey;
        Compliance.Settings["Identity:CallbackSecret"] = CallbackSecret;
        Compliance.Settings["Identity:PublicUrl"] = $"http://127.0.0.1:{port}";
        Compliance.Settings["Identity:TimeoutSeconds"] = "5";
        await Compliance.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await Compliance.DisposeAsync();
        await _sandbox!.DisposeAsync();
    }

    /// <summary>What the person does on the provider's page.</summary>
    internal static async Task FinishAsync(
        string url, string outcome, string? documentType = null, string? expiresOn = null)
    {
        using var person = new HttpClient();
        (await person.GetStringAsync(new Uri(url))).ShouldContain("Approved");
        var answer = await person.PostAsJsonAsync(new Uri(url), new { outcome, documentType, expiresOn });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>A callback as the provider would send it.</summary>
    internal async Task<HttpStatusCode> CallBackAsync(
        object body, string? secret = null, long off = 0, string provider = "sandbox")
    {
        var text = JsonSerializer.Serialize(body);
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + off;
        using var client = Compliance.Service.AnonymousClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/kyc/callbacks/{provider}")
        {
            Content = new StringContent(text, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Sandbox-Timestamp", $"{timestamp}");
        request.Headers.Add("X-Sandbox-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(secret ?? CallbackSecret), Encoding.UTF8.GetBytes($"{timestamp}.{text}"))));
        return (await client.SendAsync(request)).StatusCode;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
