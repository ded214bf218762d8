using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>Gives an idempotent producer its number. Transactional producers are told that they may not.</summary>
internal static class InitProducerIdApi
{
    public static Api Api { get; } = new(ApiKey.InitProducerId, 0, 4, 2, Handle);

    private static void Handle(ApiRequest request)
    {
        var transactional = request.Reader.ReadNullableString() is not null;
        var response = request.Response;
        response.NoThrottle();
        response.Error(transactional ? ErrorCode.TransactionalIdAuthorizationFailed : ErrorCode.None);
        response.Int64(transactional ? -1 : request.Broker.ProducerIds.Next());
        response.Int16(transactional ? -1 : 0);
        response.NoTags();
    }
}
