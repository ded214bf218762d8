using FinCode.Standalone.Kafka.Protocol;
using FinCode.Standalone.Kafka.Storage;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>Creates topics with their partitions and settings. There is one node, so one replica.</summary>
internal static class CreateTopicsApi
{
    public static Api Api { get; } = new(ApiKey.CreateTopics, 0, 5, 5, Handle);

    private static void Handle(ApiRequest request)
    {
        var (reader, response, version) = (request.Reader, request.Response, request.Version);
        var topics = reader.ReadArray(ReadTopic);
        _ = reader.ReadInt32();
        var validateOnly = version >= 1 && reader.ReadBoolean();
        if (version >= 2)
            response.NoThrottle();
        response.ArrayLength(topics.Length);
        foreach (var topic in topics)
        {
            var partitions = PartitionsOf(topic, request.Broker);
            var (error, message) = Create(request.Broker, topic, partitions, validateOnly);
            response.String(topic.Name);
            response.Error(error);
            if (version >= 1)
                response.String(message);
            if (version >= 5)
            {
                response.Int32(error == ErrorCode.None ? partitions : -1);
                response.Int16(error == ErrorCode.None ? 1 : -1);
                response.NullArray();
            }
            response.NoTags();
        }
        response.NoTags();
    }

    private static NewTopic ReadTopic(ProtocolReader reader)
    {
        var name = reader.ReadString();
        var partitions = reader.ReadInt32();
        var replicas = reader.ReadInt16();
        var assignments = reader.ReadArray(static r =>
        {
            var assignment = (Partition: r.ReadInt32(), Nodes: r.ReadInt32Array());
            r.SkipTags();
            return assignment;
        });
        var settings = reader.ReadArray(static r =>
        {
            var setting = KeyValuePair.Create(r.ReadString(), r.ReadNullableString());
            r.SkipTags();
            return setting;
        });
        reader.SkipTags();
        return new NewTopic(name, partitions, replicas, assignments, settings);
    }

    private static int PartitionsOf(NewTopic topic, BrokerState broker)
    {
        if (topic.Assignments.Length > 0)
            return topic.Assignments.Length;
        return topic.Partitions == -1 ? broker.Options.DefaultPartitions : topic.Partitions;
    }

    private static (ErrorCode Error, string? Message) Create(
        BrokerState broker, NewTopic topic, int partitions, bool validateOnly)
    {
        if (topic.Assignments.Length == 0 && topic.Replicas is not (1 or -1))
            return (ErrorCode.InvalidReplicationFactor, "There is one broker, so one replica.");
        if (topic.Assignments.Any(a => a.Nodes is not [BrokerState.NodeId])
            || !topic.Assignments.Select(a => a.Partition).Order()
                .SequenceEqual(Enumerable.Range(0, topic.Assignments.Length)))
            return (ErrorCode.InvalidReplicaAssignment, $"The only node is {BrokerState.NodeId}.");
        var settings = new Dictionary<string, string>();
        foreach (var (name, value) in topic.Settings)
        {
            if (TopicSettings.Refusal(name, value) is { } refusal)
                return (ErrorCode.InvalidConfig, refusal);
            settings[name] = value!;
        }
        var error = broker.Topics.Create(topic.Name, partitions, new TopicSettings(settings), validateOnly);
        return (error, error == ErrorCode.TopicAlreadyExists ? $"The topic {topic.Name} exists already." : null);
    }

    private sealed record NewTopic(
        string Name, int Partitions, short Replicas, (int Partition, int[] Nodes)[] Assignments,
        KeyValuePair<string, string?>[] Settings);
}
