using System.Collections.Concurrent;
using System.Text.Json;
using FinCode.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FinCode.Compliance.Tests;

/// <summary>
/// The transactions service as compliance sees it: parties by id and tenant, for tokens of services only.
/// </summary>
internal sealed class TransactionsStandIn : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Tenant, string Party), StandInParty> _parties = new();
    private readonly ConcurrentDictionary<string, bool> _away = new();
    private readonly ConcurrentDictionary<string, StandInTexts> _texts = new();
    private readonly ConcurrentDictionary<string, bool> _unreadable = new();
    private readonly ConcurrentDictionary<string, string> _raw = new();
    private readonly WebApplication _app;

    private TransactionsStandIn(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>Of each request for several parties: for how many.</summary>
    public ConcurrentQueue<int> Asked { get; } = new();

    public static async Task<TransactionsStandIn> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var standIn = new TransactionsStandIn(app);
        app.Run(standIn.AnswerAsync);
        await app.StartAsync();
        return standIn;
    }

    public PartyId Add(TenantId tenant, StandInParty party, PartyId? id = null)
    {
        var added = id ?? PartyId.New();
        _parties[(tenant.ToString(), added.ToString())] = party;
        return added;
    }

    public void Forget(TenantId tenant, PartyId id) => _parties.TryRemove((tenant.ToString(), id.ToString()), out _);

    public void Say(TransactionId transaction, StandInTexts texts) => _texts[transaction.ToString()] = texts;

    /// <summary>Of this party the service knows, and cannot answer.</summary>
    public void Break(PartyId id) => _unreadable[id.ToString()] = true;

    public void Mend(PartyId id) => _unreadable[id.ToString()] = false;

    /// <summary>Of this party the service says just that.</summary>
    public void AnswerWith(PartyId id, string json) => _raw[id.ToString()] = json;

    /// <summary>For this tenant the service answers 503 until it is back.</summary>
    public void GoAway(TenantId tenant) => _away[tenant.ToString()] = true;

    public void ComeBack(TenantId tenant) => _away[tenant.ToString()] = false;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var tenant = context.Request.Query["tenant"].ToString();
        var id = context.Request.Path.Value!.Split('/')[^1];
        if (!context.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.Ordinal))
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        else if (_away.GetValueOrDefault(tenant))
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        else if (context.Request.Path.StartsWithSegments("/internal/transactions"))
            await context.Response.WriteAsJsonAsync(
                _texts.GetValueOrDefault(context.Request.Path.Value.Split('/')[3], new StandInTexts()),
                ContractJson.Options);
        else if (context.Request.Path == "/internal/parties")
            await AnswerManyAsync(context, tenant, [.. context.Request.Query["id"].OfType<string>()]);
        else if (_unreadable.GetValueOrDefault(id))
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        else if (BodyOf(tenant, id, context.Request.Query.ContainsKey("transaction")) is { } body)
            await SendAsync(context, body);
        else
            context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private async Task AnswerManyAsync(HttpContext context, string tenant, string[] ids)
    {
        Asked.Enqueue(ids.Length);
        if (ids.Any(id => _unreadable.GetValueOrDefault(id)))
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        else
            await SendAsync(context, $"{{\"parties\":[{string.Join(
                ',', ids.Select(id => BodyOf(tenant, id, ofTransfer: false)).OfType<string>())}]}}");
    }

    private static Task SendAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    /// <summary>Null when nobody has that id.</summary>
    private string? BodyOf(string tenant, string id, bool ofTransfer)
    {
        if (_raw.TryGetValue(id, out var raw))
            return raw;
        return _parties.TryGetValue((tenant, id), out var party) ? JsonSerializer.Serialize(new
        {
            id,
            role = party.Role,
            version = party.Version,
            kind = party.Kind,
            fullName = party.Name,
            dateOfBirth = party.Born,
            country = party.Country,
            nationality = party.Nationality ?? party.Country,
            address = party.Address,
            bankCode = party.BankCode,
            swiftBic = party.SwiftBic,
            ibanCountry = party.IbanCountry,
            // A transfer's bank is its own; the profile's may be another.
            bankName = ofTransfer ? party.Bank : party.ProfileBank ?? party.Bank,
            gender = party.Gender,
            identifiers = party.Identifiers,
        }, ContractJson.Options) : null;
    }
}

internal sealed record StandInParty(
    string Name, string Born = "1990-01-01", string Country = "GB", string Kind = "PERSON", int Version = 1,
    string? Bank = null, string? Gender = null, object[]? Identifiers = null, string? Nationality = null,
    string Address = "1 Stand-in Street", string? BankCode = null, string? SwiftBic = null,
    string? IbanCountry = null, string? ProfileBank = null, string Role = "SENDER");

internal sealed record StandInTexts(string? Note = null, string? Relationship = null, string? PayerName = null);
