using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>
/// Where an epoch ended. Here there is only one, and it has not ended: its end is the end of the log.
/// </summary>
internal static class OffsetForLeaderEpochApi
{
    public static Api Api { get; } = new(ApiKey.OffsetForLeaderEpoch, 0, 4, 4, Handle);

    private static void Handle(ApiRequest request)
    {
        var (reader, response, version) = (request.Reader, request.Response, request.Version);
        if (version >= 3)
            _ = reader.ReadInt32();
        var topics = reader.ReadArray(r =>
        {
            var name = r.ReadString();
            var partitions = r.ReadArray(p =>
            {
                var index = p.ReadInt32();
                if (version >= 2)
                    _ = p.ReadInt32();
                var epoch = p.ReadInt32();
                p.SkipTags();
                return (Index: index, Epoch: epoch);
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
            foreach (var (index, epoch) in partitions)
            {
                var log = request.Broker.Topics.Find(name, index);
                var known = log is not null && epoch == BrokerState.LeaderEpoch;
                response.Error(log is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.None);
                response.Int32(index);
                if (version >= 1)
                    response.Int32(known ? BrokerState.LeaderEpoch : -1);
                response.Int64(known ? log!.EndOffset : -1);
                response.NoTags();
            }
            response.NoTags();
        }
        response.NoTags();
    }
}
