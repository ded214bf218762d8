using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>The first offset, the next one, or the first at a time.</summary>
internal static class ListOffsetsApi
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long OfLargestTimestamp = -3;

    public static Api Api { get; } = new(ApiKey.ListOffsets, 1, 7, 6, Handle);

    private static void Handle(ApiRequest request)
    {
        var (reader, response, version) = (request.Reader, request.Response, request.Version);
        _ = reader.ReadInt32();
        if (version >= 2)
            _ = reader.ReadInt8();
        var topics = reader.ReadArray(r =>
        {
            var name = r.ReadString();
            var partitions = r.ReadArray(p =>
            {
                var index = p.ReadInt32();
                if (version >= 4)
                    _ = p.ReadInt32();
                var timestamp = p.ReadInt64();
                p.SkipTags();
                return (Index: index, Timestamp: timestamp);
            });
            r.SkipTags();
            return (Name: name, Partitions: partitions);
        });
        if (version >= 2)
            response.NoThrottle();
        response.ArrayLength(topics.Length);
        foreach (var (name, partitions) in topics)
        {
            response.String(name);
            response.ArrayLength(partitions.Length);
            foreach (var (index, timestamp) in partitions)
            {
                var (error, offset, found) = Find(request, name, index, timestamp);
                response.Int32(index);
                response.Error(error);
                response.Int64(found);
                response.Int64(offset);
                if (version >= 4)
                    response.Int32(offset < 0 ? -1 : BrokerState.LeaderEpoch);
                response.NoTags();
            }
            response.NoTags();
        }
        response.NoTags();
    }

    private static (ErrorCode Error, long Offset, long Timestamp) Find(
        ApiRequest request, string topic, int partition, long timestamp)
    {
        if (request.Broker.Topics.Find(topic, partition) is not { } log)
            return (ErrorCode.UnknownTopicOrPartition, -1, -1);
        if (timestamp == OfLargestTimestamp && request.Version < 7)
            return (ErrorCode.UnsupportedVersion, -1, -1);
        var found = timestamp switch
        {
            Latest => (log.EndOffset, -1L),
            Earliest => (log.StartOffset, -1L),
            OfLargestTimestamp => log.FindLargestTime() ?? (-1L, -1L),
            _ => log.FindTime(timestamp) ?? (-1L, -1L),
        };
        return (ErrorCode.None, found.Item1, found.Item2);
    }
}
