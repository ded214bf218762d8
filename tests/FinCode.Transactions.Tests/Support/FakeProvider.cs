using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FinCode.Transactions.Tests.Support;

public enum Outcome
{
    Accept,
    Complete,

    /// <summary>422 with a failure that will not go away.</summary>
    RefuseForGood,

    /// <summary>503 that says it is definite and may be tried again.</summary>
    Down,

    /// <summary>500 although the instruction was taken; an enquiry says COMPLETED.</summary>
    ErrorButTaken,

    /// <summary>500 and nothing was taken; an enquiry says 404.</summary>
    ErrorAndLost,

    /// <summary>No answer before the caller gives up; an enquiry says COMPLETED.</summary>
    SilentButTaken,

    /// <summary>500 to the instruction and to every enquiry.</summary>
    Broken,
}

public sealed record Sent(string Path, string Reference, string Key, string Idempotency, string ApiKey,
    JsonElement Body);

/// <summary>
/// The outside world: one HTTP server that is a bank, an operator, a cash network and a pay-in provider, and compliance
/// where that is asked about parties. What it does
/// is scripted by
/// account number, phone or payment id; one step per request, the last one for ever.
/// </summary>
public sealed class FakeProvider : IAsyncDisposable
{
    public const string ApiKey = "key-of-the-platform";

    private readonly ConcurrentDictionary<string, ConcurrentQueue<Outcome>> _scripts = new();
    private readonly ConcurrentDictionary<string, string> _statuses = new();
    private readonly ConcurrentDictionary<string, bool> _broken = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _names = new();
    private readonly ConcurrentQueue<string> _enquired = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _recallScripts = new();
    private readonly ConcurrentQueue<string> _recalled = new();
    private readonly ConcurrentDictionary<PartyId, bool> _held = new();
    private readonly ConcurrentQueue<Sent> _sent = new();
    private readonly WebApplication _app;

    private FakeProvider(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    public static async Task<FakeProvider> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var provider = new FakeProvider(builder.Build());
        provider._app.Run(provider.AnswerAsync);
        await provider._app.StartAsync();
        return provider;
    }

    public void Script(string key, params Outcome[] outcomes) => _scripts[key] = new(outcomes);

    /// <summary>What it says of names, by account or phone; "" is no answer. Otherwise MATCH.</summary>
    public void ScriptName(string key, params string[] answers) => _names[key] = new(answers);

    public int NameEnquiriesFor(string key) => _enquired.Count(asked => asked == key);

    /// <summary>What compliance says of a party: a case holds it or not; null: it does not answer.</summary>
    public void Hold(PartyId party, bool? isHeld) => _ = isHeld switch
    {
        true => _held[party] = true,
        null => _held[party] = false,
        _ => _held.TryRemove(party, out _),
    };

    /// <summary>
    /// What it says to a cancel of this reference, one a request and the last one for ever: a status, "500" (nothing
    /// was done), "LOST" (taken back, and answered 500). Otherwise it takes it back.
    /// </summary>
    public void ScriptRecall(string reference, params string[] answers) => _recallScripts[reference] = new(answers);

    public int RecallsOf(string reference) => _recalled.Count(one => one == reference);

    public void SetStatus(string reference, string status) => _statuses[reference] = status;

    public IReadOnlyList<Sent> SentFor(string key) => [.. _sent.Where(sent => sent.Key == key)];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext http) =>
        http.Request.Method == "GET" ? EnquiryAsync(http)
        : http.Request.Path == "/internal/holds" ? HoldsAsync(http)
        : http.Request.Path.Value!.EndsWith("/name-enquiries", StringComparison.Ordinal) ? NameEnquiryAsync(http)
        : http.Request.Path.Value!.EndsWith("/cancel", StringComparison.Ordinal) ? RecallAsync(http)
        : InstructionAsync(http);

    private Task RecallAsync(HttpContext http)
    {
        var reference = http.Request.Path.Value!.Split('/')[^2];
        _recalled.Enqueue(reference);
        var says = "REJECTED";
        if (_recallScripts.TryGetValue(reference, out var script) && script.TryPeek(out says!) && script.Count > 1)
            script.TryDequeue(out says!);
        if (says is "REJECTED" or "LOST")
            _statuses[reference] = "REJECTED";
        if (says is "LOST" or "500")
            http.Response.StatusCode = 500;
        return says is "LOST" or "500" ? Task.CompletedTask : http.Response.WriteAsJsonAsync(Reply(reference, says));
    }

    private async Task HoldsAsync(HttpContext http)
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body);
        var said = body.GetProperty("parties").EnumerateArray()
            .Select(party => PartyId.Parse(party.GetString()!)).Where(_held.ContainsKey)
            .Select(party => _held.GetValueOrDefault(party)).ToList();
        if (said.Contains(false))
            http.Response.StatusCode = 503;
        else
            await http.Response.WriteAsJsonAsync(new { isHeld = said.Count > 0 });
    }

    private async Task NameEnquiryAsync(HttpContext http)
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body);
        var key = (body.TryGetProperty("accountNumber", out var account) ? account : body.GetProperty("phone"))
            .GetString()!;
        var match = "MATCH";
        if (_names.TryGetValue(key, out var answers) && answers.TryPeek(out match!) && answers.Count > 1)
            answers.TryDequeue(out match!);
        _enquired.Enqueue(key);
        if (match.Length == 0)
            http.Response.StatusCode = 500;
        else
            await http.Response.WriteAsJsonAsync(new { match });
    }

    private Task EnquiryAsync(HttpContext http)
    {
        var reference = http.Request.Path.Value!.Split('/')[^1];
        if (_broken.ContainsKey(reference))
            http.Response.StatusCode = 500;
        else if (_statuses.TryGetValue(reference, out var status))
            return http.Response.WriteAsJsonAsync(Reply(reference, status));
        else
            http.Response.StatusCode = 404;
        return Task.CompletedTask;
    }

    private async Task InstructionAsync(HttpContext http)
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body);
        var reference = body.GetProperty("reference").GetString()!;
        var key = KeyOf(body);
        _sent.Enqueue(new Sent(http.Request.Path.Value!, reference, key,
            http.Request.Headers["Idempotency-Key"].ToString(),
            http.Request.Headers["X-Api-Key"].ToString(), body));
        switch (Next(key))
        {
            case Outcome.Accept:
                _statuses[reference] = "ACCEPTED";
                await http.Response.WriteAsJsonAsync(Reply(reference, "ACCEPTED"));
                break;
            case Outcome.Complete:
                _statuses[reference] = "COMPLETED";
                await http.Response.WriteAsJsonAsync(Reply(reference, "COMPLETED"));
                break;
            case Outcome.RefuseForGood:
                http.Response.StatusCode = 422;
                await http.Response.WriteAsJsonAsync(
                    new { reference, status = "REJECTED", failure =
                        new { code = "ACCOUNT_CLOSED", retryable = false } });
                break;
            case Outcome.Down:
                http.Response.StatusCode = 503;
                await http.Response.WriteAsJsonAsync(
                    new { definite = true, failure = new { code = "PROVIDER_DOWN", retryable = true } });
                break;
            case Outcome.ErrorButTaken:
                _statuses[reference] = "COMPLETED";
                http.Response.StatusCode = 500;
                break;
            case Outcome.ErrorAndLost:
                http.Response.StatusCode = 500;
                break;
            case Outcome.Broken:
                _broken[reference] = true;
                http.Response.StatusCode = 500;
                break;
            case Outcome.SilentButTaken:
                _statuses[reference] = "COMPLETED";
                await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
        }
    }

    private Outcome Next(string key)
    {
        if (!_scripts.TryGetValue(key, out var script) || !script.TryPeek(out var outcome))
            return Outcome.Accept;
        if (script.Count > 1)
            script.TryDequeue(out outcome);
        return outcome;
    }

    private static object Reply(string reference, string status) => status == "REJECTED"
        ? new { reference, providerId = $"prv-{reference[^8..]}", status,
            failure = new { code = "NAME_MISMATCH", retryable = false } }
        : new { reference, providerId = $"prv-{reference[^8..]}", status };

    private static string KeyOf(JsonElement body)
    {
        if (body.TryGetProperty("paymentReference", out var payment))
            return payment.GetString()!;
        var beneficiary = body.GetProperty("beneficiary");
        return (beneficiary.TryGetProperty("accountNumber", out var account)
            ? account
            : beneficiary.GetProperty("phone")).GetString()!;
    }
}
