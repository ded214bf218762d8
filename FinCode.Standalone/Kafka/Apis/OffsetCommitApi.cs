using FinCode.Standalone.Kafka.Protocol;
using FinCode.Standalone.Kafka.Storage;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>Keeps how far a group has come. The answer leaves after the offsets are in their file.</summary>
internal static class OffsetCommitApi
{
    private const int MaxMetadataLength = 4_096;

    public static Api Api { get; } = new(ApiKey.OffsetCommit, 2, 8, 8, Handle);

    private static void Handle(ApiRequest request)
    {
        var (reader, version) = (request.Reader, request.Version);
        var groupId = reader.ReadString();
        var generation = reader.ReadInt32();
        var memberId = reader.ReadString();
        var instanceId = version >= 7 ? reader.ReadNullableString() : null;
        if (version <= 4)
            _ = reader.ReadInt64();
        var topics = reader.ReadArray(r =>
        {
            var name = r.ReadString();
            var partitions = r.ReadArray(p =>
            {
                var index = p.ReadInt32();
                var offset = p.ReadInt64();
                var epoch = version >= 6 ? p.ReadInt32() : -1;
                var commit = KeyValuePair.Create(
                    new TopicPartition(name, index), new CommittedOffset(offset, epoch, p.ReadNullableString()));
                p.SkipTags();
                return commit;
            });
            r.SkipTags();
            return (Name: name, Partitions: partitions);
        });
        var error = groupId.Length == 0
            ? ErrorCode.InvalidGroupId
            : request.Broker.Groups.FindOrAdd(groupId)?.CheckCommit(memberId, instanceId, generation)
                ?? ErrorCode.CoordinatorNotAvailable;
        var commits = topics.SelectMany(t => t.Partitions)
            .Where(c => Refusal(request.Broker, c) == ErrorCode.None).ToList();
        if (error == ErrorCode.None && commits.Count > 0)
            error = Commit(request.Broker, groupId, commits);
        Write(request, topics, error);
    }

    private static ErrorCode Commit(
        BrokerState broker, string groupId, List<KeyValuePair<TopicPartition, CommittedOffset>> commits)
    {
        try
        {
            broker.Offsets.Commit(groupId, commits);
            return ErrorCode.None;
        }
        catch (IOException)
        {
            return ErrorCode.CoordinatorNotAvailable;
        }
    }

    private static ErrorCode Refusal(BrokerState broker, KeyValuePair<TopicPartition, CommittedOffset> commit)
    {
        if (broker.Topics.Find(commit.Key.Topic, commit.Key.Partition) is null)
            return ErrorCode.UnknownTopicOrPartition;
        return commit.Value.Metadata?.Length > MaxMetadataLength
            ? ErrorCode.OffsetMetadataTooLarge
            : ErrorCode.None;
    }

    private static void Write(
        ApiRequest request,
        (string Name, KeyValuePair<TopicPartition, CommittedOffset>[] Partitions)[] topics,
        ErrorCode error)
    {
        var response = request.Response;
        if (request.Version >= 3)
            response.NoThrottle();
        response.ArrayLength(topics.Length);
        foreach (var (name, partitions) in topics)
        {
            response.String(name);
            response.ArrayLength(partitions.Length);
            foreach (var commit in partitions)
            {
                response.Int32(commit.Key.Partition);
                response.Error(error == ErrorCode.None ? Refusal(request.Broker, commit) : error);
                response.NoTags();
            }
            response.NoTags();
        }
        response.NoTags();
    }
}
