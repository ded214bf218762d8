namespace FinCode.Standalone.Kafka;

internal static partial class BrokerLog
{
    [LoggerMessage(
        LogLevel.Information, "Kafka broker for development and tests listens on {Endpoint}, data in {Folder}")]
    public static partial void Started(ILogger logger, string endpoint, string folder);

    [LoggerMessage(LogLevel.Warning, "Cut {Bytes} bytes of an unfinished write off {Topic}/{Partition}")]
    public static partial void TailCut(ILogger logger, string topic, int partition, long bytes);

    [LoggerMessage(LogLevel.Information, "Retention removed {Count} segments of {Topic}/{Partition}")]
    public static partial void SegmentsRemoved(ILogger logger, string topic, int partition, int count);

    [LoggerMessage(LogLevel.Warning, "Closed the connection of {Client}: {Reason}")]
    public static partial void Refused(ILogger logger, string client, string reason);

    [LoggerMessage(LogLevel.Error, "A request of {Client} failed; its connection was closed")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string client);

    [LoggerMessage(LogLevel.Error, "A periodic task of the broker failed")]
    public static partial void SweepFailed(ILogger logger, Exception exception);
}
