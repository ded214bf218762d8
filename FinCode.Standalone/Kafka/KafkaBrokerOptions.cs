using Microsoft.Extensions.Logging.Abstractions;

namespace FinCode.Standalone.Kafka;

/// <summary>Settings and limits of the embedded broker. Sizes are bytes.</summary>
internal sealed record KafkaBrokerOptions
{
    /// <summary>Where topics and offsets are kept; one broker at a time may use it.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The loopback port to listen on; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// The port that clients are told to come to, where a forwarder stands before the broker; 0 is the own one.
    /// </summary>
    public int AdvertisedPort { get; init; }

    /// <summary>Partitions of a topic that a client's first use creates.</summary>
    public int DefaultPartitions { get; init; } = 8;

    /// <summary>Whether asking for the metadata of an unknown topic creates it, where the client allows that.</summary>
    public bool AutoCreateTopics { get; init; } = true;

    /// <summary>
    /// Whether every append reaches the disk before it is acknowledged. Without it an acknowledged message survives
    /// the death of the process, with it also the loss of power.
    /// </summary>
    public bool Fsync { get; init; }

    /// <summary>Age after which messages go; null keeps them for ever. A topic's retention.ms goes before it.</summary>
    public TimeSpan? RetentionTime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Size of a partition above which its oldest segments go; null is no limit.</summary>
    public long? RetentionBytes { get; init; }

    /// <summary>Retention removes whole segments, so this is its grain.</summary>
    public int SegmentBytes { get; init; } = 64 * 1024 * 1024;

    public TimeSpan RetentionCheckInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The largest record batch that is taken.</summary>
    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The largest request; whoever announces a larger one is disconnected.</summary>
    public int MaxFrameBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The most that one fetch returns, whatever the client asks for.</summary>
    public int MaxFetchBytes { get; init; } = 32 * 1024 * 1024;

    public TimeSpan MaxFetchWait { get; init; } = TimeSpan.FromSeconds(60);

    public int MaxConnections { get; init; } = 1_000;

    public int MaxPartitions { get; init; } = 100_000;

    public int MaxPartitionsPerTopic { get; init; } = 1_000;

    public int MaxGroups { get; init; } = 10_000;

    public int MaxMembersPerGroup { get; init; } = 1_000;

    /// <summary>A connection without a request for this long is closed.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A request that began must be complete, and an answer be taken, within this time.</summary>
    public TimeSpan TransferTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan MinSessionTimeout { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan MaxSessionTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long an idempotent producer's sequence is remembered after its last batch.</summary>
    public TimeSpan ProducerStateLifetime { get; init; } = TimeSpan.FromDays(1);

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <exception cref="ArgumentException">A setting cannot work; the message says which.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(DataFolder);
        ArgumentOutOfRangeException.ThrowIfNegative(Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, 65_535);
        ArgumentOutOfRangeException.ThrowIfNegative(AdvertisedPort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(AdvertisedPort, 65_535);
        ArgumentOutOfRangeException.ThrowIfLessThan(DefaultPartitions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(DefaultPartitions, MaxPartitionsPerTopic);
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 1_024);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageBytes, 1_024);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFrameBytes, MaxMessageBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxFrameBytes, 512 * 1024 * 1024);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxFetchBytes, 512 * 1024 * 1024);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConnections, 1);
    }
}
