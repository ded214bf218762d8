using FinCode.Standalone.Kafka.Protocol;
using FinCode.Standalone.Kafka.Storage;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>Where a group left off; -1 for partitions of which it never committed anything.</summary>
internal static class OffsetFetchApi
{
    private static readonly CommittedOffset s_none = new(-1, -1, "");

    public static Api Api { get; } = new(ApiKey.OffsetFetch, 1, 7, 6, Handle);

    private static void Handle(ApiRequest request)
    {
        var (reader, response, version) = (request.Reader, request.Response, request.Version);
        var committed = request.Broker.Offsets.Of(reader.ReadString());
        var topics = reader.ReadNullableArray(static r =>
        {
            var topic = (Name: r.ReadString(), Partitions: r.ReadInt32Array());
            r.SkipTags();
            return topic;
        });
        topics ??= [.. committed.Keys.GroupBy(p => p.Topic)
            .Select(t => (Name: t.Key, Partitions: t.Select(p => p.Partition).ToArray()))];
        if (version >= 3)
            response.NoThrottle();
        response.ArrayLength(topics.Length);
        foreach (var (name, partitions) in topics)
        {
            response.String(name);
            response.ArrayLength(partitions.Length);
            foreach (var index in partitions)
            {
                var offset = committed.GetValueOrDefault(new TopicPartition(name, index), s_none);
                response.Int32(index);
                response.Int64(offset.Offset);
                if (version >= 5)
                    response.Int32(offset.LeaderEpoch);
                response.String(offset.Metadata);
                response.Error(ErrorCode.None);
                response.NoTags();
            }
            response.NoTags();
        }
        if (version >= 2)
            response.Error(ErrorCode.None);
        response.NoTags();
    }
}
