using System.Net;
using System.Net.Http.Json;
using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.Testing;
using Microsoft.Extensions.Time.Testing;

namespace FinCode.Compliance.Tests.Reactions;

/// <summary>A policy that cannot be read, or that wants younger lists than there are: transfers wait.</summary>
public sealed class PolicyFailClosedTests : IAsyncLifetime
{
    private readonly TenantId _tenant = TestTenant.New();
    private readonly ComplianceUnderTest _compliance =
        new() { Clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) };

    public async Task InitializeAsync()
    {
        await _compliance.InitializeAsync();
        await Eventually.TrueAsync(async () => await _compliance.CountAsync(
            "select coalesce(max(active_version), 0) from list_state") == 1, "the lists");
    }

    public Task DisposeAsync() => _compliance.DisposeAsync();

    [Fact]
    public async Task Lists_older_than_the_hours_of_the_policy_keep_the_transfers_of_that_tenant_waiting()
    {
        await _compliance.LivePolicyAsync(
            _tenant, new { listAges = new[] { new { list = "OFAC_SDN", maxAgeHours = 2 } } });
        foreach (var file in Directory.GetFiles(_compliance.ListsFolder))
            File.Move(file, file + ".away");
        _compliance.Clock!.Advance(TimeSpan.FromHours(3));

        var (waiting, _) = await _compliance.FundAsync(_tenant, People.AlsoInnocent, People.Innocent);
        await AskedForAsync(waiting);
        var party = _compliance.Transactions.Add(_tenant, People.AlsoInnocent);
        await _compliance.Service.PublishAsync(_tenant, new PartyRecorded(party, PartyRole.Sender, 1));
        // Whoever has no such line is screened meanwhile: the installation allows a day.
        var (other, _) = await _compliance.FundAsync(TestTenant.New(), People.AlsoInnocent, People.Innocent);
        (await _compliance.ScreenedAsync(other)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        var partner = _compliance.Service.ClientAs("partner", _tenant, Roles.Partner, Scopes.ScreeningsRun);
        (await partner.PostAsJsonAsync("/v1/screenings", new { name = "Samuel Okonjo" })).StatusCode
            .ShouldBe(HttpStatusCode.ServiceUnavailable);
        _compliance.Service.Events.All<ScreeningCompleted>(_tenant).ShouldBeEmpty();
        (await _compliance.CountAsync("select count(*) from screenings where tenant_id = $1", _tenant.Value))
            .ShouldBe(0);

        foreach (var file in Directory.GetFiles(_compliance.ListsFolder))
            File.Move(file, file[..^".away".Length]);
        _compliance.LookForLists();

        await ComesThroughAsync(waiting);
    }

    [Fact]
    public async Task A_policy_that_cannot_be_read_keeps_transfers_waiting_until_it_can()
    {
        await _compliance.LivePolicyAsync(_tenant, new { reviewThreshold = 90 });
        await RewriteAsync("content || '{\"thresholds\": [{\"threshold\": \"high\"}]}'");

        var (waiting, _) = await _compliance.FundAsync(_tenant, People.AlsoInnocent, People.Innocent);
        await AskedForAsync(waiting);
        await Eventually.TrueAsync(async () => await _compliance.CountAsync(
            "select count(*) from parked_messages where event_key = $1 and state <> 'DEAD'", waiting.ToString()) == 1,
            "the message that waits");
        _compliance.Service.Events.All<ScreeningCompleted>(_tenant).ShouldBeEmpty();
        var officer = _compliance.Officer(_tenant, "olga");
        (await officer.GetAsync("/v1/screening-policies")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await officer.PutPolicyAsync(new { reviewThreshold = 80 })).StatusCode
            .ShouldBe(HttpStatusCode.ServiceUnavailable);

        await RewriteAsync("content || '{\"thresholds\": []}'");

        await ComesThroughAsync(waiting);
    }

    private Task AskedForAsync(TransactionId id) => Eventually.TrueAsync(async () => await _compliance.CountAsync(
        "select count(*) from screening_requests where transaction_id = $1 and screening_id is null", id.Value) == 1,
        "the screening to be asked for");

    private Task ComesThroughAsync(TransactionId id) => Eventually.TrueAsync(() =>
    {
        _compliance.Clock!.Advance(TimeSpan.FromSeconds(5));
        return _compliance.Service.Events.All<ScreeningCompleted>(_tenant)
            .Any(done => done.TransactionId == id && done.Outcome == ScreeningOutcome.Clear);
    }, "the transfer that waited");

    private Task<int> RewriteAsync(string content) => _compliance.Service.ByHandAsync(
        ["policy_versions"], $"update policy_versions set content = {content}");
}
