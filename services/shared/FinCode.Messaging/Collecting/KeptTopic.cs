using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Confluent.Kafka;
using FinCode.Contracts;

namespace FinCode.Messaging.Collecting;

/// <summary>
/// A topic from its beginning to the end that it had when it was opened, read by somebody who is no service: without a
/// group, so that nothing is noted at the broker and every reading is whole.
/// </summary>
public sealed class KeptTopic : IDisposable
{
    private const string ClientId = "fincode-collector";
    private const int MetadataSeconds = 10;
    private const int SilenceSeconds = 30;
    private const int PollMilliseconds = 100;

    private readonly string _topic;
    private readonly IConsumer<Ignore, byte[]> _consumer;
    private readonly Dictionary<Partition, long> _ends = [];
    private string _reason = "";

    private KeptTopic(KafkaAddress address, string topic)
    {
        _topic = topic;
        var config = KafkaClients.For(address, ClientId, new ConsumerConfig
        {
            GroupId = ClientId,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            EnablePartitionEof = true,
            AllowAutoCreateTopics = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = IsolationLevel.ReadUncommitted,
        });
        _consumer = new ConsumerBuilder<Ignore, byte[]>(config)
            .SetErrorHandler((_, error) => _reason = error.Reason)
            .SetLogHandler((_, _) => { })
            .Build();
    }

    /// <summary>Messages that the topic had once and has no more: it is not kept for ever, whatever we asked.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Messages that are no event of ours, or not what their type promises.</summary>
    public long Unreadable { get; private set; }

    /// <summary>What somebody should know who takes the topic for evidence; usually nothing.</summary>
    public IEnumerable<string> Remarks()
    {
        if (Forgotten > 0)
            yield return $"The topic {_topic} has lost its first {Forgotten} messages: it is not kept for ever.";
        if (Unreadable > 0)
            yield return $"{Unreadable} messages of the topic {_topic} cannot be read and were passed over.";
    }

    /// <exception cref="TopicException">There is no broker, no such topic, or no right to it.</exception>
    public static KeptTopic Open(KafkaAddress address, string topic)
    {
        KeptTopic? opened = null;
        try
        {
            opened = new KeptTopic(address, topic);
            opened.FindEnds(address.BootstrapServers);
            return opened;
        }
        catch (KafkaException exception)
        {
            var reason = opened?._reason is { Length: > 0 } heard ? heard : exception.Error.Reason;
            opened?.Dispose();
            throw new TopicException($"No answer from the brokers at {address.BootstrapServers}: {reason}.");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            throw new TopicException($"The broker's settings are wrong: {exception.Message}");
        }
        catch (TopicException)
        {
            opened?.Dispose();
            throw;
        }
    }

    /// <summary>The events of one type; the topic's others are passed over. Once.</summary>
    /// <exception cref="TopicException">The broker has nothing more to say before the end is reached.</exception>
    public IEnumerable<TEvent> Read<TEvent>(CancellationToken cancellationToken) where TEvent : IEvent
    {
        _consumer.Assign(_ends.Keys.Select(partition => new TopicPartitionOffset(_topic, partition, Offset.Beginning)));
        var heard = TimeProvider.System.GetTimestamp();
        while (_ends.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Next() is not { } result)
            {
                if (TimeProvider.System.GetElapsedTime(heard).TotalSeconds > SilenceSeconds)
                    throw new TopicException(
                        $"The broker has not answered for {SilenceSeconds} seconds, and the topic {_topic} "
                        + $"is not read to its end{(_reason.Length > 0 ? ": " + _reason : "")}.");
                continue;
            }
            heard = TimeProvider.System.GetTimestamp();
            if (!_ends.TryGetValue(result.Partition, out var end))
                continue;
            if (result.Offset + (result.IsPartitionEOF ? 0 : 1) >= end)
                _ends.Remove(result.Partition);
            if (!result.IsPartitionEOF && result.Offset < end && TryRead<TEvent>(result.Message.Value, out var message))
                yield return message;
        }
    }

    public void Dispose() => _consumer.Dispose();

    private void FindEnds(string servers)
    {
        var timeout = TimeSpan.FromSeconds(MetadataSeconds);
        using var admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        // All topics: a broker may create one that is asked for by name.
        var found = admin.GetMetadata(timeout).Topics.Find(one => one.Topic == _topic);
        if (found is not { Partitions.Count: > 0 })
            throw new TopicException(
                $"There is no topic {_topic} at {servers}, or it is not for us to see. The service makes it when it "
                + "first publishes.");
        foreach (var partition in found.Partitions)
        {
            var ends = _consumer.QueryWatermarkOffsets(
                new TopicPartition(_topic, partition.PartitionId), timeout);
            Forgotten += ends.Low;
            if (ends.High > ends.Low)
                _ends.Add(partition.PartitionId, ends.High);
        }
    }

    private ConsumeResult<Ignore, byte[]>? Next()
    {
        try
        {
            return _consumer.Consume(PollMilliseconds);
        }
        catch (ConsumeException exception) when (!exception.Error.IsFatal)
        {
            // A leader that moves, a broker that is away: the client goes on by itself, for as long as we wait.
            _reason = exception.Error.Reason;
            return null;
        }
        catch (KafkaException exception)
        {
            throw new TopicException($"The topic {_topic} cannot be read: {exception.Error.Reason}.");
        }
    }

    private bool TryRead<TEvent>(byte[]? value, [NotNullWhen(true)] out TEvent? message) where TEvent : IEvent
    {
        message = default;
        try
        {
            var envelope = Envelope.Read(value ?? []);
            if (envelope.Type != TEvent.Type)
                return false;
            message = envelope.Data.Deserialize<TEvent>(ContractJson.Options);
        }
        catch (Exception exception) when (exception is UnreadableMessageException or JsonException
            or NotSupportedException or ArgumentException or FormatException or InvalidOperationException)
        {
            // Counted below.
        }
        if (message is null)
            Unreadable++;
        return message is not null;
    }
}

/// <summary>A topic cannot be read; the text is a sentence for whoever asked.</summary>
public sealed class TopicException(string sentence) : Exception(sentence);
