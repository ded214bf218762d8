using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Compliance.Jobs;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace FinCode.Compliance.Tests;

/// <summary>The service with the excerpt loaded and a transactions service to ask; a test class shares one.</summary>
public sealed class ComplianceUnderTest : IAsyncLifetime
{
    private TransactionsStandIn? _transactions;
    private ServiceUnderTest? _service;

    public ServiceUnderTest Service => _service!;

    internal TransactionsStandIn Transactions => _transactions!;

    public string ListsFolder { get; } = Excerpt.CopyTo(TestServers.NewFolder("lists"));

    /// <summary>Every line that the service logged, with the texts of exceptions.</summary>
    public ConcurrentQueue<string> Logged { get; } = new();

    /// <summary>Replaces the clock when set before the service starts.</summary>
    internal FakeTimeProvider? Clock { get; init; }

    internal Dictionary<string, string?> Settings { get; } = [];

    /// <summary>Where it listens, where somebody has to know before it starts.</summary>
    internal int? Port { get; init; }

    public async Task InitializeAsync()
    {
        _transactions = await TransactionsStandIn.StartAsync();
        Settings.TryAdd("Compliance:ListsFolder", ListsFolder);
        Settings["Compliance:MasterKey"] = Convert.ToBase64String(new byte[32]);
        Settings["services:transactions:http:0"] = _transactions.Url;
        _service = await ServiceUnderTest.StartAsync(ComplianceApp.Service, Settings, builder =>
        {
            builder.Logging.AddProvider(new LogCapture(Logged));
            builder.Logging.SetMinimumLevel(LogLevel.Debug);
            // Somebody may have switched it on; nothing of it may be seen.
            builder.Configuration["ConnectionStrings:compliance"] += ";Include Error Detail=true";
            if (Port is { } port)
                builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
            if (Clock is not null)
                builder.Services.AddSingleton<TimeProvider>(Clock);
        });
    }

    public async Task DisposeAsync()
    {
        await Service.DisposeAsync();
        await Transactions.DisposeAsync();
    }

    public HttpClient Officer(TenantId tenant, string name) => Service.ClientAs(name, tenant, Roles.Compliance);

    public void LookForLists() => Service.Services.GetRequiredService<JobSignal<ImportLists>>().Wake();

    /// <summary>A transfer whose money came; its two parties are known to the transactions service.</summary>
    internal async Task<(TransactionId Id, TransactionFacts Facts)> FundAsync(
        TenantId tenant, StandInParty sender, StandInParty beneficiary, Money? amount = null,
        StandInTexts? texts = null)
    {
        var facts = FactsOf(Transactions.Add(tenant, sender), Transactions.Add(tenant, beneficiary), amount);
        var id = TransactionId.New();
        if (texts is not null)
            Transactions.Say(id, texts);
        await Service.PublishAsync(tenant, new TransactionFunded(
            id, facts, facts.SendAmount, "psp:sandbox", PaidAfterEnd: false, ScreeningRound: 1));
        return (id, facts);
    }

    /// <summary>The answer to one round of a transfer.</summary>
    public Task<ScreeningCompleted> ScreenedAsync(TransactionId id, int round = 1) =>
        Service.Events.WaitForAsync<ScreeningCompleted>(
            done => done.TransactionId == id && done.ScreeningRound == round);

    /// <summary>A transfer from the listed Zarkhovan, and the case that it opened.</summary>
    internal async Task<(TransactionId Id, TransactionFacts Facts, CaseId Case)> HoldAsync(TenantId tenant)
    {
        var (id, facts) = await FundAsync(tenant, People.Listed, People.Innocent);
        var screened = await ScreenedAsync(id);
        return (id, facts, screened.CaseId.ShouldNotBeNull());
    }

    /// <summary>What screening says of another transfer of these parties.</summary>
    internal async Task<(TransactionId Id, ScreeningCompleted Answer)> ScreenAsync(
        TenantId tenant, TransactionFacts facts)
    {
        var id = TransactionId.New();
        await Service.PublishAsync(
            tenant, new TransactionFunded(id, facts, facts.SendAmount, "psp:sandbox", false, ScreeningRound: 1));
        return (id, await ScreenedAsync(id));
    }

    /// <summary>olga proposes to release a case, oscar approves.</summary>
    /// <param name="isSomebodyElse">All of its hits are.</param>
    internal async Task ReleaseAsync(TenantId tenant, CaseId id, bool isSomebodyElse = false)
    {
        using var olga = Officer(tenant, "olga");
        var suppress = isSomebodyElse ? await olga.HitsAsync(id) : [];
        (await olga.PostAsJsonAsync($"/v1/cases/{id}/proposals",
            new { decision = "RELEASE", reason = "As looked at.", suppress })).EnsureSuccessStatusCode();
        (await Officer(tenant, "oscar").ApproveAsync(id)).EnsureSuccessStatusCode();
    }

    public static TransactionFacts FactsOf(PartyId sender, PartyId beneficiary, Money? amount = null) => new(
        sender, beneficiary, amount ?? Money.Of(10_000, "GBP"), Money.Of(20_000_000, "NGN"), "GB", "NG",
        PayInMethod.Card, PayoutMethod.Bank, Purpose.FamilySupport);

    public async Task<long> CountAsync(string sql, params object[] arguments)
    {
        await using var command = Service.Owner.CreateCommand(sql);
        foreach (var argument in arguments)
            command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = argument });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private sealed class LogCapture(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}

internal static class People
{
    public static StandInParty Innocent { get; } = new("Amina Yusuf", "1988-05-04", "NG");

    public static StandInParty AlsoInnocent { get; } = new("Geraldine Winterbourne", "1979-11-30");

    public static StandInParty Listed { get; } = new("Temirbek Zarkhovan", "1964-10-07", "RU");

    public static StandInParty Namesake { get; } = new("Samuel Okonjo", "1991-03-02");
}

internal static class Answers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        await response.Content.ReadFromJsonAsync<JsonElement>();

    /// <summary>The stable code of a problem.</summary>
    public static async Task<string> CodeAsync(this HttpResponseMessage response)
    {
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        return (await response.JsonAsync()).GetProperty("code").GetString()!;
    }

    public static Task<HttpResponseMessage> ProposeAsync(
        this HttpClient officer, CaseId id, string decision, string reason = "As looked at.") =>
        officer.PostAsJsonAsync($"/v1/cases/{id}/proposals", new { decision, reason });

    /// <summary>The hits of a case, as a proposal names them.</summary>
    public static async Task<object[]> HitsAsync(this HttpClient officer, CaseId id)
    {
        var detail = await (await officer.GetAsync($"/v1/cases/{id}")).JsonAsync();
        return
        [
            .. from party in detail.GetProperty("evidence").GetProperty("parties").EnumerateArray()
               from hit in party.GetProperty("hits").EnumerateArray()
               select new
               {
                   partyId = party.GetProperty("partyId").GetString(),
                   name = party.GetProperty("name").GetString(),
                   list = hit.GetProperty("list").GetString(),
                   entryId = hit.GetProperty("entryId").GetString(),
               },
        ];
    }

    /// <summary>As who has just read it; who may not read says anything.</summary>
    public static async Task<HttpResponseMessage> ApproveAsync(this HttpClient officer, CaseId id, int? steps = null)
    {
        var read = await officer.GetAsync($"/v1/cases/{id}");
        steps ??= read.IsSuccessStatusCode ? (await read.JsonAsync()).GetProperty("steps").GetArrayLength() : 0;
        return await officer.PostAsJsonAsync($"/v1/cases/{id}/approvals", new { steps });
    }
}
