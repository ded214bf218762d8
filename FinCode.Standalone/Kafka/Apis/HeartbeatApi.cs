using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>A member says that it lives, and hears when it has to join again.</summary>
internal static class HeartbeatApi
{
    public static Api Api { get; } = new(ApiKey.Heartbeat, 0, 4, 4, Handle);

    private static void Handle(ApiRequest request)
    {
        var (reader, response) = (request.Reader, request.Response);
        var groupId = reader.ReadString();
        var generation = reader.ReadInt32();
        var memberId = reader.ReadString();
        var instanceId = request.Version >= 3 ? reader.ReadNullableString() : null;
        if (request.Version >= 1)
            response.NoThrottle();
        response.Error(request.Broker.Groups.Find(groupId)?.Heartbeat(memberId, instanceId, generation)
            ?? ErrorCode.UnknownMemberId);
        response.NoTags();
    }
}
