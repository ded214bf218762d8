using CsCheck;
using FinCode.Broker.Tests.Support;
using FinCode.Standalone.Kafka;
using FinCode.Standalone.Kafka.Protocol;
using FinCode.Standalone.Kafka.Storage;
using Microsoft.Extensions.Time.Testing;

namespace FinCode.Broker.Tests.Storage;

public sealed class PartitionLogTests
{
    private const int SegmentBytes = 6_000;

    private readonly FakeTimeProvider _clock = new();

    /// <summary>Sizes of batches in records, and whether the log is opened anew after each.</summary>
    private static Gen<(int Records, bool Reopen)[]> Histories =>
        Gen.Select(Gen.Int[1, 30], Gen.Int[0, 9], (records, dice) => (records, dice == 0)).Array[1, 60];

    [Fact]
    public void From_every_offset_on_exactly_the_batches_from_there_are_found_also_after_reopening() =>
        Histories.Sample(history =>
        {
            using var folder = new TemporaryFolder();
            var log = Open(folder);
            var ends = new List<long>();
            foreach (var (records, reopen) in history)
            {
                Append(log, records).ShouldBe(ends.Count == 0 ? 0 : ends[^1]);
                ends.Add((ends.Count == 0 ? 0 : ends[^1]) + records);
                if (reopen)
                    log = Reopen(log, folder);
            }
            for (var offset = 0L; offset < ends[^1]; offset++)
            {
                var batch = ReadFirst(log, offset);
                batch.BaseOffset.ShouldBeLessThanOrEqualTo(offset);
                batch.LastOffset.ShouldBeGreaterThanOrEqualTo(offset);
                ends.ShouldContain(batch.LastOffset + 1);
            }
            log.Locate(ends[^1], int.MaxValue, wholeBatch: true).Length.ShouldBe(0);
            log.Locate(ends[^1] + 1, int.MaxValue, wholeBatch: true).Error.ShouldBe(ErrorCode.OffsetOutOfRange);
            log.Dispose();
        }, iter: 60);

    [Fact]
    public void The_first_batch_comes_whole_or_not_at_all_and_never_more_than_asked_for_behind_it()
    {
        using var folder = new TemporaryFolder();
        using var log = Open(folder);
        for (var i = 0; i < 10; i++)
            Append(log, 5);
        var size = ReadFirst(log, 0).Size;

        log.Locate(0, size - 1, wholeBatch: false).Length.ShouldBe(0);
        log.Locate(0, size - 1, wholeBatch: true).Length.ShouldBe(size);
        log.Locate(0, (2 * size) + 3, wholeBatch: true).Length.ShouldBe((2 * size) + 3);
    }

    [Fact]
    public void A_message_is_found_by_its_time_inside_its_batch_and_across_segments()
    {
        using var folder = new TemporaryFolder();
        using var log = Open(folder);
        for (var i = 0; i < 200; i++)
            Append(log, 5, at: 10_000 + (i * 100));

        log.FindTime(0).ShouldBe((0, 10_000));
        log.FindTime(10_003).ShouldBe((3, 10_003));
        log.FindTime(10_005).ShouldBe((5, 10_100));
        log.FindTime(10_000 + (150 * 100) + 2).ShouldBe(((150 * 5) + 2, 25_002));
        log.FindTime(1_000_000).ShouldBeNull();
        log.FindLargestTime().ShouldBe((999, 10_000 + (199 * 100) + 4));
    }

    [Fact]
    public void A_damaged_segment_in_the_middle_stops_the_start()
    {
        using var folder = new TemporaryFolder();
        using (var log = Open(folder))
        {
            for (var i = 0; i < 200; i++)
                Append(log, 5);
        }
        var segments = Directory.GetFiles(folder.Path, "*.log").Order().ToList();
        segments.Count.ShouldBeGreaterThan(2);
        File.WriteAllBytes(segments[1], File.ReadAllBytes(segments[1])[..^1]);

        Should.Throw<InvalidDataException>(() => Open(folder)).Message.ShouldContain(Path.GetFileName(segments[1]));
    }

    [Fact]
    public void An_append_wakes_those_who_watch_and_nobody_else()
    {
        using var folder = new TemporaryFolder();
        using var log = Open(folder);
        var (stayed, left) = (0, 0);
        using var staying = log.Watch(() => stayed++);
        var leaving = log.Watch(() => left++);
        Append(log, 1);
        leaving.Dispose();
        Append(log, 1);

        (stayed, left).ShouldBe((2, 1));
    }

    private PartitionLog Open(TemporaryFolder folder)
    {
        var options = new KafkaBrokerOptions { DataFolder = folder.Path, SegmentBytes = SegmentBytes };
        var log = new PartitionLog(folder.Path, options, TopicSettings.None, _clock);
        try
        {
            log.Recover().ShouldBe(0);
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    private PartitionLog Reopen(PartitionLog log, TemporaryFolder folder)
    {
        log.Dispose();
        return Open(folder);
    }

    private static long Append(PartitionLog log, int records, long? at = null)
    {
        var bytes = Batches.Of([.. Enumerable.Range(0, records).Select(i => $"value {i}")], at: at);
        RecordBatch.TryRead(bytes, out var batch).ShouldBeTrue();
        var result = log.Append(batch, bytes);
        result.Error.ShouldBe(ErrorCode.None);
        return result.BaseOffset;
    }

    private static RecordBatch ReadFirst(PartitionLog log, long offset)
    {
        var slice = log.Locate(offset, 1, wholeBatch: true);
        var bytes = new byte[slice.Length];
        LogSegment.ReadExactly(slice.Handle!, bytes, slice.Position);
        RecordBatch.TryRead(bytes, out var batch).ShouldBeTrue();
        batch.IsIntact(bytes).ShouldBeTrue();
        return batch;
    }
}
