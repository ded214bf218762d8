using FinCode.Standalone.Kafka.Groups;
using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>A consumer comes into a group; the answer comes when the generation is complete.</summary>
internal static class JoinGroupApi
{
    public static Api Api { get; } = new(ApiKey.JoinGroup, 0, 7, 6, HandleAsync);

    private static async ValueTask HandleAsync(ApiRequest request)
    {
        var (reader, version) = (request.Reader, request.Version);
        var groupId = reader.ReadString();
        var session = TimeSpan.FromMilliseconds(reader.ReadInt32());
        var rebalance = version >= 1 ? TimeSpan.FromMilliseconds(reader.ReadInt32()) : session;
        var call = new JoinCall
        {
            MemberId = reader.ReadString(),
            InstanceId = version >= 5 ? reader.ReadNullableString() : null,
            ClientId = request.ClientId,
            ClientHost = request.ClientHost,
            SessionTimeout = session,
            RebalanceTimeout = rebalance > TimeSpan.Zero ? rebalance : session,
            ProtocolType = reader.ReadString(),
            Protocols = reader.ReadArray(static r =>
            {
                var protocol = new GroupProtocol(r.ReadString(), r.ReadBytes().ToArray());
                r.SkipTags();
                return protocol;
            }),
            NewcomersAskTwice = version >= 4,
        };
        if (groupId.Length == 0)
            Write(request, JoinResult.Refused(ErrorCode.InvalidGroupId, call.MemberId));
        else if (request.Broker.Groups.FindOrAdd(groupId) is { } group)
            Write(request, await group.JoinAsync(call).WaitAsync(request.Cancellation));
        else
            Write(request, JoinResult.Refused(ErrorCode.CoordinatorNotAvailable, call.MemberId));
    }

    private static void Write(ApiRequest request, JoinResult result)
    {
        var (response, version) = (request.Response, request.Version);
        if (version >= 2)
            response.NoThrottle();
        response.Error(result.Error);
        response.Int32(result.Generation);
        if (version >= 7)
            response.String(result.ProtocolType);
        response.String(version >= 7 ? result.Protocol : result.Protocol ?? "");
        response.String(result.Leader);
        response.String(result.MemberId);
        response.ArrayLength(result.Members.Count);
        foreach (var member in result.Members)
        {
            response.String(member.Id);
            if (version >= 5)
                response.String(member.InstanceId);
            response.Bytes(member.Metadata);
            response.NoTags();
        }
        response.NoTags();
    }
}
