using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace FinCode.Broker.Tests.Support;

/// <summary>Clients of librdkafka, set as the services set theirs.</summary>
internal static class Clients
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static IProducer<string, string> Producer(string bootstrap, Action<ProducerConfig>? change = null)
    {
        var config = new ProducerConfig
        {
            BootstrapServers = bootstrap,
            EnableIdempotence = true,
            Acks = Acks.All,
            LingerMs = 0,
            MessageTimeoutMs = 120_000,
            ReconnectBackoffMs = 20,
            ReconnectBackoffMaxMs = 200,
            RetryBackoffMs = 20,
        };
        change?.Invoke(config);
        return new ProducerBuilder<string, string>(config).SetLogHandler((_, _) => { }).Build();
    }

    public static IConsumer<string, string> Consumer(
        string bootstrap, string group, Action<ConsumerConfig>? change = null)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            SessionTimeoutMs = 30_000,
            HeartbeatIntervalMs = 100,
            TopicMetadataRefreshIntervalMs = 200,
            ReconnectBackoffMs = 20,
            ReconnectBackoffMaxMs = 200,
        };
        change?.Invoke(config);
        return new ConsumerBuilder<string, string>(config).SetLogHandler((_, _) => { }).Build();
    }

    public static IAdminClient Admin(string bootstrap) =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap })
            .SetLogHandler((_, _) => { }).Build();

    public static async Task CreateTopicAsync(
        string bootstrap, string topic, int partitions, Dictionary<string, string>? settings = null)
    {
        using var admin = Admin(bootstrap);
        await admin.CreateTopicsAsync(
            [new TopicSpecification { Name = topic, NumPartitions = partitions, Configs = settings }]);
    }

    public static Message<string, string> Message(string key, string value) => new() { Key = key, Value = value };

    /// <summary>Sends without waiting for each, and waits for all.</summary>
    public static async Task<DeliveryResult<string, string>[]> ProduceAllAsync(
        this IProducer<string, string> producer, string topic, IEnumerable<(string Key, string Value)> messages) =>
        await Task.WhenAll(messages.Select(m => producer.ProduceAsync(topic, Message(m.Key, m.Value))).ToList());

    /// <summary>Every message of the topic from its first to its present last offset, partition by partition.</summary>
    public static List<ConsumeResult<string, string>> ReadAll(
        string bootstrap, string topic, Action<ConsumerConfig>? change = null)
    {
        using var admin = Admin(bootstrap);
        var partitions = admin.GetMetadata(topic, Patience).Topics.Single().Partitions;
        using var consumer = Consumer(bootstrap, $"reader-{Guid.NewGuid()}", change);
        consumer.Assign(partitions.Select(p => new TopicPartitionOffset(topic, p.PartitionId, Offset.Beginning)));
        var results = new List<ConsumeResult<string, string>>();
        var open = partitions.Select(p => p.PartitionId).ToHashSet();
        while (open.Count > 0)
        {
            var result = consumer.Consume(Patience) ?? throw new TimeoutException("The topic could not be read.");
            if (result.IsPartitionEOF)
                open.Remove(result.Partition.Value);
            else
                results.Add(result);
        }
        return [.. results.OrderBy(r => r.Partition.Value).ThenBy(r => r.Offset.Value)];
    }

    /// <summary>The next messages of a subscribed consumer, as many as asked for.</summary>
    public static List<ConsumeResult<string, string>> Take(this IConsumer<string, string> consumer, int count)
    {
        var results = new List<ConsumeResult<string, string>>();
        while (results.Count < count)
        {
            var result = consumer.Consume(Patience)
                ?? throw new TimeoutException($"Only {results.Count} of {count} messages came.");
            if (!result.IsPartitionEOF)
                results.Add(result);
        }
        return results;
    }

    /// <summary>Consumes in turn until the condition holds, so that all of them take part in the rebalance.</summary>
    public static void PollUntil(Func<bool> condition, params IConsumer<string, string>[] consumers)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            foreach (var consumer in consumers)
                consumer.Consume(TimeSpan.FromMilliseconds(20));
        }
    }
}
