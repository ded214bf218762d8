using FinCode.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace FinCode.Messaging;

/// <summary>
/// How fast and how wide a service publishes and consumes; section <c>Messaging</c>. The defaults suit production; a
/// value that cannot work stops the service at start.
/// </summary>
public sealed record MessagingOptions
{
    public const string Section = "Messaging";

    /// <summary>
    /// How long a topic keeps its messages, in days. The inbox remembers longer, so that no redelivery is unknown to
    /// it.
    /// </summary>
    public const int TopicRetentionDays = 7;

    /// <summary>How long the inbox remembers an event, in days; more than <see cref="TopicRetentionDays"/>.</summary>
    public const int InboxRetentionDays = 30;

    /// <summary>How long an idempotent request is answered again, in days.</summary>
    public const int IdempotencyRetentionDays = 30;

    /// <summary>
    /// How long dead letters stay in their topic, in days; the parked message itself stays until it is replayed.
    /// </summary>
    public const int DeadLetterRetentionDays = 90;

    /// <summary>The largest event, in bytes of JSON.</summary>
    public const int MaxEventBytes = 256 * 1024;

    private const int MaxPartitions = 1_000;
    private const int MaxBatch = 5_000;
    private const int MaxLanes = 64;
    private const int MaxAttemptsLimit = 100;
    private const int LongestMilliseconds = 10 * 60 * 1_000;

    /// <summary>Partitions of a topic that this service creates because it is missing.</summary>
    public int Partitions { get; init; } = 8;

    /// <summary>Messages taken from the broker at once.</summary>
    public int ConsumerBatchSize { get; init; } = 200;

    /// <summary>Keys are spread over so many lanes; each lane is one transaction on a connection of its own.</summary>
    public int Lanes { get; init; } = 4;

    /// <summary>Outbox rows published at once.</summary>
    public int RelayBatchSize { get; init; } = 500;

    /// <summary>How often the relay looks without having been notified.</summary>
    public int RelayPollMilliseconds { get; init; } = 1_000;

    /// <summary>How often a replica that does not lead tries to.</summary>
    public int StandbyPollMilliseconds { get; init; } = 1_000;

    /// <summary>
    /// How long the broker may take to acknowledge a batch before the relay starts over with a new producer.
    /// </summary>
    public int DeliveryTimeoutMilliseconds { get; init; } = 10_000;

    /// <summary>After this long without a heartbeat a consumer's partitions go to the others.</summary>
    public int SessionTimeoutMilliseconds { get; init; } = 10_000;

    /// <summary>A reaction that takes longer is broken off and tried again.</summary>
    public int ReactionTimeoutMilliseconds { get; init; } = 30_000;

    /// <summary>Tries of a message that fails for other than transient reasons, until it is dead.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The pause before the second try; it doubles with each further one.</summary>
    public int RetryBaseMilliseconds { get; init; } = 200;

    public int RetryCapMilliseconds { get; init; } = 30_000;

    /// <summary>How often parked messages are looked at.</summary>
    public int RetryPollMilliseconds { get; init; } = 250;

    /// <summary>Parked keys that are tried at the same time.</summary>
    public int RetryLanes { get; init; } = 4;

    internal void Validate()
    {
        Require(Partitions, 1, MaxPartitions, nameof(Partitions));
        Require(ConsumerBatchSize, 1, MaxBatch, nameof(ConsumerBatchSize));
        Require(Lanes, 1, MaxLanes, nameof(Lanes));
        Require(RelayBatchSize, 1, MaxBatch, nameof(RelayBatchSize));
        Require(RelayPollMilliseconds, 10, LongestMilliseconds, nameof(RelayPollMilliseconds));
        Require(StandbyPollMilliseconds, 10, LongestMilliseconds, nameof(StandbyPollMilliseconds));
        Require(DeliveryTimeoutMilliseconds, 100, LongestMilliseconds, nameof(DeliveryTimeoutMilliseconds));
        Require(SessionTimeoutMilliseconds, 1_000, LongestMilliseconds, nameof(SessionTimeoutMilliseconds));
        Require(ReactionTimeoutMilliseconds, 100, LongestMilliseconds, nameof(ReactionTimeoutMilliseconds));
        Require(MaxAttempts, 1, MaxAttemptsLimit, nameof(MaxAttempts));
        Require(RetryBaseMilliseconds, 1, LongestMilliseconds, nameof(RetryBaseMilliseconds));
        Require(RetryCapMilliseconds, RetryBaseMilliseconds, LongestMilliseconds, nameof(RetryCapMilliseconds));
        Require(RetryPollMilliseconds, 10, LongestMilliseconds, nameof(RetryPollMilliseconds));
        Require(RetryLanes, 1, MaxLanes, nameof(RetryLanes));
    }

    private static void Require(int value, int atLeast, int atMost, string name)
    {
        if (value < atLeast || value > atMost)
            throw new InvalidOperationException(
                $"The setting {Section}:{name} is a number from {atLeast} to {atMost}.");
    }
}

/// <summary>Where a service's messaging works: its noun, its database, its brokers.</summary>
internal sealed record MessagingPlace(string Noun, string DedicatedConnectionString, KafkaAddress Kafka)
{
    private const int KeepAliveSeconds = 10;

    /// <summary><c>ConnectionStrings:noun</c>, <c>ConnectionStrings:kafka</c>, and section <c>Kafka</c>.</summary>
    public static MessagingPlace From(IConfiguration configuration, string noun)
    {
        // Never from the pool: closing this connection must end its session, because locks and LISTEN go with the
        // session.
        var dedicated = new NpgsqlConnectionStringBuilder(configuration.RequireConnectionString(noun))
        {
            Pooling = false,
            KeepAlive = KeepAliveSeconds,
            ApplicationName = $"{noun}-relay",
        };
        return new MessagingPlace(noun, dedicated.ConnectionString, KafkaAddress.With(
            configuration.RequireConnectionString(KafkaAddress.ConnectionName), configuration));
    }
}
