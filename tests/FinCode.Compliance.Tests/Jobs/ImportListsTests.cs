using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using FinCode.Contracts;
using FinCode.Testing;
using Microsoft.Extensions.Time.Testing;

namespace FinCode.Compliance.Tests.Jobs;

/// <summary>Each test has a service of its own, because lists are nobody's tenant's.</summary>
public sealed class ImportListsTests : IAsyncLifetime
{
    private const string NewEntry =
        "9000030,\"NEWLYLISTED, Barnabas\",\"individual\",\"DEMO\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n";

    private readonly TenantId _tenant = TestTenant.New();
    private readonly ComplianceUnderTest _compliance =
        new() { Clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) };

    public Task InitializeAsync() => _compliance.InitializeAsync();

    public Task DisposeAsync() => _compliance.DisposeAsync();

    [Fact]
    public async Task Changed_files_become_the_next_version_and_are_announced_by_the_platform()
    {
        await ActiveVersionAsync(1);
        var newcomer = new StandInParty("Barnabas Newlylisted");
        (await OutcomeAsync(newcomer)).ShouldBe(ScreeningOutcome.Clear);

        Change("sdn.csv", text => NewEntry + text);
        _compliance.LookForLists();

        await ActiveVersionAsync(2);
        await _compliance.Service.Events.WaitForAsync<ScreeningBasisChanged>(changed => changed.ListVersion == 2);
        _compliance.Service.Events.All<ScreeningBasisChanged>(Tenants.Platform).Count.ShouldBe(2);
        (await OutcomeAsync(newcomer)).ShouldBe(ScreeningOutcome.Review);
    }

    [Theory]
    [InlineData("sdn.csv", "damaged")]
    [InlineData("sdn.csv", "missing")]
    [InlineData("sdn.csv", "empty")]
    [InlineData("sdn.csv", "shrunk")]
    [InlineData("alt.csv", "shrunk")]
    [InlineData("alt.csv", "missing")]
    [InlineData("add.csv", "shrunk")]
    [InlineData("sdn_comments.csv", "empty")]
    public async Task Damaged_or_shrunk_files_are_refused_whole_and_the_last_good_ones_stay(string file, string damage)
    {
        await ActiveVersionAsync(1);
        Change("sdn.csv", text => NewEntry + text);
        if (damage == "missing")
            File.Delete(Path.Combine(_compliance.ListsFolder, file));
        else
            Change(file, text => damage switch
            {
                "damaged" => text[..(text.Length / 2)] + "\"",
                "shrunk" => string.Concat(text.Split("\r\n").SkipLast(4).Select(row => row + "\r\n")),
                _ => "",
            });
        _compliance.LookForLists();

        var platform = _compliance.Service.ClientAs("operator", null, Roles.Platform);
        await Eventually.HoldsAsync(async () =>
        {
            var lists = await (await platform.GetAsync("/v1/screening-lists")).JsonAsync();
            lists.GetProperty("lists")[0].GetProperty("refusedReason").GetString().ShouldStartWith(file);
            lists.GetProperty("activeVersion").GetInt64().ShouldBe(1);
        });
        (await OutcomeAsync(People.Listed)).ShouldBe(ScreeningOutcome.Review);
        (await OutcomeAsync(new StandInParty("Barnabas Newlylisted"))).ShouldBe(ScreeningOutcome.Clear);
    }

    [Fact]
    public async Task Lists_found_good_too_long_ago_clear_nobody_until_they_are_good_again()
    {
        await ActiveVersionAsync(1);
        File.Delete(Path.Combine(_compliance.ListsFolder, "sdn.csv"));
        _compliance.Clock!.Advance(TimeSpan.FromHours(24) + TimeSpan.FromMinutes(1));
        var (id, _) = await _compliance.FundAsync(_tenant, People.AlsoInnocent, People.Innocent);
        await AskedForAsync(id);

        var platform = _compliance.Service.ClientAs("operator", null, Roles.Platform);
        var lists = await (await platform.GetAsync("/v1/screening-lists")).JsonAsync();
        lists.GetProperty("isTooOld").GetBoolean().ShouldBeTrue();
        _compliance.Service.Events.All<ScreeningCompleted>(_tenant).ShouldBeEmpty();

        Excerpt.CopyTo(_compliance.ListsFolder);
        await BackInTimeAsync(id);
    }

    [Fact]
    public async Task A_second_replica_screens_with_the_version_that_the_first_decided()
    {
        await ActiveVersionAsync(1);
        var empty = TestServers.NewFolder("no-lists");
        await using var replica = await _compliance.Service.StartReplicaAsync(ComplianceApp.Service,
            new Dictionary<string, string?>(_compliance.Settings) { ["Compliance:ListsFolder"] = empty });

        Change("sdn.csv", text => NewEntry + text);
        _compliance.LookForLists();
        await ActiveVersionAsync(2);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(_ => OutcomeAsync(new StandInParty("Barnabas Newlylisted"))));
        outcomes.ShouldAllBe(outcome => outcome == ScreeningOutcome.Review);
        (await _compliance.CountAsync("select count(*) from list_versions")).ShouldBe(2);
    }

    [Fact]
    public async Task Lists_are_swapped_under_load_without_a_transfer_left_behind_or_an_old_answer_under_a_new_version()
    {
        await ActiveVersionAsync(1);
        var newcomer = new StandInParty("Barnabas Newlylisted");
        var asked = new List<TransactionId>();
        for (var i = 0; i < 60; i++)
        {
            asked.Add((await _compliance.FundAsync(_tenant, newcomer, People.Innocent)).Id);
            if (i % 20 != 10)
                continue;
            var row = i;
            Change("sdn.csv", text => (row == 10 ? NewEntry : "") + text + "90001" + row
                + ",\"FILLER, Row\",-0- ,\"DEMO\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n");
            _compliance.LookForLists();
        }

        var answers = await Task.WhenAll(asked.Select(id => _compliance.ScreenedAsync(id)));

        answers.ShouldAllBe(one => (one.ListVersion > 1) == (one.Outcome == ScreeningOutcome.Review));
        _compliance.Logged.ShouldNotContain(line => line.StartsWith("Critical", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_request_fails_or_mixes_two_versions_while_lists_are_swapped()
    {
        const int swaps = 4;
        await ActiveVersionAsync(1);
        var clients = Enumerable.Range(0, 4)
            .Select(_ => new ConcurrentQueue<(HttpStatusCode Status, long ListVersion, bool IsAlert)>()).ToArray();
        var asking = clients.Select(AskAsync).ToArray();
        for (var i = 1; i <= swaps; i++)
        {
            await SeenByAllAsync(i);
            var row = $"90002{i},\"FILLER, Row\",-0- ,\"DEMO\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n";
            Change("sdn.csv", text => (i == 1 ? NewEntry : "") + text + row);
            _compliance.LookForLists();
        }
        await SeenByAllAsync(swaps + 1);
        await Task.WhenAll(asking);

        foreach (var answers in clients)
        {
            answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
            answers.ShouldAllBe(answer => answer.IsAlert == (answer.ListVersion > 1));
            answers.Select(answer => answer.ListVersion).ShouldBeInOrder();
        }

        async Task AskAsync(ConcurrentQueue<(HttpStatusCode, long, bool)> answers)
        {
            using var client = _compliance.Service.Client(_tenant, Scopes.ScreeningsRun);
            for (var version = 0L; version <= swaps;)
            {
                using var response = await client.PostAsJsonAsync(
                    "/v1/screenings", new { name = "Barnabas Newlylisted" });
                var answer = await response.JsonAsync();
                version = response.IsSuccessStatusCode ? answer.GetProperty("listVersion").GetInt64() : long.MaxValue;
                var isAlert = response.IsSuccessStatusCode && answer.GetProperty("alert").GetBoolean();
                answers.Enqueue((response.StatusCode, version, isAlert));
            }
        }

        Task SeenByAllAsync(long version) => Eventually.TrueAsync(
            () => clients.All(answers => answers.Any(answer => answer.ListVersion >= version)),
            $"everybody to be answered with version {version}");
    }

    private void Change(string file, Func<string, string> change)
    {
        var path = Path.Combine(_compliance.ListsFolder, file);
        var text = Encoding.ASCII.GetString(File.ReadAllBytes(path)).TrimEnd('\u001a');
        var next = path + ".next";
        File.WriteAllText(next, change(text));
        File.Move(next, path, overwrite: true);
    }

    private async Task<ScreeningOutcome> OutcomeAsync(StandInParty sender)
    {
        var (id, _) = await _compliance.FundAsync(_tenant, sender, People.Innocent);
        return (await _compliance.ScreenedAsync(id)).Outcome;
    }

    private Task ActiveVersionAsync(long version) => Eventually.TrueAsync(
        async () => await _compliance.CountAsync("select coalesce(max(active_version), 0) from list_state") == version,
        $"list version {version}");

    private Task AskedForAsync(TransactionId id) => Eventually.TrueAsync(
        async () => await _compliance.CountAsync(
            "select count(*) from screening_requests where transaction_id = $1 and screening_id is null",
            id.Value) == 1,
        "the screening to be asked for");

    /// <summary>The files are whole again: the job sees it, and what waited is answered as time goes on.</summary>
    private async Task BackInTimeAsync(TransactionId id)
    {
        _compliance.LookForLists();
        await Eventually.TrueAsync(() =>
        {
            _compliance.Clock!.Advance(TimeSpan.FromSeconds(5));
            return _compliance.Service.Events.All<ScreeningCompleted>(_tenant).Any(done => done.TransactionId == id);
        }, "the transfer that waited");
    }
}
