using System.Text.Json;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Tests.Lists;
using FinCode.Contracts;
using FinCode.Testing;
using Microsoft.Extensions.Time.Testing;

namespace FinCode.Compliance.Tests.Jobs;

/// <summary>Lists from a publisher's server: one in a single file, and one in five.</summary>
public sealed class ListDownloadTests : IAsyncLifetime
{
    private const string UnPath = "/un.xml";

    private static readonly DateTimeOffset Modified = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly ComplianceUnderTest _compliance =
        new() { Clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) };

    private PublisherStandIn? _publisher;

    private PublisherStandIn Publisher => _publisher!;

    public async Task InitializeAsync()
    {
        _publisher = await PublisherStandIn.StartAsync();
        Publisher.Put(UnPath, Samples.Un, etag: "\"un-1\"", Modified);
        var parts = ListFormat.Find("UK_DEVELOPMENT")!.Parts;
        foreach (var part in parts)
            Publisher.Put($"/{part}", Text(part), modified: Modified);
        Set("0:Format", "UN_XML");
        Set("0:Urls:0", Publisher.Url + UnPath);
        Set("1:Format", "UK_DEVELOPMENT");
        for (var i = 0; i < parts.Count; i++)
            Set($"1:Urls:{i}", $"{Publisher.Url}/{parts[i]}");
        await _compliance.InitializeAsync();
        await EditionsAsync(un: 1, uk: 1);
    }

    public async Task DisposeAsync()
    {
        await _compliance.DisposeAsync();
        await Publisher.DisposeAsync();
    }

    [Fact]
    public async Task A_file_is_fetched_again_only_when_it_changed_and_its_age_moves_all_the_same()
    {
        var before = (await ListsAsync())["UN_CONSOLIDATED"].GetProperty("checkedAt").GetDateTimeOffset();
        Publisher.Asked.Clear();
        await NextLookAsync(requests: 6);

        Publisher.Asked.ShouldAllBe(one => one.EndsWith(" 304", StringComparison.Ordinal));
        await Eventually.HoldsAsync(async () =>
        {
            var lists = await ListsAsync();
            lists["UN_CONSOLIDATED"].GetProperty("checkedAt").GetDateTimeOffset().ShouldBeGreaterThan(before);
            lists["UN_CONSOLIDATED"].GetProperty("edition").GetInt64().ShouldBe(1);
            lists["UK_SANCTIONS"].GetProperty("checkedAt").GetDateTimeOffset().ShouldBeGreaterThan(before);
        });
        (await _compliance.CountAsync("select count(*) from list_versions")).ShouldBe(1);
    }

    [Fact]
    public async Task One_changed_file_of_several_makes_an_edition_with_the_others_as_they_were()
    {
        Publisher.Put("/subject_names.csv", Text("subject_names.csv") + "5,DMO0001,alias,,x,NEWNAME,,,,,\n",
            modified: Modified.AddDays(1));
        Publisher.Asked.Clear();
        await NextLookAsync(requests: 6);
        await EditionsAsync(un: 1, uk: 2);

        Publisher.Asked.Count(one => one.EndsWith(" 304", StringComparison.Ordinal)).ShouldBe(5);
        var uk = (await ListsAsync())["UK_SANCTIONS"];
        (uk.GetProperty("added").GetInt32(), uk.GetProperty("changed").GetInt32(), uk.GetProperty("removed").GetInt32())
            .ShouldBe((0, 1, 0));
        (await _compliance.CountAsync("select count(*) from list_entry_changes where list = 'UK_SANCTIONS' "
            + "and edition = 2 and entry_id = 'DMO0001' and change = 'CHANGED'")).ShouldBe(1);
        (await _compliance.CountAsync("select count(*) from list_versions where version = 2 "
            + "and editions = '{\"UN_CONSOLIDATED\": 1, \"UK_SANCTIONS\": 2}'")).ShouldBe(1);
        await NextLookAsync(requests: 6);
        Publisher.Asked.Skip(6).ShouldAllBe(one => one.EndsWith(" 304", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Misbehaviour.Error, "503")]
    [InlineData(Misbehaviour.CutsOff, "downloaded")]
    [InlineData(Misbehaviour.SaysThatItCompresses, "downloaded")]
    [InlineData(Misbehaviour.RedirectsForEver, "302")]
    internal async Task A_server_that_fails_is_refused_and_the_other_list_moves_on(Misbehaviour how, string reason)
    {
        Publisher.Put(UnPath, Samples.Un + "\n", etag: "\"un-2\"", Modified);
        Publisher.Misbehave(UnPath, how);
        Publisher.Put("/subject_dobs.csv", Text("subject_dobs.csv") + "2,DMO0001,1970,,,x,\n");
        await NextLookAsync();
        await EditionsAsync(un: 1, uk: 2);

        await Eventually.HoldsAsync(async () => (await ListsAsync())["UN_CONSOLIDATED"].GetProperty("refusedReason")
            .GetString().ShouldNotBeNull().ShouldContain(reason));
        // After a failure it is asked again long before the hour is over.
        Publisher.Misbehave(UnPath, Misbehaviour.None);
        _compliance.Clock!.Advance(TimeSpan.FromMinutes(6));
        _compliance.LookForLists();
        await EditionsAsync(un: 2, uk: 2);
        (await ListsAsync())["UN_CONSOLIDATED"].TryGetProperty("refusedReason", out var none).ShouldBeFalse(
            $"{none}");
    }

    [Theory]
    [InlineData(Misbehaviour.Redirects)]
    [InlineData(Misbehaviour.Compresses)]
    internal async Task Redirects_and_compression_are_followed(Misbehaviour how)
    {
        Publisher.Put(UnPath, Samples.Un + "\n", etag: "\"un-2\"", Modified);
        Publisher.Misbehave(UnPath, how);
        await NextLookAsync();

        await EditionsAsync(un: 2, uk: 1);
    }

    [Fact]
    public async Task What_grows_beyond_the_limit_while_it_is_decompressed_is_refused()
    {
        Publisher.Put(UnPath, Samples.Un + new string(' ', 65 * 1024 * 1024), etag: "\"un-2\"");
        Publisher.Misbehave(UnPath, Misbehaviour.Compresses);
        await NextLookAsync();

        await Eventually.HoldsAsync(async () => (await ListsAsync())["UN_CONSOLIDATED"].GetProperty("refusedReason")
            .GetString().ShouldNotBeNull().ShouldContain("larger than"));
    }

    [Fact]
    public async Task A_server_that_stalls_is_given_up_after_the_time_allowed()
    {
        Publisher.Put(UnPath, Samples.Un + "\n", etag: "\"un-2\"", Modified);
        Publisher.Misbehave(UnPath, Misbehaviour.Stalls);
        _compliance.Clock!.Advance(TimeSpan.FromHours(1));
        _compliance.LookForLists();

        await Eventually.HoldsAsync(async () =>
        {
            _compliance.Clock!.Advance(TimeSpan.FromSeconds(30));
            (await ListsAsync())["UN_CONSOLIDATED"].GetProperty("refusedReason").GetString()
                .ShouldNotBeNull().ShouldContain("downloaded");
        });
    }

    [Fact]
    public async Task Of_two_replicas_one_asks_the_server_and_both_screen_with_what_it_found()
    {
        await using var replica = await _compliance.Service.StartReplicaAsync(
            ComplianceApp.Service, new Dictionary<string, string?>(_compliance.Settings));
        Publisher.Put(UnPath, Samples.Un.Replace("ORCHARD OF GLASS", "TEMIRBEK", StringComparison.Ordinal),
            etag: "\"un-2\"", Modified);
        Publisher.Asked.Clear();
        await NextLookAsync(requests: 6);
        await EditionsAsync(un: 2, uk: 1);

        // The replica's clock is the machine's: an hour behind, the look of the first is in its future.
        Publisher.Asked.Count.ShouldBe(6);
        var tenant = TestTenant.New();
        var (id, _) = await _compliance.FundAsync(
            tenant, new StandInParty("Temirbek Foundation", Kind: "ENTITY"), People.Innocent);
        var done = await _compliance.ScreenedAsync(id);
        (done.ListVersion, done.Outcome).ShouldBe((2, ScreeningOutcome.Review));
    }

    private static string Text(string part) => System.Text.Encoding.UTF8.GetString(Samples.UkDevelopment[part]);

    private void Set(string key, string value) => _compliance.Settings[$"Compliance:Lists:{key}"] = value;

    /// <summary>The hour after which a server is asked again is over.</summary>
    private async Task NextLookAsync(int requests = 0)
    {
        var asked = Publisher.Asked.Count;
        _compliance.Clock!.Advance(TimeSpan.FromMinutes(61));
        _compliance.LookForLists();
        await Eventually.TrueAsync(() => Publisher.Asked.Count >= asked + requests, "the requests");
    }

    private Task EditionsAsync(long un, long uk) => Eventually.HoldsAsync(async () =>
    {
        var lists = await ListsAsync();
        lists["UN_CONSOLIDATED"].GetProperty("edition").GetInt64().ShouldBe(un);
        lists["UK_SANCTIONS"].GetProperty("edition").GetInt64().ShouldBe(uk);
    });

    private async Task<Dictionary<string, JsonElement>> ListsAsync()
    {
        using var platform = _compliance.Service.ClientAs("operator", null, Roles.Platform);
        var lists = await (await platform.GetAsync("/v1/screening-lists")).JsonAsync();
        return lists.GetProperty("lists").EnumerateArray().ToDictionary(one => one.GetProperty("list").GetString()!);
    }
}
