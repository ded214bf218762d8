using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FinCode.Contracts;

namespace FinCode.Messaging;

/// <summary>What the relay's producer and the consumer share: addresses, reconnecting, creating topics.</summary>
internal static class KafkaClients
{
    private const int ReconnectMilliseconds = 100;
    private const int ReconnectCapMilliseconds = 1_000;
    private const int StatisticsMilliseconds = 2_000;
    private const int CreateTimeoutSeconds = 5;
    private const short BrokersDefaultReplicas = -1;
    private const string Unlimited = "-1";

    public static TConfig For<TConfig>(MessagingPlace place, TConfig config) where TConfig : ClientConfig
    {
        config.StatisticsIntervalMs = StatisticsMilliseconds;
        return For(place.Kafka, place.Noun, config);
    }

    public static TConfig For<TConfig>(KafkaAddress address, string clientId, TConfig config)
        where TConfig : ClientConfig
    {
        config.BootstrapServers = address.BootstrapServers;
        config.ClientId = clientId;
        config.ReconnectBackoffMs = ReconnectMilliseconds;
        config.ReconnectBackoffMaxMs = ReconnectCapMilliseconds;
        config.SocketNagleDisable = true;
        foreach (var (name, value) in address.Settings)
            config.Set(name, value);
        return config;
    }

    /// <summary>
    /// Creates the topics that are missing. Another service may do so at the same moment; what exists stays as it is.
    /// </summary>
    public static async Task CreateMissingTopicsAsync(
        Handle handle, IEnumerable<string> topics, MessagingOptions options, CancellationToken cancellationToken)
    {
        using var admin = new DependentAdminClientBuilder(handle).Build();
        var timeout = TimeSpan.FromSeconds(CreateTimeoutSeconds);
        try
        {
            await admin.CreateTopicsAsync(
                topics.Select(topic => Specification(topic, options)),
                new CreateTopicsOptions { RequestTimeout = timeout, OperationTimeout = timeout })
                .WaitAsync(cancellationToken);
        }
        catch (CreateTopicsException exception) when (exception.Results.All(result =>
            result.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
            // Somebody was here before.
        }
    }

    private static TopicSpecification Specification(string topic, MessagingOptions options)
    {
        var isDeadLetters = topic.EndsWith(".dead", StringComparison.Ordinal);
        return new TopicSpecification
        {
            Name = topic,
            NumPartitions = isDeadLetters ? 1 : options.Partitions,
            ReplicationFactor = BrokersDefaultReplicas,
            Configs = Topics.IsKeptForEver(topic)
                ? new() { ["retention.ms"] = Unlimited, ["retention.bytes"] = Unlimited }
                : new() { ["retention.ms"] = Milliseconds(isDeadLetters
                    ? MessagingOptions.DeadLetterRetentionDays : MessagingOptions.TopicRetentionDays) },
        };
    }

    private static string Milliseconds(int days) => $"{(long)TimeSpan.FromDays(days).TotalMilliseconds}";
}
