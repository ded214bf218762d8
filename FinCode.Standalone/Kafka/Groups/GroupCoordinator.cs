using System.Collections.Concurrent;

namespace FinCode.Standalone.Kafka.Groups;

/// <summary>All groups of the broker, which is the coordinator of each.</summary>
internal sealed class GroupCoordinator(KafkaBrokerOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ConsumerGroup> _groups = new();

    public IReadOnlyCollection<KeyValuePair<string, ConsumerGroup>> All => _groups;

    public ConsumerGroup? Find(string id) => _groups.GetValueOrDefault(id);

    /// <summary>The group, made on first use; null when there are too many.</summary>
    public ConsumerGroup? FindOrAdd(string id)
    {
        if (_groups.TryGetValue(id, out var group))
            return group;
        return _groups.Count >= options.MaxGroups
            ? null
            : _groups.GetOrAdd(id, key => new ConsumerGroup(key, options, time));
    }

    public void Tick()
    {
        foreach (var group in _groups.Values)
            group.Tick();
    }
}
