using FinCode.Standalone.Kafka.Groups;
using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>The leader brings the assignment of a generation, and every member gets its part.</summary>
internal static class SyncGroupApi
{
    public static Api Api { get; } = new(ApiKey.SyncGroup, 0, 5, 4, HandleAsync);

    private static async ValueTask HandleAsync(ApiRequest request)
    {
        var (reader, version) = (request.Reader, request.Version);
        var groupId = reader.ReadString();
        var generation = reader.ReadInt32();
        var memberId = reader.ReadString();
        var instanceId = version >= 3 ? reader.ReadNullableString() : null;
        var protocolType = version >= 5 ? reader.ReadNullableString() : null;
        var protocol = version >= 5 ? reader.ReadNullableString() : null;
        var assignments = new Dictionary<string, byte[]>();
        _ = reader.ReadArray(r =>
        {
            var member = r.ReadString();
            assignments[member] = r.ReadBytes().ToArray();
            r.SkipTags();
            return member;
        });
        var group = request.Broker.Groups.Find(groupId);
        var result = group is null
            ? SyncResult.Refused(ErrorCode.UnknownMemberId)
            : await group
                .SyncAsync(new SyncCall(memberId, instanceId, generation, protocolType, protocol, assignments))
                .WaitAsync(request.Cancellation);
        var response = request.Response;
        if (version >= 1)
            response.NoThrottle();
        response.Error(result.Error);
        if (version >= 5)
        {
            response.String(result.ProtocolType);
            response.String(result.Protocol);
        }
        response.Bytes(result.Assignment);
        response.NoTags();
    }
}
