using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Confluent.Kafka;

namespace FinCode.Messaging;

/// <summary>What relay and consumer know of the brokers and of their queues; metrics and health look here.</summary>
internal sealed class MessagingState
{
    private readonly ConcurrentDictionary<string, long> _lag = [];
    private volatile bool _relayReaches = true;
    private volatile bool _consumerReaches = true;

    public MessagingState(IMeterFactory meters, MessagingPlace place) =>
        Metrics = new MessagingMetrics(meters, place, () => Depths, () => _lag);

    public MessagingMetrics Metrics { get; }

    /// <summary>As the last look at the tables found them.</summary>
    public QueueDepths Depths { get; set; } = QueueDepths.Empty;

    /// <summary>
    /// Messages that the group has not finished yet, by topic, of the partitions that this replica has.
    /// </summary>
    public IReadOnlyDictionary<string, long> Lag => _lag;

    /// <summary>False from when a client has lost all brokers until it has one again.</summary>
    public bool ReachesBroker => _relayReaches && _consumerReaches;

    public void RelayClientFailed(Error error) => _relayReaches &= !IsUnreachable(error);

    public void RelayDelivered() => _relayReaches = true;

    public void RelayStatistics(string json)
    {
        using var statistics = JsonDocument.Parse(json);
        _relayReaches |= HasBroker(statistics.RootElement);
    }

    public void ConsumerClientFailed(Error error) => _consumerReaches &= !IsUnreachable(error);

    public void ConsumerReceived() => _consumerReaches = true;

    public void ConsumerStatistics(string json)
    {
        using var statistics = JsonDocument.Parse(json);
        _consumerReaches |= HasBroker(statistics.RootElement);
        if (!statistics.RootElement.TryGetProperty("topics", out var topics))
            return;
        foreach (var topic in topics.EnumerateObject())
            _lag[topic.Name] = topic.Value.GetProperty("partitions").EnumerateObject().Sum(LagOf);
    }

    private static long LagOf(JsonProperty partition) =>
        partition.Value.TryGetProperty("consumer_lag", out var lag) ? Math.Max(0, lag.GetInt64()) : 0;

    private static bool HasBroker(JsonElement statistics) =>
        statistics.TryGetProperty("brokers", out var brokers)
        && brokers.EnumerateObject().Any(broker => broker.Value.GetProperty("state").GetString() == "UP");

    private static bool IsUnreachable(Error error) => error.Code == ErrorCode.Local_AllBrokersDown;
}
