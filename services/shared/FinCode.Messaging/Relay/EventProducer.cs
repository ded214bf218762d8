using System.Text;
using Confluent.Kafka;

namespace FinCode.Messaging.Relay;

/// <summary>
/// An idempotent producer for as long as nothing goes wrong with it: after any failure it is thrown away with all it
/// holds. It never gives up on a single message, because a message that is given up while a later one of its key is
/// delivered would break the order (librdkafka's gapless guarantee does not cover expired messages). Hence no message
/// timeout; instead the whole batch has one, and with it the producer ends.
/// </summary>
internal sealed class EventProducer : IDisposable
{
    private const int NoMessageTimeout = 0;

    private readonly MessagingPlace _place;
    private readonly MessagingOptions _options;
    private readonly HashSet<string> _knownTopics = [];
    private readonly IProducer<string, byte[]> _producer;

    public EventProducer(MessagingPlace place, MessagingOptions options, MessagingState state)
    {
        _place = place;
        _options = options;
        var config = KafkaClients.For(place, new ProducerConfig
        {
            Acks = Acks.All,
            EnableIdempotence = true,
            EnableGaplessGuarantee = true,
            LingerMs = 0,
            MessageTimeoutMs = NoMessageTimeout,
        });
        _producer = new ProducerBuilder<string, byte[]>(config)
            .SetErrorHandler((_, error) => state.RelayClientFailed(error))
            .SetStatisticsHandler((_, json) => state.RelayStatistics(json))
            .SetLogHandler((_, _) => { })
            .Build();
    }

    public async Task EnsureTopicsAsync(IEnumerable<string> topics, CancellationToken cancellationToken)
    {
        var unknown = topics.Where(topic => !_knownTopics.Contains(topic)).Distinct().ToArray();
        if (unknown.Length == 0)
            return;
        await KafkaClients.CreateMissingTopicsAsync(_producer.Handle, unknown, _options, cancellationToken);
        _knownTopics.UnionWith(unknown);
    }

    /// <summary>
    /// Hands the row to the client at once, in the order of calls; the task ends when the broker has acknowledged it.
    /// </summary>
    public Task SendAsync(OutboxRow row)
    {
        using var activity = MessagingTelemetry.StartProducer(row);
        return _producer.ProduceAsync(row.Topic, Compose(row, activity?.Id ?? row.TraceParent));
    }

    public void Dispose() => _producer.Dispose();

    private Message<string, byte[]> Compose(OutboxRow row, string? traceParent)
    {
        if (row.Raw is { } raw)
            return new() { Key = row.Key, Value = raw, Headers = ToHeaders(row.Headers!) };
        var value = Envelope.Write(
            row.EventId, _place.Noun, row.Type, row.Tenant, row.Key, row.Sequence, row.OccurredAt, traceParent,
            row.Data!);
        return new()
        {
            Key = row.Key,
            Value = value,
            Headers = ToHeaders(new Dictionary<string, string> { ["content-type"] = Envelope.ContentType }),
        };
    }

    private static Headers ToHeaders(Dictionary<string, string> entries)
    {
        var headers = new Headers();
        foreach (var (name, text) in entries)
            headers.Add(name, Encoding.UTF8.GetBytes(text));
        return headers;
    }
}
