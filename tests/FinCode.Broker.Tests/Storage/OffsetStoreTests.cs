using FinCode.Broker.Tests.Support;
using FinCode.Standalone.Kafka.Storage;

namespace FinCode.Broker.Tests.Storage;

public sealed class OffsetStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "offsets.log");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_last_commit_of_each_partition_counts_and_the_file_shrinks_at_start()
    {
        using (var store = Open())
        {
            for (var i = 0; i < 1_000; i++)
                Commit(store, "group", "topic", i % 2, i);
        }
        var before = new FileInfo(File).Length;

        using var again = Open();

        again.Of("group")[new TopicPartition("topic", 0)].ShouldBe(new CommittedOffset(998, 0, "note"));
        again.Of("group")[new TopicPartition("topic", 1)].ShouldBe(new CommittedOffset(999, 0, "note"));
        new FileInfo(File).Length.ShouldBeLessThan(before / 100);
    }

    [Fact]
    public void Groups_do_not_see_each_other()
    {
        using var store = Open();
        Commit(store, "one", "topic", 0, 1);
        Commit(store, "two", "topic", 0, 2);

        store.Of("one").Single().Value.Offset.ShouldBe(1);
        store.Of("two").Single().Value.Offset.ShouldBe(2);
        store.Of("three").ShouldBeEmpty();
        store.Groups().Order().ShouldBe(["one", "two"]);
    }

    [Fact]
    public void A_torn_or_flipped_entry_ends_the_file_and_later_commits_are_kept()
    {
        using (var store = Open())
        {
            Commit(store, "group", "topic", 0, 1);
            Commit(store, "group", "topic", 0, 2);
        }
        var bytes = System.IO.File.ReadAllBytes(File);
        bytes[^1] ^= 1;
        System.IO.File.WriteAllBytes(File, bytes);

        using (var store = Open())
        {
            store.Of("group").Single().Value.Offset.ShouldBe(1);
            Commit(store, "group", "topic", 0, 3);
        }
        using var again = Open();
        again.Of("group").Single().Value.Offset.ShouldBe(3);
    }

    [Fact]
    public void A_forgotten_topic_stays_forgotten()
    {
        using (var store = Open())
        {
            Commit(store, "group", "gone", 0, 1);
            Commit(store, "group", "kept", 0, 2);
            store.ForgetTopic("gone");
        }

        using var again = Open();

        again.Of("group").Keys.ShouldBe([new TopicPartition("kept", 0)]);
    }

    private static void Commit(OffsetStore store, string group, string topic, int partition, long offset) =>
        store.Commit(group,
            [KeyValuePair.Create(new TopicPartition(topic, partition), new CommittedOffset(offset, 0, "note"))]);

    private OffsetStore Open() => OffsetStore.Open(File, toDisk: false);
}
