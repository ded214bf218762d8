using FinCode.Broker.Tests.Support;
using FinCode.Standalone.Kafka.Protocol;
using FinCode.Standalone.Kafka.Storage;

namespace FinCode.Broker.Tests.Storage;

public sealed class ProducerStatesTests
{
    private readonly ProducerStates _states = new();
    private long _offset;

    [Fact]
    public void Sequences_go_round_after_the_largest_integer()
    {
        Append(int.MaxValue - 1, count: 2).ShouldBe(ErrorCode.None);
        Append(0, count: 1).ShouldBe(ErrorCode.None);
        Append(1, count: 1).ShouldBe(ErrorCode.None);
    }

    [Fact]
    public void A_batch_across_the_largest_integer_is_followed_by_the_one_after_it()
    {
        Append(int.MaxValue, count: 3).ShouldBe(ErrorCode.None);
        Append(1, count: 1).ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
        Append(2, count: 1).ShouldBe(ErrorCode.None);
    }

    [Fact]
    public void The_last_five_batches_are_known_again_and_an_older_one_is_refused()
    {
        for (var i = 0; i < 6; i++)
            Append(i, count: 1).ShouldBe(ErrorCode.None);

        for (var i = 1; i < 6; i++)
        {
            _states.Check(Batch(i, 1), out var duplicateOf).ShouldBe(ErrorCode.None);
            duplicateOf.ShouldBe(i);
        }
        _states.Check(Batch(0, 1), out _).ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
    }

    [Fact]
    public void A_producer_that_was_forgotten_may_begin_anywhere()
    {
        Append(0, count: 1);
        Append(5, count: 1).ShouldBe(ErrorCode.OutOfOrderSequenceNumber);

        _states.ForgetSeenBefore(1_000);

        Append(5, count: 1).ShouldBe(ErrorCode.None);
    }

    [Fact]
    public void Producers_without_idempotence_are_never_asked()
    {
        RecordBatch.TryRead(Batches.Of(["a"]), out var batch).ShouldBeTrue();
        _states.Record(batch, 0, 0);
        _states.Check(batch, out var duplicateOf).ShouldBe(ErrorCode.None);
        duplicateOf.ShouldBeNull();
    }

    private static RecordBatch Batch(int sequence, int count)
    {
        var values = Enumerable.Range(0, count).Select(i => $"{i}").ToArray();
        RecordBatch.TryRead(Batches.Of(values, producerId: 1, epoch: 0, sequence: sequence), out var batch)
            .ShouldBeTrue();
        return batch;
    }

    private ErrorCode Append(int sequence, int count)
    {
        var batch = Batch(sequence, count);
        var error = _states.Check(batch, out _);
        if (error == ErrorCode.None)
        {
            _states.Record(batch, _offset, seenAtMilliseconds: 0);
            _offset += count;
        }
        return error;
    }
}
