using System.Collections.Concurrent;
using System.Text.Json;
using Confluent.Kafka;
using FinCode.Contracts;

namespace FinCode.Testing;

/// <summary>An event as it came from the broker.</summary>
/// <param name="Json">The whole envelope, as text.</param>
public sealed record ReceivedEvent(
    string Topic, string Key, string Type, Guid Id, TenantId Tenant, long Sequence, JsonElement Data, string Json);

/// <summary>Reads every topic of a broker from the start, and publishes as another service would.</summary>
public sealed class EventProbe : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedEvent> _received = new();
    private readonly HashSet<TopicPartitionOffset> _seen = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly IProducer<string, string> _producer;
    private readonly Task _reading;

    public EventProbe(string bootstrapServers)
    {
        _producer = new ProducerBuilder<string, string>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            EnableIdempotence = true,
            LingerMs = 0,
            MessageTimeoutMs = 30_000,
        }).SetLogHandler((_, _) => { }).Build();
        _reading = Task.Factory.StartNew(
            () => Read(bootstrapServers), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    /// <summary>Everything that was read so far, on all topics, also what the test published itself.</summary>
    public IReadOnlyList<ReceivedEvent> Received => [.. _received];

    public IReadOnlyList<TEvent> All<TEvent>(TenantId? tenant = null) where TEvent : IEvent =>
        [.. _received.Where(e => e.Type == TEvent.Type && (tenant is null || e.Tenant == tenant)).Select(Data<TEvent>)];

    /// <summary>The first event of the type that fits, now or soon.</summary>
    public async Task<TEvent> WaitForAsync<TEvent>(Func<TEvent, bool> fits) where TEvent : IEvent
    {
        TEvent? found = default;
        await Eventually.TrueAsync(
            () => (found = All<TEvent>().FirstOrDefault(fits)) is not null, $"an event {TEvent.Type} that fits");
        return found!;
    }

    /// <summary>Publishes an event as its owner's relay does; the same id again is the same event.</summary>
    /// <param name="occurredAt">When it happened, for what comes late; now unless given.</param>
    public async Task PublishAsync<TEvent>(TenantId tenant, TEvent message, Guid? id = null, long sequence = 1,
        DateTimeOffset? occurredAt = null) where TEvent : IEvent
    {
        var envelope = new Dictionary<string, object?>
        {
            ["specversion"] = "1.0",
            ["id"] = (id ?? Guid.CreateVersion7()).ToString(),
            ["source"] = "/fincode/test",
            ["type"] = TEvent.Type,
            ["subject"] = message.EventKey(),
            ["time"] = occurredAt ?? TimeProvider.System.GetUtcNow(),
            ["datacontenttype"] = "application/json",
            ["tenantid"] = tenant.ToString(),
            ["sequence"] = sequence.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["data"] = JsonSerializer.SerializeToElement(message, ContractJson.Options),
        };
        await PublishRawAsync(TEvent.Topic, message.EventKey(), JsonSerializer.Serialize(envelope));
    }

    public Task PublishRawAsync(string topic, string key, string value) =>
        _producer.ProduceAsync(topic, new Message<string, string> { Key = key, Value = value });

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _reading;
        _producer.Dispose();
        _stopping.Dispose();
    }

    private static TEvent Data<TEvent>(ReceivedEvent received) =>
        received.Data.Deserialize<TEvent>(ContractJson.Options)!;

    private void Read(string bootstrapServers)
    {
        using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = $"probe-{Guid.CreateVersion7():N}",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            AllowAutoCreateTopics = true,
            TopicMetadataRefreshIntervalMs = 500,
            FetchWaitMaxMs = 50,
        }).SetLogHandler((_, _) => { }).Build();
        consumer.Subscribe(["^fincode\\..*", .. Topics.All]);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is { } result
                    && _seen.Add(result.TopicPartitionOffset))
                    Accept(result);
            }
            catch (ConsumeException)
            {
                // A topic that does not exist yet, or a broker that a test has stopped.
            }
        }
        consumer.Close();
    }

    private void Accept(ConsumeResult<string, string> result)
    {
        try
        {
            var root = JsonDocument.Parse(result.Message.Value).RootElement;
            _received.Enqueue(new ReceivedEvent(
                result.Topic, result.Message.Key, root.GetProperty("type").GetString()!,
                Guid.Parse(root.GetProperty("id").GetString()!),
                TenantId.Parse(root.GetProperty("tenantid").GetString()!),
                long.Parse(root.GetProperty("sequence").ToString(), System.Globalization.CultureInfo.InvariantCulture),
                root.GetProperty("data").Clone(), result.Message.Value));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException)
        {
            // A test published something that is no event; the services' answer to it is what the test looks at.
        }
    }
}
