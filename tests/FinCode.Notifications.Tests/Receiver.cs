using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FinCode.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FinCode.Notifications.Tests;

/// <summary>A partner's server: every test has inboxes of its own on it.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Inbox> _inboxes = new();
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.MapPost("/{name}", receiver.ReceiveAsync);
        await app.StartAsync();
        return receiver;
    }

    public int Port => new Uri(_app.Urls.First()).Port;

    public Inbox NewInbox()
    {
        var name = Guid.NewGuid().ToString("N");
        return _inboxes[name] = new Inbox($"{_app.Urls.First()}/{name}");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(string name, HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        await _inboxes[name].AnswerAsync(http, body);
    }
}

public sealed record ReceivedMessage(string Id, string Timestamp, string Signature, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Type => Json.GetProperty("type").GetString()!;

    public long Sequence => Json.GetProperty("sequence").GetInt64();

    /// <summary>
    /// Written from the text of the Standard Webhooks specification: some signature of version v1 is the HMAC-SHA256,
    /// under the decoded
    /// secret, of "id.timestamp.body".
    /// </summary>
    public bool IsSignedWith(string secret)
    {
        secret.ShouldStartWith("whsec_");
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        using var hmac = new HMACSHA256(key);
        var expected = Convert.ToBase64String(
            hmac.ComputeHash(Encoding.UTF8.GetBytes(Id + "." + Timestamp + "." + Body)));
        return Signature.Split(' ').Contains("v1," + expected);
    }

    public DateTimeOffset At => DateTimeOffset.FromUnixTimeSeconds(long.Parse(Timestamp, CultureInfo.InvariantCulture));
}

/// <summary>One URL, how it answers, and what came to it.</summary>
public sealed class Inbox(string url)
{
    private readonly ConcurrentQueue<ReceivedMessage> _messages = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _failures;

    public string Url { get; } = url;

    public int FailureStatus { get; set; } = 500;

    public int Status { get; set; } = 204;

    public string ResponseBody { get; set; } = "";

    public string? RedirectTo { get; set; }

    public bool Holds { get; set; }

    public IReadOnlyList<ReceivedMessage> Messages => [.. _messages];

    public void FailNext(int times) => Interlocked.Exchange(ref _failures, times);

    /// <summary>Lets go everything that is held.</summary>
    public void Release() => _released.TrySetResult();

    public async Task<ReceivedMessage> FirstAsync(Func<ReceivedMessage, bool>? fits = null)
    {
        await Eventually.TrueAsync(() => _messages.Any(fits ?? (_ => true)), "a webhook");
        return _messages.First(fits ?? (_ => true));
    }

    public Task CountAsync(int count) => Eventually.TrueAsync(() => _messages.Count >= count, $"{count} webhooks");

    internal async Task AnswerAsync(HttpContext http, string body)
    {
        _messages.Enqueue(new ReceivedMessage(http.Request.Headers["webhook-id"].ToString(),
            http.Request.Headers["webhook-timestamp"].ToString(),
                http.Request.Headers["webhook-signature"].ToString(), body));
        if (Holds)
            await _released.Task.WaitAsync(http.RequestAborted);
        http.Response.StatusCode = Interlocked.Decrement(ref _failures) >= 0 ? FailureStatus : Status;
        if (RedirectTo is not null)
            http.Response.Headers.Location = RedirectTo;
        if (ResponseBody.Length > 0)
            await http.Response.WriteAsync(ResponseBody);
    }
}
