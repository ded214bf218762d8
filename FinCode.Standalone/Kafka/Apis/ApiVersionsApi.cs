using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>Tells a client which APIs and versions it can use; the first request of most connections.</summary>
internal static class ApiVersionsApi
{
    public static Api Api { get; } = new(ApiKey.ApiVersions, 0, 3, 3, Handle);

    public static void Write(ProtocolWriter response, short version, ErrorCode error)
    {
        response.Error(error);
        response.ArrayLength(RequestRouter.Apis.Count);
        foreach (var api in RequestRouter.Apis)
        {
            response.Int16((int)api.Key);
            response.Int16(api.MinVersion);
            response.Int16(api.MaxVersion);
            response.NoTags();
        }
        if (version >= 1)
            response.NoThrottle();
        response.NoTags();
    }

    private static void Handle(ApiRequest request) => Write(request.Response, request.Version, ErrorCode.None);
}
