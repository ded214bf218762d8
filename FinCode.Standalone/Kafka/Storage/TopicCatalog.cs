using System.Globalization;
using System.Text.Json;
using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Storage;

/// <summary>
/// The topics and how many partitions each has, kept in one small file; each partition's messages are in a folder
/// of its own. The file is written before a client hears of a new topic and before a deleted topic's folder goes.
/// </summary>
internal sealed class TopicCatalog : IDisposable
{
    private const int MaxNameLength = 249;

    private readonly Lock _gate = new();
    private readonly KafkaBrokerOptions _options;
    private readonly TimeProvider _time;
    private readonly string _file;
    private readonly string _folder;
    private volatile Dictionary<string, Topic> _topics = [];

    private TopicCatalog(KafkaBrokerOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _file = Path.Combine(options.DataFolder, "topics.json");
        _folder = Path.Combine(options.DataFolder, "topics");
    }

    public IReadOnlyCollection<Topic> All => _topics.Values;

    public static TopicCatalog Open(KafkaBrokerOptions options, TimeProvider time)
    {
        var catalog = new TopicCatalog(options, time);
        catalog.Load();
        return catalog;
    }

    public Topic? Find(string name) => _topics.GetValueOrDefault(name);

    public PartitionLog? Find(string name, int partition) =>
        Find(name)?.Partitions is { } logs && (uint)partition < (uint)logs.Length ? logs[partition] : null;

    public static bool IsLegalName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name is not ("." or "..")
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>Creates a topic, or with <paramref name="validateOnly"/> only says whether it could.</summary>
    public ErrorCode Create(string name, int partitions, TopicSettings settings, bool validateOnly = false)
    {
        lock (_gate)
        {
            if (!IsLegalName(name))
                return ErrorCode.InvalidTopic;
            if (_topics.ContainsKey(name))
                return ErrorCode.TopicAlreadyExists;
            if (partitions < 1 || partitions > _options.MaxPartitionsPerTopic)
                return ErrorCode.InvalidPartitions;
            if (partitions > FreePartitions())
                return ErrorCode.PolicyViolation;
            if (!validateOnly)
                Save(new Dictionary<string, Topic>(_topics) { [name] = NewTopic(name, partitions, settings) });
            return ErrorCode.None;
        }
    }

    public ErrorCode Grow(string name, int partitions, bool validateOnly)
    {
        lock (_gate)
        {
            if (Find(name) is not { } topic)
                return ErrorCode.UnknownTopicOrPartition;
            var more = partitions - topic.Partitions.Length;
            if (more <= 0 || partitions > _options.MaxPartitionsPerTopic)
                return ErrorCode.InvalidPartitions;
            if (more > FreePartitions())
                return ErrorCode.PolicyViolation;
            if (validateOnly)
                return ErrorCode.None;
            var added = Enumerable.Range(topic.Partitions.Length, more)
                .Select(index => NewPartition(name, index, topic.Settings));
            Save(new Dictionary<string, Topic>(_topics)
            {
                [name] = topic with { Partitions = [.. topic.Partitions, .. added] },
            });
            return ErrorCode.None;
        }
    }

    public ErrorCode Delete(string name)
    {
        lock (_gate)
        {
            if (Find(name) is not { } topic)
                return ErrorCode.UnknownTopicOrPartition;
            var rest = new Dictionary<string, Topic>(_topics);
            rest.Remove(name);
            Save(rest);
            foreach (var partition in topic.Partitions)
                partition.Dispose();
            RemoveFolder(Path.Combine(_folder, name));
            return ErrorCode.None;
        }
    }

    public void Dispose()
    {
        foreach (var partition in All.SelectMany(t => t.Partitions))
            partition.Dispose();
    }

    private static void RemoveFolder(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private void Load()
    {
        Directory.CreateDirectory(_folder);
        if (File.Exists(_file))
        {
            var entries = JsonSerializer.Deserialize<CatalogEntry[]>(File.ReadAllBytes(_file))
                ?? throw new InvalidDataException($"{_file} holds no list of topics.");
            _topics = entries.ToDictionary(
                e => e.Name, e => NewTopic(e.Name, e.Partitions, new TopicSettings(e.Settings)));
        }
        // A crash between taking a topic out of the list and removing its files leaves a folder of nobody.
        foreach (var folder in Directory.EnumerateDirectories(_folder))
        {
            if (!_topics.ContainsKey(Path.GetFileName(folder)))
                RemoveFolder(folder);
        }
    }

    private int FreePartitions() => _options.MaxPartitions - _topics.Values.Sum(t => t.Partitions.Length);

    private Topic NewTopic(string name, int partitions, TopicSettings settings) =>
        new(name, settings, [.. Enumerable.Range(0, partitions).Select(i => NewPartition(name, i, settings))]);

    private PartitionLog NewPartition(string topic, int index, TopicSettings settings) =>
        new(Path.Combine(_folder, topic, index.ToString(CultureInfo.InvariantCulture)), _options, settings, _time);

    private void Save(Dictionary<string, Topic> topics)
    {
        var entries = topics.Values
            .Select(t => new CatalogEntry(
                t.Name, t.Partitions.Length, new Dictionary<string, string>(t.Settings.Values)));
        AtomicFile.Write(_file, JsonSerializer.SerializeToUtf8Bytes(entries.ToArray()), _options.Fsync);
        _topics = topics;
    }

    private sealed record CatalogEntry(string Name, int Partitions, Dictionary<string, string> Settings);
}

/// <summary>A topic as it stands; growing it makes a new one that shares the old partitions.</summary>
internal sealed record Topic(string Name, TopicSettings Settings, PartitionLog[] Partitions);
