using FinCode.Standalone.Kafka.Protocol;
using FinCode.Standalone.Kafka.Storage;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>Appends record batches. They are checked as a whole before the first byte of them is written.</summary>
internal static class ProduceApi
{
    private const int ZstandardCompression = 4;
    private const short FirstZstandardVersion = 7;

    public static Api Api { get; } = new(ApiKey.Produce, 3, 9, 9, Handle);

    private static void Handle(ApiRequest request)
    {
        var reader = request.Reader;
        var transactionalId = reader.ReadNullableString();
        var acks = reader.ReadInt16();
        _ = reader.ReadInt32();
        var topics = reader.ReadArray(static r =>
        {
            var name = r.ReadString();
            var partitions = r.ReadArray(static p =>
            {
                var batch = (Index: p.ReadInt32(), Records: p.ReadNullableBytes());
                p.SkipTags();
                return batch;
            });
            r.SkipTags();
            return (Name: name, Partitions: partitions);
        });
        var response = request.Response;
        response.ArrayLength(topics.Length);
        foreach (var (name, partitions) in topics)
        {
            response.String(name);
            response.ArrayLength(partitions.Length);
            foreach (var (index, records) in partitions)
            {
                var result = transactionalId is not null ? Refused(ErrorCode.TransactionalIdAuthorizationFailed)
                    : acks is not (-1 or 0 or 1) ? Refused(ErrorCode.InvalidRequiredAcks)
                    : Append(request, name, index, records ?? Memory<byte>.Empty);
                WritePartition(request, index, result);
            }
            response.NoTags();
        }
        response.NoThrottle();
        response.NoTags();
        request.Unanswered = acks == 0;
    }

    private static AppendResult Append(ApiRequest request, string topicName, int index, Memory<byte> records)
    {
        var topic = request.Broker.Topics.Find(topicName);
        if (topic is null || (uint)index >= (uint)topic.Partitions.Length)
            return Refused(ErrorCode.UnknownTopicOrPartition);
        var limit = topic.Settings.MaxMessageBytes(request.Broker.Options);
        var error = Check(records.Span, limit, request.Version, out var batch);
        return error == ErrorCode.None
            ? topic.Partitions[index].Append(batch, records.Span)
            : Refused(error);
    }

    private static ErrorCode Check(ReadOnlySpan<byte> records, int limit, short version, out RecordBatch batch)
    {
        if (!RecordBatch.TryRead(records, out batch))
            return ErrorCode.CorruptMessage;
        if (batch.Magic != 2)
            return ErrorCode.UnsupportedForMessageFormat;
        if (records.Length > limit)
            return ErrorCode.MessageTooLarge;
        // One batch a partition and request: the protocol says so, and it makes an append all or nothing.
        if (batch.Size != records.Length)
            return batch.Size < records.Length ? ErrorCode.InvalidRecord : ErrorCode.CorruptMessage;
        if (!batch.IsIntact(records))
            return ErrorCode.CorruptMessage;
        if (batch.IsTransactional)
            return ErrorCode.InvalidTransactionState;
        if (batch.IsControl || batch.RecordCount < 1 || batch.LastOffsetDelta != batch.RecordCount - 1)
            return ErrorCode.InvalidRecord;
        if (batch.IsIdempotent && (batch.BaseSequence < 0 || batch.ProducerEpoch < 0))
            return ErrorCode.InvalidRecord;
        if (batch.Compression > ZstandardCompression
            || (batch.Compression == ZstandardCompression && version < FirstZstandardVersion))
            return ErrorCode.UnsupportedCompressionType;
        return batch.Compression == 0 && !RecordWalker.IsWellFormed(batch, records)
            ? ErrorCode.InvalidRecord
            : ErrorCode.None;
    }

    private static AppendResult Refused(ErrorCode error) => new(error, -1, -1);

    private static void WritePartition(ApiRequest request, int index, AppendResult result)
    {
        var response = request.Response;
        response.Int32(index);
        response.Error(result.Error);
        response.Int64(result.BaseOffset);
        response.Int64(-1);
        if (request.Version >= 5)
            response.Int64(result.StartOffset);
        if (request.Version >= 8)
        {
            response.ArrayLength(0);
            response.String(null);
        }
        response.NoTags();
    }
}
