using System.Globalization;
using FinCode.Broker.Tests.Support;

namespace FinCode.Broker.Tests;

public sealed class KcatTests : BrokerTest
{
    [Fact]
    public async Task Kcat_reads_what_kcat_wrote()
    {
        var lines = Enumerable.Range(0, 500).Select(i => $"k{i % 7}:message {i}").ToList();
        await KcatAsync(["-P", "-t", "cats", "-K:", "-X", "enable.idempotence=true"], string.Join('\n', lines) + "\n");

        var read = await KcatAsync(["-C", "-t", "cats", "-e", "-q", "-K:"]);

        Lines(read).Order().ShouldBe(lines.Order());
        foreach (var key in Lines(read).GroupBy(l => l.Split(':')[0]))
            key.ShouldBe(lines.Where(l => l.StartsWith(key.Key + ":", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    public async Task Kcat_reads_compressed_messages(string codec)
    {
        await KcatAsync(["-P", "-t", codec, "-z", codec], string.Concat(Enumerable.Repeat("the same line\n", 300)));
        var read = await KcatAsync(["-C", "-t", codec, "-e", "-q"]);
        Lines(read).ShouldBe(Enumerable.Repeat("the same line", 300));
    }

    [Fact]
    public async Task Kcat_goes_on_in_its_group_where_it_stopped()
    {
        string[] group = ["-G", "cats", "-e", "-q", "-X", "auto.offset.reset=earliest", "grouped"];
        await KcatAsync(["-P", "-t", "grouped"], "one\ntwo\n");
        Lines(await KcatAsync(group)).Order().ShouldBe(["one", "two"]);
        await KcatAsync(["-P", "-t", "grouped"], "three\n");

        Lines(await KcatAsync(group)).ShouldBe(["three"]);
    }

    [Fact]
    public async Task Kcat_lists_topics_and_finds_offsets()
    {
        await Clients.CreateTopicAsync(Bootstrap, "listed", 1);
        await KcatAsync(["-P", "-t", "listed"], "a\nb\nc\n");

        var listing = await KcatAsync(["-L"]);
        var end = await KcatAsync(["-Q", "-t", "listed:0:-1"]);

        listing.ShouldContain($"broker 1 at {Bootstrap}");
        listing.ShouldContain("topic \"listed\" with 1 partitions");
        end.ShouldContain("listed [0] offset 3");
    }

    [Fact]
    public async Task What_confluents_client_writes_kcat_reads_with_headers_from_an_offset_on()
    {
        await Clients.CreateTopicAsync(Bootstrap, "mixed", 1);
        using (var producer = Clients.Producer(Bootstrap))
            await producer.ProduceAllAsync("mixed", Enumerable.Range(0, 10).Select(i => ($"k{i}", $"v{i}")));

        var read = await KcatAsync(["-C", "-t", "mixed", "-p", "0", "-o", "7", "-e", "-q", "-f", "%o %k %s\\n"]);

        Lines(read).ShouldBe(["7 k7 v7", "8 k8 v8", "9 k9 v9"]);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Task<string> KcatAsync(string[] arguments, string? input = null)
    {
        var patience = Clients.Patience.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
        string[] all = ["-b", Bootstrap, "-X", $"message.timeout.ms={patience}", .. arguments];
        return Tool.RunAsync("kcat", "kcat", all, input);
    }
}
