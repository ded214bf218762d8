using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>Removes topics with their messages and with what groups committed of them.</summary>
internal static class DeleteTopicsApi
{
    public static Api Api { get; } = new(ApiKey.DeleteTopics, 0, 5, 4, Handle);

    private static void Handle(ApiRequest request)
    {
        var (response, version) = (request.Response, request.Version);
        var names = request.Reader.ReadStringArray();
        if (version >= 1)
            response.NoThrottle();
        response.ArrayLength(names.Length);
        foreach (var name in names)
        {
            var error = request.Broker.Topics.Delete(name);
            if (error == ErrorCode.None)
                request.Broker.Offsets.ForgetTopic(name);
            response.String(name);
            response.Error(error);
            if (version >= 5)
                response.String(null);
            response.NoTags();
        }
        response.NoTags();
    }
}
