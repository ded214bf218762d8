using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using FinCode.Compliance.Jobs;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Tests.Lists;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace FinCode.Compliance.Tests.Jobs;

/// <summary>Two lists from folders; of one the files are lost.</summary>
public sealed class ListAgeTests : IAsyncLifetime
{
    private readonly TenantId _tenant = TestTenant.New();
    private readonly string _unFolder = TestServers.NewFolder("un");
    private readonly ComplianceUnderTest _compliance =
        new() { Clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) };

    public async Task InitializeAsync()
    {
        File.WriteAllText(Path.Combine(_unFolder, "un.xml"), Samples.Un);
        _compliance.Settings["Compliance:Lists:0:Format"] = "OFAC_SDN";
        _compliance.Settings["Compliance:Lists:1:Format"] = "UN_XML";
        _compliance.Settings["Compliance:Lists:1:Folder"] = _unFolder;
        _compliance.Settings["Compliance:Lists:1:MaxFileAgeHours"] = "30";
        await _compliance.InitializeAsync();
        await HealthAsync("Healthy");
    }

    public Task DisposeAsync() => _compliance.DisposeAsync();

    [Fact]
    public async Task A_list_that_grows_old_is_alarmed_once_and_when_it_is_too_old_transfers_wait()
    {
        File.Delete(Path.Combine(_unFolder, "un.xml"));
        await AdvanceAsync(TimeSpan.FromHours(11));
        _compliance.Logged.ShouldNotContain(line => line.Contains("was last found good", StringComparison.Ordinal));
        (await OutcomeAsync()).ShouldBe(ScreeningOutcome.Clear);

        await AdvanceAsync(TimeSpan.FromHours(2));
        await HealthAsync("Degraded");
        await AdvanceAsync(TimeSpan.FromHours(1));
        Alarms().ShouldHaveSingleItem().ShouldContain("The list UN_CONSOLIDATED was last found good 13 hours ago");
        AgeGauge()["UN_CONSOLIDATED"].ShouldBeGreaterThanOrEqualTo(14 * 3_600);
        AgeGauge()["OFAC_SDN"].ShouldBeLessThan(3_600);
        (await OutcomeAsync()).ShouldBe(ScreeningOutcome.Clear);

        await AdvanceAsync(TimeSpan.FromHours(10) + TimeSpan.FromMinutes(5));
        var (id, _) = await _compliance.FundAsync(_tenant, People.AlsoInnocent, People.Innocent);
        await Eventually.TrueAsync(async () => await _compliance.CountAsync(
            "select count(*) from screening_requests where transaction_id = $1 and screening_id is null",
            id.Value) == 1, "the screening to be asked for");
        _compliance.Service.Events.All<ScreeningCompleted>(_tenant).ShouldNotContain(done => done.TransactionId == id);

        File.WriteAllText(Path.Combine(_unFolder, "un.xml"), Samples.Un);
        _compliance.LookForLists();
        await Eventually.TrueAsync(() =>
        {
            _compliance.Clock!.Advance(TimeSpan.FromSeconds(5));
            return _compliance.Service.Events.All<ScreeningCompleted>(_tenant).Any(done => done.TransactionId == id);
        }, "the transfer that waited");
        await HealthAsync("Healthy");
        Alarms().Count.ShouldBe(1);
    }

    [Fact]
    public async Task So_does_each_list_that_is_only_recognised_in_the_folder()
    {
        var recognised = new ComplianceUnderTest { Clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) };
        recognised.Settings["Compliance:MaxFileAgeHours"] = "30";
        await recognised.InitializeAsync();
        try
        {
            recognised.Clock.Advance(TimeSpan.FromHours(31));
            recognised.LookForLists();
            await Eventually.TrueAsync(async () => await recognised.CountAsync("select count(*) from list_standings "
                + "where list = 'OFAC_SDN' and refused_reason like '%MaxFileAgeHours%'") == 1, "it to be refused");
        }
        finally
        {
            await recognised.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_folder_that_nobody_fills_any_more_lets_its_list_grow_old()
    {
        await AdvanceAsync(TimeSpan.FromHours(29));
        await HealthAsync("Healthy");

        await AdvanceAsync(TimeSpan.FromHours(20));
        await HealthAsync("Degraded");
        Alarms().ShouldHaveSingleItem().ShouldContain("The list UN_CONSOLIDATED was last found good 20 hours ago");
        (await _compliance.CountAsync("select count(*) from list_standings where list = 'UN_CONSOLIDATED' "
            + "and refused_reason like '%MaxFileAgeHours%'")).ShouldBe(1);

        File.SetLastWriteTimeUtc(Path.Combine(_unFolder, "un.xml"), _compliance.Clock!.GetUtcNow().UtcDateTime);
        _compliance.LookForLists();
        await HealthAsync("Healthy");
    }

    [Fact]
    public async Task A_required_list_that_was_never_there_keeps_transfers_waiting_and_one_that_is_not_does_not()
    {
        var standings = new List<Storage.ListStanding>
        {
            new("OFAC_SDN", 1, _compliance.Clock!.GetUtcNow(), null, null, null),
        };
        var options = _compliance.Service.Services.GetRequiredService<ComplianceOptions>();

        ListAges.WhyNotUsable(options, standings, _compliance.Clock.GetUtcNow())
            .ShouldNotBeNull().ShouldContain("UN_CONSOLIDATED");
        var optional = options with
        {
            Lists = [.. options.Lists.Select(list => list with { IsRequired = list.Name == "OFAC_SDN" })],
        };
        ListAges.WhyNotUsable(optional, standings, _compliance.Clock.GetUtcNow()).ShouldBeNull();
        // Nothing to screen with is never enough, whatever is required.
        ListAges.WhyNotUsable(optional with { Lists = [] }, [], _compliance.Clock.GetUtcNow()).ShouldNotBeNull();
        await HealthAsync("Healthy");
    }

    [Fact]
    public async Task A_list_that_is_configured_no_more_is_screened_with_no_more()
    {
        await StopAsync();
        await using var replica = await _compliance.Service.StartReplicaAsync(ComplianceApp.Service, WithoutUn());

        await Eventually.TrueAsync(async () => await _compliance.CountAsync("select count(*) from list_versions "
            + "where editions = '{\"OFAC_SDN\": 1}'") == 1, "a version without the list");
    }

    [Fact]
    public async Task A_replica_with_other_lists_than_one_that_runs_longer_says_so_and_does_not_go_on()
    {
        await using var replica = await _compliance.Service.StartReplicaAsync(ComplianceApp.Service, WithoutUn());

        await Eventually.HoldsAsync(async () =>
        {
            using var anyone = replica.AnonymousClient();
            var lists = (await (await anyone.GetAsync("/health")).JsonAsync())
                .GetProperty("checks").GetProperty("lists").GetRawText();
            lists.ShouldContain("Degraded");
        });
        using var partner = replica.ClientAs("partner", _tenant, Roles.Partner, Scopes.ScreeningsRun);
        var refused = await partner.PostAsJsonAsync("/v1/screenings", new { name = "Samuel Okonjo" });
        refused.StatusCode.ShouldBe(System.Net.HttpStatusCode.ServiceUnavailable);
        (await _compliance.CountAsync("select count(*) from list_versions where owner is null")).ShouldBe(1);
        await HealthAsync("Healthy");

        await StopAsync();
        replica.Services.GetRequiredService<JobSignal<ImportLists>>().Wake();

        await Eventually.TrueAsync(async () => await _compliance.CountAsync("select count(*) from list_versions "
            + "where editions = '{\"OFAC_SDN\": 1}'") == 1, "the one that is left to go on");
        (await partner.PostAsJsonAsync("/v1/screenings", new { name = "Samuel Okonjo" })).EnsureSuccessStatusCode();
    }

    private Dictionary<string, string?> WithoutUn() => _compliance.Settings
        .Where(setting => !setting.Key.StartsWith("Compliance:Lists:1:", StringComparison.Ordinal)).ToDictionary();

    /// <summary>The replica that ran first goes; its database and broker stay.</summary>
    private Task StopAsync() => _compliance.Service.App.StopAsync();

    private async Task AdvanceAsync(TimeSpan time)
    {
        _compliance.Clock!.Advance(time);
        _compliance.LookForLists();
        // The look has been made when the list that is there was found good at this time.
        var now = _compliance.Clock.GetUtcNow();
        await Eventually.TrueAsync(async () => await _compliance.CountAsync(
            "select count(*) from list_standings where list = 'OFAC_SDN' and checked_at >= $1", now) == 1, "a look");
    }

    private async Task<ScreeningOutcome> OutcomeAsync()
    {
        var (id, _) = await _compliance.FundAsync(_tenant, People.AlsoInnocent, People.Innocent);
        return (await _compliance.ScreenedAsync(id)).Outcome;
    }

    private List<string> Alarms() =>
        [.. _compliance.Logged.Where(line => line.Contains("was last found good", StringComparison.Ordinal))];

    private Task HealthAsync(string status) => Eventually.HoldsAsync(async () =>
    {
        using var anyone = _compliance.Service.AnonymousClient();
        var health = await (await anyone.GetAsync("/health")).JsonAsync();
        health.GetProperty("checks").GetProperty("lists").GetProperty("status").GetString().ShouldBe(status);
    });

    private Dictionary<string, long> AgeGauge()
    {
        var ages = new Dictionary<string, long>();
        var meters = _compliance.Service.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Name == "fincode.compliance.list.age" && ReferenceEquals(instrument.Meter.Scope, meters))
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>(
            (_, age, tags, _) => ages[(string)tags[0].Value!] = age);
        listener.Start();
        listener.RecordObservableInstruments();
        return ages;
    }
}
