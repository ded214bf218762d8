using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FinCode.Messaging.Consuming;

/// <summary>
/// A message of a topic with what could be read of it. <see cref="Envelope"/> is null when it is no event at all; <see
/// cref="Event"/> when the data is not what the type promises. <see cref="Unreadable"/> says why, without the content.
/// </summary>
internal sealed record Received(string Topic, int Partition, long Offset, string? KafkaKey, byte[] Value)
{
    public Envelope? Envelope { get; private init; }

    public ReactionBinding? Binding { get; private init; }

    public object? Event { get; private init; }

    public string? Unreadable { get; private init; }

    /// <summary>
    /// What the inbox knows it by. A message without an id of its own is known by its place in the topic.
    /// </summary>
    public required Guid EventId { get; init; }

    /// <summary>Messages with one topic and one key are processed in order.</summary>
    public string Key => Envelope?.Key ?? (Messaging.Envelope.IsKey(KafkaKey) ? KafkaKey : "");

    public EventMeta Meta => new(
        EventId, Envelope!.Tenant, Envelope.Sequence, Envelope.Time, Topic, Envelope.Key);

    /// <summary>Null for an event that the service does not react to.</summary>
    public static Received? Read(
        string topic, int partition, long offset, string? key, byte[]? value, ReactionRegistry registry)
    {
        value ??= [];
        try
        {
            var envelope = Envelope.Read(value);
            if (registry.Find(envelope.Type) is not { } binding)
                return null;
            var (message, problem) = ReadData(envelope, binding);
            return new Received(topic, partition, offset, key, value)
            {
                EventId = envelope.EventId, Envelope = envelope, Binding = binding, Event = message,
                Unreadable = problem,
            };
        }
        catch (UnreadableMessageException exception)
        {
            return new Received(topic, partition, offset, key, value)
            {
                EventId = PlaceId(topic, partition, offset), Unreadable = exception.Message,
            };
        }
    }

    private static (object?, string?) ReadData(Envelope envelope, ReactionBinding binding)
    {
        try
        {
            var (message, key) = binding.Read(envelope.Data);
            return key == envelope.Key
                ? (message, null)
                : (null, "The subject is not the key of the data.");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException
            or FormatException or InvalidOperationException or NullReferenceException)
        {
            var path = exception is JsonException { Path: { } where } ? $" at {where}" : "";
            return (null, $"The data cannot be read as {envelope.Type}{path} ({exception.GetType().Name}).");
        }
    }

    private static Guid PlaceId(string topic, int partition, long offset) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{topic}/{partition}/{offset}")).AsSpan(0, 16));
}
