using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Storage;

/// <summary>
/// What a partition remembers of its idempotent producers: the last few batches of each, so that a repeated one is
/// answered with its first offset and one that skips ahead is refused. It is rebuilt from the batches at start.
/// </summary>
internal sealed class ProducerStates
{
    /// <summary>Clients keep at most five requests in flight, so no repeat reaches further back.</summary>
    private const int RememberedBatches = 5;

    private readonly Dictionary<long, ProducerState> _producers = [];

    /// <summary>None when the batch comes next; a repeat gives the offset that it got the first time.</summary>
    public ErrorCode Check(RecordBatch batch, out long? duplicateOf)
    {
        duplicateOf = null;
        if (!batch.IsIdempotent || !_producers.TryGetValue(batch.ProducerId, out var state))
            return ErrorCode.None;
        if (batch.ProducerEpoch < state.Epoch)
            return ErrorCode.InvalidProducerEpoch;
        if (batch.ProducerEpoch > state.Epoch)
            return batch.BaseSequence == 0 ? ErrorCode.None : ErrorCode.OutOfOrderSequenceNumber;
        foreach (var earlier in state.Batches)
        {
            if (earlier.FirstSequence == batch.BaseSequence && earlier.LastSequence == batch.LastSequence)
            {
                duplicateOf = earlier.BaseOffset;
                return ErrorCode.None;
            }
        }
        var expected = state.LastSequence == int.MaxValue ? 0 : state.LastSequence + 1;
        return batch.BaseSequence == expected ? ErrorCode.None : ErrorCode.OutOfOrderSequenceNumber;
    }

    public void Record(RecordBatch batch, long baseOffset, long seenAtMilliseconds)
    {
        if (!batch.IsIdempotent)
            return;
        if (!_producers.TryGetValue(batch.ProducerId, out var state) || state.Epoch != batch.ProducerEpoch)
            _producers[batch.ProducerId] = state = new ProducerState(batch.ProducerEpoch);
        if (state.Batches.Count == RememberedBatches)
            state.Batches.Dequeue();
        state.Batches.Enqueue(new AppendedBatch(batch.BaseSequence, batch.LastSequence, baseOffset));
        state.LastSequence = batch.LastSequence;
        state.SeenAtMilliseconds = seenAtMilliseconds;
    }

    public void ForgetSeenBefore(long milliseconds)
    {
        foreach (var (id, state) in _producers)
        {
            if (state.SeenAtMilliseconds < milliseconds)
                _producers.Remove(id);
        }
    }

    private readonly record struct AppendedBatch(int FirstSequence, int LastSequence, long BaseOffset);

    private sealed class ProducerState(short epoch)
    {
        public short Epoch { get; } = epoch;

        public Queue<AppendedBatch> Batches { get; } = new(RememberedBatches);

        public int LastSequence { get; set; } = RecordBatch.NoSequence;

        public long SeenAtMilliseconds { get; set; }
    }
}
