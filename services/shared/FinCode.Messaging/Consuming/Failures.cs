using Confluent.Kafka;
using FinCode.ServiceDefaults;
using Npgsql;

namespace FinCode.Messaging.Consuming;

/// <summary>What a failure means, and how it is written down without anybody's data.</summary>
internal static class Failures
{
    private const int MaxReasonLength = 300;
    private const int MaxDepth = 8;

    /// <summary>The world is not ready: tried again for as long as it takes.</summary>
    public static bool IsTransient(Exception exception)
    {
        Exception? current = exception;
        for (var depth = 0; current is not null && depth < MaxDepth; depth++, current = current.InnerException)
        {
            if (current is TransientException or HttpRequestException or TimeoutException or OperationCanceledException
                or NpgsqlException { IsTransient: true })
                return true;
        }
        return false;
    }

    /// <summary>The kinds of the exception and its causes. What a broker says names hosts and topics.</summary>
    public static string Reason(Exception exception)
    {
        var reason = exception is KafkaException kafka
            ? $"KafkaException {kafka.Error.Code}: {kafka.Error.Reason}"
            : ExceptionText.Of(exception);
        return reason.Length <= MaxReasonLength ? reason : reason[..MaxReasonLength];
    }
}
