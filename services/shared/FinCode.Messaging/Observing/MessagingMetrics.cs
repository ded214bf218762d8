using System.Diagnostics.Metrics;

namespace FinCode.Messaging;

/// <summary>What the queues hold, as last seen: rows, seconds, messages.</summary>
internal sealed record QueueDepths(long Outbox, double OldestOutboxSeconds, long Parked, long Dead)
{
    public static QueueDepths Empty { get; } = new(0, 0, 0, 0);
}

/// <summary>The meter "FinCode.Messaging", tagged with the service's noun.</summary>
internal sealed class MessagingMetrics
{
    private readonly Counter<long> _published;
    private readonly Counter<long> _processed;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _dead;
    private readonly Counter<long> _unreadable;
    private readonly Counter<long> _parked;
    private readonly Counter<long> _stalled;

    public MessagingMetrics(
        IMeterFactory meters, MessagingPlace place, Func<QueueDepths> depths,
        Func<IReadOnlyDictionary<string, long>> lag)
    {
        var meter = meters.Create(MessagingTelemetry.Name, version: null, tags: [new("service", place.Noun)]);
        _published = meter.CreateCounter<long>("fincode.messaging.published", "{message}");
        _processed = meter.CreateCounter<long>("fincode.messaging.processed", "{message}");
        _duplicates = meter.CreateCounter<long>("fincode.messaging.duplicates", "{message}");
        _failed = meter.CreateCounter<long>("fincode.messaging.failed", "{attempt}");
        _dead = meter.CreateCounter<long>("fincode.messaging.dead", "{message}");
        _unreadable = meter.CreateCounter<long>("fincode.messaging.unreadable", "{message}");
        _parked = meter.CreateCounter<long>("fincode.messaging.parked", "{message}");
        _stalled = meter.CreateCounter<long>("fincode.messaging.stalled", "{attempt}");
        meter.CreateObservableGauge("fincode.messaging.outbox.depth", () => depths().Outbox, "{row}");
        meter.CreateObservableGauge("fincode.messaging.outbox.oldest", () => depths().OldestOutboxSeconds, "s");
        meter.CreateObservableGauge("fincode.messaging.parked.depth", () => depths().Parked, "{message}");
        meter.CreateObservableGauge("fincode.messaging.dead.depth", () => depths().Dead, "{message}");
        meter.CreateObservableGauge("fincode.messaging.lag", () => lag().Select(topic =>
            new Measurement<long>(topic.Value, new KeyValuePair<string, object?>("topic", topic.Key))), "{message}");
    }

    public void Published(int count) => _published.Add(count);

    public void Processed(string type) => _processed.Add(1, Tag("type", type));

    public void Duplicate(string topic) => _duplicates.Add(1, Tag("topic", topic));

    public void Failed(string type) => _failed.Add(1, Tag("type", type));

    public void Dead(string type) => _dead.Add(1, Tag("type", type));

    public void Unreadable(string topic) => _unreadable.Add(1, Tag("topic", topic));

    public void Parked(string topic) => _parked.Add(1, Tag("topic", topic));

    /// <summary>A whole batch could be neither processed nor parked.</summary>
    public void Stalled() => _stalled.Add(1);

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
