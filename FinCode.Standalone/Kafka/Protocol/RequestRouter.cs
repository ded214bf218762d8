using System.Collections.Frozen;
using FinCode.Standalone.Kafka.Apis;

namespace FinCode.Standalone.Kafka.Protocol;

/// <summary>The table of all APIs, and the way of a frame through it: header, handler, response.</summary>
internal static class RequestRouter
{
    /// <summary>
    /// The error answer to an unknown version of ApiVersions is written in the oldest one, as Kafka does.
    /// </summary>
    private const short FallbackVersion = 0;

    public static IReadOnlyList<Api> Apis { get; } =
    [
        ProduceApi.Api, FetchApi.Api, ListOffsetsApi.Api, MetadataApi.Api, OffsetCommitApi.Api, OffsetFetchApi.Api,
        FindCoordinatorApi.Api, JoinGroupApi.Api, HeartbeatApi.Api, LeaveGroupApi.Api, SyncGroupApi.Api,
        DescribeGroupsApi.Api, ListGroupsApi.Api, ApiVersionsApi.Api, CreateTopicsApi.Api, DeleteTopicsApi.Api,
        InitProducerIdApi.Api, OffsetForLeaderEpochApi.Api, DescribeConfigsApi.Api, CreatePartitionsApi.Api,
    ];

    private static readonly FrozenDictionary<int, Api> s_byKey = Apis.ToFrozenDictionary(a => (int)a.Key);

    /// <summary>Handles one frame and leaves its response in the writer.</summary>
    /// <returns>False where nothing is to be sent.</returns>
    /// <exception cref="MalformedRequestException">The connection cannot go on.</exception>
    public static async ValueTask<bool> HandleAsync(
        Memory<byte> frame, ProtocolWriter response, BrokerState broker, string clientHost,
        CancellationToken cancellation)
    {
        var reader = new ProtocolReader(frame);
        var key = reader.ReadInt16();
        var version = reader.ReadInt16();
        var correlationId = reader.ReadInt32();
        if (!s_byKey.TryGetValue(key, out var api))
            throw new MalformedRequestException($"the API {key} is not spoken here");
        response.Reset();
        response.Int32(correlationId);
        if (!api.Speaks(version))
        {
            if (api.Key != ApiKey.ApiVersions)
                throw new MalformedRequestException($"version {version} of {api.Key} is not spoken here");
            ApiVersionsApi.Write(response, FallbackVersion, ErrorCode.UnsupportedVersion);
            return true;
        }
        var clientId = reader.ReadHeaderString();
        reader.Flexible = response.Flexible = version >= api.FlexibleFrom;
        reader.SkipTags();
        // The header of this one answer stays in its first form, because its reader does not know the version yet.
        if (api.Key != ApiKey.ApiVersions)
            response.NoTags();
        var request = new ApiRequest
        {
            Broker = broker,
            Version = version,
            ClientId = clientId ?? "",
            ClientHost = clientHost,
            Reader = reader,
            Response = response,
            Cancellation = cancellation,
        };
        await api.HandleAsync(request);
        return !request.Unanswered;
    }
}
