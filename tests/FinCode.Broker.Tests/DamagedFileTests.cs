using FinCode.Broker.Tests.Support;
using FinCode.Standalone.Kafka;
using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Broker.Tests;

public sealed class DamagedFileTests : BrokerTest
{
    private const string Topic = "damaged";

    [Fact]
    public async Task Garbage_after_the_last_batch_is_cut_off_at_start()
    {
        await WriteAsync("a", "b", "c");
        var whole = new FileInfo(Folder.Segment(Topic)).Length;

        await RestartAsync(() => File.AppendAllText(Folder.Segment(Topic), "half a batch that never was acknowledged"));

        new FileInfo(Folder.Segment(Topic)).Length.ShouldBe(whole);
        await ShouldHoldAndGoOnAsync("a", "b", "c");
    }

    [Fact]
    public async Task A_batch_that_was_written_in_part_is_cut_off_at_start()
    {
        await WriteAsync("a", "b");
        var whole = File.ReadAllBytes(Folder.Segment(Topic));
        await WriteAsync("c");

        await RestartAsync(() => Truncate(Folder.Segment(Topic), whole.Length + 65));

        await ShouldHoldAndGoOnAsync("a", "b");
    }

    [Fact]
    public async Task Every_length_at_which_the_file_can_be_cut_leaves_whole_batches_only()
    {
        await WriteAsync("a", "b");
        var two = File.ReadAllBytes(Folder.Segment(Topic)).Length;
        await WriteAsync("c");
        var three = File.ReadAllBytes(Folder.Segment(Topic));

        for (var length = two; length <= three.Length; length++)
        {
            await RestartAsync(() => File.WriteAllBytes(Folder.Segment(Topic), three[..length]));
            await EndShouldBeAsync(length == three.Length ? 3 : 2);
        }
    }

    [Fact]
    public async Task A_last_batch_with_a_flipped_bit_is_cut_off_at_start()
    {
        await WriteAsync("a", "b");
        await RestartAsync(() => Flip(Folder.Segment(Topic), fromEnd: 3));
        await ShouldHoldAndGoOnAsync("a");
    }

    [Fact]
    public async Task Damage_with_messages_behind_it_stops_the_start_instead_of_losing_them()
    {
        await WriteAsync("a", "b", "c");
        var segment = Folder.Segment(Topic);
        var whole = File.ReadAllBytes(segment);
        await Broker.StopAsync();
        Flip(segment, fromEnd: whole.Length - 65);

        var refused = await Should.ThrowAsync<InvalidDataException>(() => KafkaBroker.StartAsync(Options));
        refused.Message.ShouldContain("damaged at position 0");

        File.WriteAllBytes(segment, whole);
        await RestartAsync();
        await ShouldHoldAndGoOnAsync("a", "b", "c");
    }

    [Fact]
    public async Task A_committed_offset_that_was_written_in_part_leaves_the_one_before()
    {
        await WriteAsync("a", "b", "c");
        using (var consumer = Clients.Consumer(Bootstrap, "readers"))
        {
            consumer.Subscribe(Topic);
            consumer.Commit(consumer.Take(1)[0]);
            consumer.Commit(consumer.Take(1)[0]);
        }
        var offsets = Path.Combine(Folder.Path, "offsets.log");

        await RestartAsync(() => Truncate(offsets, new FileInfo(offsets).Length - 2));

        using var next = Clients.Consumer(Bootstrap, "readers");
        next.Subscribe(Topic);
        next.Take(2).Select(r => r.Message.Value).ShouldBe(["b", "c"]);
    }

    [Fact]
    public async Task Files_of_a_topic_that_is_in_no_list_are_removed()
    {
        var orphan = Path.Combine(Folder.Path, "topics", "orphan");
        await RestartAsync(() => Directory.CreateDirectory(orphan));
        Directory.Exists(orphan).ShouldBeFalse();
    }

    private static void Truncate(string path, long length)
    {
        using var stream = File.OpenWrite(path);
        stream.SetLength(length);
    }

    private static void Flip(string path, int fromEnd)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[^fromEnd] ^= 0x10;
        File.WriteAllBytes(path, bytes);
    }

    private async Task WriteAsync(params string[] values)
    {
        using var client = await RawClient.ConnectAsync(Broker.Port);
        await client.CreateTopicAsync(Topic);
        foreach (var value in values)
            (await client.ProduceAsync(Topic, Batches.Of([value]))).Error.ShouldBe(ErrorCode.None);
    }

    private async Task ShouldHoldAndGoOnAsync(params string[] values)
    {
        await EndShouldBeAsync(values.Length);
        await WriteAsync("next");
        Clients.ReadAll(Bootstrap, Topic).Select(r => r.Message.Value).ShouldBe([.. values, "next"]);
    }

    private async Task EndShouldBeAsync(long offset)
    {
        using var client = await RawClient.ConnectAsync(Broker.Port);
        var reader = await client.CallAsync(ApiKey.Fetch, 4, w => Batches.WriteFetch(w, Topic, 0, 0, 0));
        Batches.ReadFetch(reader).End.ShouldBe(offset);
    }
}
