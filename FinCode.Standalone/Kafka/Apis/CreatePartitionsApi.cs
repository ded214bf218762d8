using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>Gives topics more partitions; fewer is not possible.</summary>
internal static class CreatePartitionsApi
{
    public static Api Api { get; } = new(ApiKey.CreatePartitions, 0, 3, 2, Handle);

    private static void Handle(ApiRequest request)
    {
        var (reader, response) = (request.Reader, request.Response);
        var topics = reader.ReadArray(static r =>
        {
            var topic = (Name: r.ReadString(), Count: r.ReadInt32());
            // Where the new partitions go is no question with one node.
            _ = r.ReadNullableArray(static a =>
            {
                var nodes = a.ReadInt32Array();
                a.SkipTags();
                return nodes;
            });
            r.SkipTags();
            return topic;
        });
        _ = reader.ReadInt32();
        var validateOnly = reader.ReadBoolean();
        response.NoThrottle();
        response.ArrayLength(topics.Length);
        foreach (var (name, count) in topics)
        {
            response.String(name);
            response.Error(request.Broker.Topics.Grow(name, count, validateOnly));
            response.String(null);
            response.NoTags();
        }
        response.NoTags();
    }
}
