using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>The coordinator of every group is this one node; of transactions there is none.</summary>
internal static class FindCoordinatorApi
{
    private const int GroupKey = 0;

    public static Api Api { get; } = new(ApiKey.FindCoordinator, 0, 3, 3, Handle);

    private static void Handle(ApiRequest request)
    {
        var (reader, response, version) = (request.Reader, request.Response, request.Version);
        _ = reader.ReadString();
        var keyType = version >= 1 ? reader.ReadInt8() : GroupKey;
        var isGroup = keyType == GroupKey;
        if (version >= 1)
            response.NoThrottle();
        response.Error(isGroup ? ErrorCode.None : ErrorCode.TransactionalIdAuthorizationFailed);
        if (version >= 1)
            response.String(isGroup ? null : "This broker does not support transactions.");
        response.Int32(isGroup ? BrokerState.NodeId : -1);
        response.String(isGroup ? BrokerState.Host : "");
        response.Int32(isGroup ? request.Broker.AdvertisedPort : -1);
        response.NoTags();
    }
}
