using FinCode.Standalone.Kafka.Protocol;
using FinCode.Standalone.Kafka.Storage;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>
/// Says which topics there are and who leads them, and creates those that a producer is about to use.
/// </summary>
internal static class MetadataApi
{
    /// <summary>Kafka's "not asked for" of the authorized operations; there is no authorization here.</summary>
    private const int NoOperations = int.MinValue;

    public static Api Api { get; } = new(ApiKey.Metadata, 0, 9, 9, Handle);

    private static void Handle(ApiRequest request)
    {
        var (reader, version) = (request.Reader, request.Version);
        var names = reader.ReadNullableArray(static r =>
        {
            var name = r.ReadString();
            r.SkipTags();
            return name;
        });
        var mayCreate = version < 4 || reader.ReadBoolean();
        var everything = names is null || (version == 0 && names.Length == 0);
        var broker = request.Broker;
        var topics = everything
            ? broker.Topics.All.Select(t => (t.Name, Topic: (Topic?)t, Error: ErrorCode.None)).ToList()
            : [.. names!.Distinct().Select(name => FindOrCreate(broker, name, mayCreate))];
        Write(request, topics);
    }

    private static (string Name, Topic? Topic, ErrorCode Error) FindOrCreate(
        BrokerState broker, string name, bool mayCreate)
    {
        if (broker.Topics.Find(name) is { } topic)
            return (name, topic, ErrorCode.None);
        if (!TopicCatalog.IsLegalName(name))
            return (name, null, ErrorCode.InvalidTopic);
        if (!mayCreate || !broker.Options.AutoCreateTopics)
            return (name, null, ErrorCode.UnknownTopicOrPartition);
        var error = broker.Topics.Create(name, broker.Options.DefaultPartitions, TopicSettings.None);
        if (error == ErrorCode.TopicAlreadyExists)
            error = ErrorCode.None;
        return (name, broker.Topics.Find(name), error);
    }

    private static void Write(ApiRequest request, List<(string Name, Topic? Topic, ErrorCode Error)> topics)
    {
        var (response, version) = (request.Response, request.Version);
        if (version >= 3)
            response.NoThrottle();
        response.ArrayLength(1);
        response.Int32(BrokerState.NodeId);
        response.String(BrokerState.Host);
        response.Int32(request.Broker.AdvertisedPort);
        if (version >= 1)
            response.String(null);
        response.NoTags();
        if (version >= 2)
            response.String(BrokerState.ClusterId);
        if (version >= 1)
            response.Int32(BrokerState.NodeId);
        response.ArrayLength(topics.Count);
        foreach (var (name, topic, error) in topics)
        {
            response.Error(error);
            response.String(name);
            if (version >= 1)
                response.Boolean(false);
            WritePartitions(response, version, topic?.Partitions.Length ?? 0);
            if (version >= 8)
                response.Int32(NoOperations);
            response.NoTags();
        }
        if (version >= 8)
            response.Int32(NoOperations);
        response.NoTags();
    }

    private static void WritePartitions(ProtocolWriter response, short version, int count)
    {
        response.ArrayLength(count);
        for (var index = 0; index < count; index++)
        {
            response.Error(ErrorCode.None);
            response.Int32(index);
            response.Int32(BrokerState.NodeId);
            if (version >= 7)
                response.Int32(BrokerState.LeaderEpoch);
            response.Int32Array(BrokerState.NodeId);
            response.Int32Array(BrokerState.NodeId);
            if (version >= 5)
                response.Int32Array();
            response.NoTags();
        }
    }
}
