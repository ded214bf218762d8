namespace FinCode.Standalone.Kafka.Protocol;

/// <summary>One request on its way through a handler: what was asked, and where the answer is written.</summary>
internal sealed class ApiRequest
{
    public required BrokerState Broker { get; init; }

    public required short Version { get; init; }

    public required string ClientId { get; init; }

    public required string ClientHost { get; init; }

    public required ProtocolReader Reader { get; init; }

    public required ProtocolWriter Response { get; init; }

    public required CancellationToken Cancellation { get; init; }

    /// <summary>Set where the protocol has no answer: a produce request with acks=0.</summary>
    public bool Unanswered { get; set; }
}

/// <summary>An API, the versions of it that are spoken here, and from which one on its encoding is flexible.</summary>
internal sealed record Api(
    ApiKey Key, short MinVersion, short MaxVersion, short FlexibleFrom, Func<ApiRequest, ValueTask> HandleAsync)
{
    public Api(ApiKey key, short min, short max, short flexibleFrom, Action<ApiRequest> handle)
        : this(key, min, max, flexibleFrom, request =>
        {
            handle(request);
            return ValueTask.CompletedTask;
        })
    {
    }

    public bool Speaks(short version) => version >= MinVersion && version <= MaxVersion;
}
