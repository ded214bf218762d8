using FinCode.Standalone.Kafka.Groups;
using FinCode.Standalone.Kafka.Storage;

namespace FinCode.Standalone.Kafka;

/// <summary>What the handlers of all connections share.</summary>
internal sealed class BrokerState : IDisposable
{
    public const int NodeId = 1;
    public const string Host = "127.0.0.1";
    public const string ClusterId = "fincode-standalone";

    /// <summary>With one node there never is another leader.</summary>
    public const int LeaderEpoch = 0;

    public required KafkaBrokerOptions Options { get; init; }

    public required TimeProvider Time { get; init; }

    public required TopicCatalog Topics { get; init; }

    public required OffsetStore Offsets { get; init; }

    public required GroupCoordinator Groups { get; init; }

    public required ProducerIds ProducerIds { get; init; }

    /// <summary>The port that clients are sent to.</summary>
    public int AdvertisedPort { get; set; }

    public static BrokerState Open(KafkaBrokerOptions options, TimeProvider time)
    {
        var offsets = OffsetStore.Open(Path.Combine(options.DataFolder, "offsets.log"), options.Fsync);
        return new BrokerState
        {
            Options = options,
            Time = time,
            Topics = TopicCatalog.Open(options, time),
            Offsets = offsets,
            Groups = new GroupCoordinator(options, time),
            ProducerIds = new ProducerIds(Path.Combine(options.DataFolder, "producer-ids"), options.Fsync),
        };
    }

    /// <summary>Checks what an earlier run wrote; says where something had to be cut off.</summary>
    public void Recover()
    {
        foreach (var topic in Topics.All)
        {
            for (var index = 0; index < topic.Partitions.Length; index++)
            {
                var cut = topic.Partitions[index].Recover();
                if (cut > 0)
                    BrokerLog.TailCut(Options.Logger, topic.Name, index, cut);
            }
        }
    }

    public void EnforceRetention()
    {
        foreach (var topic in Topics.All)
        {
            for (var index = 0; index < topic.Partitions.Length; index++)
            {
                var removed = topic.Partitions[index].EnforceRetention();
                if (removed > 0)
                    BrokerLog.SegmentsRemoved(Options.Logger, topic.Name, index, removed);
            }
        }
    }

    public void Dispose()
    {
        Topics.Dispose();
        Offsets.Dispose();
    }
}
