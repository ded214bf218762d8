using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>Members go of their own will; the others rebalance at once.</summary>
internal static class LeaveGroupApi
{
    private const short FirstBatchVersion = 3;

    public static Api Api { get; } = new(ApiKey.LeaveGroup, 0, 4, 4, Handle);

    private static void Handle(ApiRequest request)
    {
        var (reader, response, version) = (request.Reader, request.Response, request.Version);
        var group = request.Broker.Groups.Find(reader.ReadString());
        (string Id, string? InstanceId)[] members = version < FirstBatchVersion
            ? [(reader.ReadString(), null)]
            : reader.ReadArray(static r =>
            {
                var member = (Id: r.ReadString(), InstanceId: r.ReadNullableString());
                r.SkipTags();
                return member;
            });
        var errors = members
            .Select(m => group?.Leave(m.Id, m.InstanceId) ?? ErrorCode.UnknownMemberId)
            .ToList();
        if (version >= 1)
            response.NoThrottle();
        response.Error(version < FirstBatchVersion ? errors[0] : ErrorCode.None);
        if (version >= FirstBatchVersion)
        {
            response.ArrayLength(members.Length);
            foreach (var ((id, instanceId), error) in members.Zip(errors))
            {
                response.String(id);
                response.String(instanceId);
                response.Error(error);
                response.NoTags();
            }
        }
        response.NoTags();
    }
}
