using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Operations;
using FinCode.Compliance.Screening;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Jobs;

/// <summary>
/// The platform's lists and a tenant's own come into force, and damaged ones are refused, while many callers ask two
/// replicas and transfers are screened. Each answer has to be what the version that it names gives, and that version
/// has to have been in force between the question and the answer.
/// </summary>
public sealed class SwapUnderLoadTests : IAsyncLifetime
{
    private const int CallersOfEach = 2;
    private const int AnswersBetweenSwaps = 40;
    private const string Newcomer = "Barnabas Newlylisted";
    private const string OwnFirst = "id,kind,name\nown-1,PERSON,Quillon Brastoe\n";
    private const string OwnSecond = "id,kind,name\nown-1,PERSON,Quillon Brastoe\nown-2,PERSON,Hesper Vandrake\n";

    private static readonly string[] s_asked =
        [Newcomer, "Temirbek Zarkhovan", "Quillon Brastoe", "Hesper Vandrake", "Geraldine Winterbourne"];

    private readonly ComplianceUnderTest _compliance = new();
    private readonly TenantId _plain = TestTenant.New();
    private readonly TenantId _owner = TestTenant.New();
    private readonly string _base = Encoding.ASCII.GetString(Excerpt.Files["sdn.csv"]).TrimEnd('\u001a');
    private readonly Dictionary<(long Version, bool IsOwners), NameIndex> _given = [];
    private readonly ConcurrentQueue<Answer> _answers = new();
    private IReadOnlyList<ListedEntry> _platform = Excerpt.Content.Entries;
    private IReadOnlyList<ListedEntry> _own = [];
    private long _version = 1;

    private sealed record Answer(
        TenantId Tenant, Func<NameIndex, long, bool> IsAsGiven, long Named, long Before, long After, string Text);

    public Task InitializeAsync() => _compliance.InitializeAsync();

    public Task DisposeAsync() => _compliance.DisposeAsync();

    [Fact]
    public async Task No_request_fails_and_each_answer_is_that_of_a_version_in_force_while_it_was_made()
    {
        await using var replica = await _compliance.Service.StartReplicaAsync(
            ComplianceApp.Service, new Dictionary<string, string?>(_compliance.Settings));
        await InForceAsync();
        await OwnAsync(OwnFirst, 1);
        using var ending = new CancellationTokenSource();
        Task[] callers =
        [
            .. from service in (ServiceUnderTest[])[_compliance.Service, replica]
               from tenant in (TenantId[])[_plain, _owner]
               from caller in Enumerable.Range(0, CallersOfEach)
               select AskAsync(service.ClientAs("partner", tenant, Roles.Partner, Scopes.ScreeningsRun), tenant,
                   ending.Token),
            TransferAsync(_plain, ending.Token), TransferAsync(_owner, ending.Token),
        ];

        await SwapAsync(withNewcomer: true, fillers: 1);
        await RefuseAsync(_base[..(_base.Length / 2)] + "\"");
        await SwapAsync(withNewcomer: false, fillers: 3);
        await OwnAsync(OwnSecond, 2);
        await RefuseAsync(string.Concat(_base.Split("\r\n").SkipLast(5).Select(row => row + "\r\n")));
        await SwapAsync(withNewcomer: true, fillers: 6);
        await OwnAsync(OwnFirst, 3);
        await SwapAsync(withNewcomer: false, fillers: 8);
        await ending.CancelAsync();
        await Task.WhenAll(callers);

        foreach (var answer in _answers)
        {
            answer.Named.ShouldBeInRange(answer.Before, answer.After, answer.Text);
            answer.IsAsGiven(_given[(answer.Named, answer.Tenant == _owner)], answer.Named)
                .ShouldBeTrue($"version {answer.Named} says otherwise than {answer.Text}");
        }
        _answers.Select(answer => (answer.Named, answer.Tenant)).Distinct().Count()
            .ShouldBeGreaterThan(_given.Count / 2);
        _compliance.Logged.ShouldNotContain(line => line.StartsWith("Critical", StringComparison.Ordinal));
    }

    /// <summary>One name, several at once, and two compared, by turns until it is told to end.</summary>
    private async Task AskAsync(HttpClient client, TenantId tenant, CancellationToken ending)
    {
        for (var turn = 0; !ending.IsCancellationRequested; turn++)
        {
            var before = await CurrentAsync(tenant);
            var name = s_asked[turn % s_asked.Length];
            (string path, object body) = (turn % 3) switch
            {
                0 => ("/v1/screenings", new { name }),
                1 => ("/v1/screenings", (object)s_asked.Select(one => new { name = one })),
                _ => ("/v1/screenings/compare", new { query = "Sabaton Quillon", target = "Sabaton Brastoe" }),
            };
            using var response = await client.PostAsJsonAsync(path, body, CancellationToken.None);
            var text = await response.Content.ReadAsStringAsync(CancellationToken.None);
            var after = await CurrentAsync(tenant);
            response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
            var json = JsonDocument.Parse(text).RootElement;
            switch (turn % 3)
            {
                case 0:
                    Keep(json.GetProperty("listVersion"), (index, _) => IsFound(json, name, index));
                    break;
                case 1:
                    Keep(json[0].GetProperty("listVersion"), (index, version) =>
                        json.EnumerateArray().Zip(s_asked).All(pair => IsFound(pair.First, pair.Second, index)
                            && pair.First.GetProperty("listVersion").GetInt64() == version));
                    break;
                default:
                    Keep(json.GetProperty("explanation").GetProperty("listVersion"), (index, _) =>
                        json.GetProperty("score").GetDecimal() == Compared(index));
                    break;
            }

            void Keep(JsonElement named, Func<NameIndex, long, bool> isAsGiven) =>
                _answers.Enqueue(new Answer(tenant, isAsGiven, named.GetInt64(), before, after, text));
        }
    }

    private async Task TransferAsync(TenantId tenant, CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            var before = await CurrentAsync(tenant);
            var (id, _) = await _compliance.FundAsync(tenant, new StandInParty(Newcomer), People.AlsoInnocent);
            var screened = await _compliance.ScreenedAsync(id);
            _answers.Enqueue(new Answer(tenant, (index, _) =>
                (screened.Outcome == ScreeningOutcome.Review) == (Hits(Newcomer, index).Length > 0),
                screened.ListVersion, before, await CurrentAsync(tenant), $"{id} {screened.Outcome}"));
        }
    }

    /// <summary>The publisher's next files; fillers make a word of the names that are compared less rare.</summary>
    private async Task SwapAsync(bool withNewcomer, int fillers)
    {
        var rows = new StringBuilder(_base);
        for (var i = 0; i < fillers; i++)
            rows.Append(Row(9_000_100 + i, $"SABATON, {(char)('A' + i)}lbrecht"));
        if (withNewcomer)
            rows.Append(Row(9_000_030, "NEWLYLISTED, Barnabas"));
        await LoadAsync();
        Publish(rows.ToString());
        _platform = OfacLists.Read(new Dictionary<string, byte[]>(Excerpt.Files)
        {
            ["sdn.csv"] = Encoding.ASCII.GetBytes(rows.ToString()),
        }).Entries;
        _version++;
        await InForceAsync();
    }

    /// <summary>Files that are refused: the version in force stays.</summary>
    private async Task RefuseAsync(string text)
    {
        await LoadAsync();
        Publish(text);
        var editor = _compliance.Service.ClientAs("operator", null, Roles.Platform);
        await Eventually.HoldsAsync(async () =>
        {
            var lists = await (await editor.GetAsync("/v1/screening-lists")).JsonAsync();
            lists.GetProperty("lists")[0].GetProperty("refusedReason").GetString().ShouldStartWith("sdn.csv");
        });
        (await CurrentAsync(_plain)).ShouldBe(_given.Keys.Where(key => !key.IsOwners).Max(key => key.Version));
    }

    private async Task OwnAsync(string csv, int edition)
    {
        await LoadAsync();
        (await _compliance.Officer(_owner, "ada").PutAsync("/v1/screening-lists/own",
            new StringContent(csv, new MediaTypeHeaderValue("text/csv", "utf-8")))).EnsureSuccessStatusCode();
        (await _compliance.Officer(_owner, "ben").PostAsync($"/v1/screening-lists/own/{edition}/approve", null))
            .EnsureSuccessStatusCode();
        _own = OwnList.Read(Encoding.UTF8.GetBytes(csv)).Entries;
        _given[(++_version, true)] = new NameIndex([.. _platform, .. _own]);
    }

    private void Publish(string text)
    {
        var path = Path.Combine(_compliance.ListsFolder, "sdn.csv");
        File.WriteAllText(path + ".next", text);
        File.Move(path + ".next", path, overwrite: true);
        _compliance.LookForLists();
    }

    /// <summary>What the version gives that is the platform's newest.</summary>
    private async Task InForceAsync()
    {
        await Eventually.TrueAsync(
            async () => await CurrentAsync(_plain) == _version, $"list version {_version}");
        _given[(_version, false)] = new NameIndex(_platform);
        _given[(_version, true)] = new NameIndex([.. _platform, .. _own]);
    }

    /// <summary>Some more answers under what is in force.</summary>
    private async Task LoadAsync()
    {
        if (_own.Count == 0)
            return;
        var enough = _answers.Count + AnswersBetweenSwaps;
        await Eventually.TrueAsync(() => _answers.Count >= enough, "answers");
    }

    private Task<long> CurrentAsync(TenantId tenant) => _compliance.CountAsync(
        "select greatest(coalesce((select max(active_version) from list_state), 0), coalesce((select max(list_version) "
        + "from own_lists where tenant_id = $1 and state = 'IN_FORCE'), 0))", tenant.Value);

    private static bool IsFound(JsonElement answer, string name, NameIndex index) =>
        answer.GetProperty("hits").EnumerateArray()
            .Select(hit => (hit.GetProperty("entryId").GetString()!, hit.GetProperty("score").GetDecimal()))
            .SequenceEqual(Hits(name, index));

    private static (string, decimal)[] Hits(string name, NameIndex index) =>
        [.. Screener.Find(new ScreenedSubject(name), index, PolicyContent.Default.FloorOf(ScreenNames.Direction)).Hits
            .Select(hit => (hit.EntryId, hit.Score))];

    private static decimal Compared(NameIndex index) => Screener.ToPoints(ExplainedScore.OfNames(index.Compare(
        NameNormalizer.Normalize("Sabaton Quillon"), NameNormalizer.Normalize("Sabaton Brastoe"))));

    private static string Row(int number, string name) =>
        $"{number},\"{name}\",\"individual\",\"DEMO\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n";
}
