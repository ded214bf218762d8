using System.Text.Json;
using FinCode.Broker.Tests.Support;

namespace FinCode.Broker.Tests;

public sealed class KafkaJsTests : BrokerTest
{
    private static readonly Lazy<Task> s_installed = new(InstallAsync);

    [Fact]
    public async Task Kafkajs_produces_and_consumes_in_order_and_resumes_where_its_group_committed()
    {
        var seen = await JudgeAsync("flow");

        seen.GetProperty("first").GetInt32().ShouldBe(200);
        seen.GetProperty("ordered").GetBoolean().ShouldBeTrue();
        seen.GetProperty("headers").GetBoolean().ShouldBeTrue();
        seen.GetProperty("afterResume").EnumerateArray().Select(v => v.GetString()).ShouldBe(["late 1", "late 2"]);
        Clients.ReadAll(Bootstrap, "js-flow").Count.ShouldBe(202);
    }

    [Fact]
    public async Task Kafkajs_shares_partitions_between_two_members_of_a_group()
    {
        var seen = await JudgeAsync("share");

        seen.GetProperty("partitions").EnumerateArray().Select(p => p.GetInt32()).Order().ShouldBe([0, 1, 2, 3]);
        seen.GetProperty("members").GetInt32().ShouldBe(2);
        seen.GetProperty("each").EnumerateArray().Select(n => n.GetInt32()).ShouldBe([2, 2]);
    }

    [Fact]
    public async Task Kafkajs_administers_topics_groups_and_offsets()
    {
        var seen = await JudgeAsync("admin");

        seen.GetProperty("partitions").GetInt32().ShouldBe(5);
        seen.GetProperty("retention").GetString().ShouldBe("86400000");
        seen.GetProperty("offsets").EnumerateArray().Select(o => o.GetString()).ShouldBe(["3", "0", "0", "0", "0"]);
        seen.GetProperty("committed").GetString().ShouldBe("2");
        seen.GetProperty("groupListed").GetBoolean().ShouldBeTrue();
        seen.GetProperty("deleted").GetBoolean().ShouldBeTrue();
        seen.GetProperty("unknown").GetString().ShouldBe("UNKNOWN_TOPIC_OR_PARTITION");
    }

    [Fact]
    public async Task What_confluents_client_writes_kafkajs_reads()
    {
        await Clients.CreateTopicAsync(Bootstrap, "js-read", 2);
        using (var producer = Clients.Producer(Bootstrap))
            await producer.ProduceAllAsync("js-read", Enumerable.Range(0, 50).Select(i => ($"k{i}", $"v{i}")));

        var seen = await JudgeAsync("read");

        seen.GetProperty("values").EnumerateArray().Select(v => v.GetString()).Order()
            .ShouldBe(Enumerable.Range(0, 50).Select(i => $"v{i}").Order());
    }

    private async Task<JsonElement> JudgeAsync(string part)
    {
        await s_installed.Value;
        var output = await Tool.RunAsync("node", "nodejs", ["judge.js", part, Bootstrap], folder: Folder());
        using var document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }

    private static async Task InstallAsync()
    {
        if (!Directory.Exists(Path.Combine(Folder(), "node_modules", "kafkajs")))
            await Tool.RunAsync("npm", "npm", ["ci", "--ignore-scripts"], folder: Folder());
    }

    /// <summary>
    /// The script stays with the sources, so that its packages are installed once and not into each output.
    /// </summary>
    private static new string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FinCode.sln")))
            folder = folder.Parent;
        return Path.Combine(
            folder?.FullName ?? throw new DirectoryNotFoundException("FinCode.sln is above no folder of this output."),
            "tests", "FinCode.Broker.Tests", "kafkajs");
    }
}
