using FinCode.Standalone.Kafka.Groups;
using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>Who is in a group and what each member has.</summary>
internal static class DescribeGroupsApi
{
    private const int NoOperations = int.MinValue;

    public static Api Api { get; } = new(ApiKey.DescribeGroups, 0, 5, 5, Handle);

    private static void Handle(ApiRequest request)
    {
        var (response, version) = (request.Response, request.Version);
        var ids = request.Reader.ReadStringArray();
        if (version >= 1)
            response.NoThrottle();
        response.ArrayLength(ids.Length);
        foreach (var id in ids)
        {
            var group = request.Broker.Groups.Find(id)?.Describe();
            response.Error(ErrorCode.None);
            response.String(id);
            response.String(StateOf(request.Broker, id, group));
            response.String(group?.ProtocolType ?? "");
            response.String(group?.Protocol ?? "");
            WriteMembers(response, version, group?.Members ?? []);
            if (version >= 3)
                response.Int32(NoOperations);
            response.NoTags();
        }
        response.NoTags();
    }

    /// <summary>A group without members lives by its offsets; one without either is dead.</summary>
    public static string StateOf(BrokerState broker, string id, GroupDescription? group)
    {
        if (group is not null && group.State != GroupState.Empty)
            return group.State.ToString();
        return broker.Offsets.Of(id).Count > 0 ? nameof(GroupState.Empty) : "Dead";
    }

    private static void WriteMembers(ProtocolWriter response, short version, IReadOnlyList<MemberDescription> members)
    {
        response.ArrayLength(members.Count);
        foreach (var member in members)
        {
            response.String(member.Id);
            if (version >= 4)
                response.String(member.InstanceId);
            response.String(member.ClientId);
            response.String(member.ClientHost);
            response.Bytes(member.Metadata);
            response.Bytes(member.Assignment);
            response.NoTags();
        }
    }
}
