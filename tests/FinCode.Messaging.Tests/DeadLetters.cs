using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Messaging.Tests;

internal sealed record Letter(string Key, byte[] Value, IReadOnlyDictionary<string, string> Headers);

/// <summary>The dead letters of the notes service, read from the start of their topic.</summary>
internal static class DeadLetters
{
    public static async Task<Letter> FirstAsync(string bootstrapServers, Func<Letter, bool> fits)
    {
        List<Letter> found = [];
        await Eventually.TrueAsync(
            async () => (found = await AllAsync(bootstrapServers, fits)).Count > 0, "a dead letter that fits");
        return found.ShouldHaveSingleItem();
    }

    public static Task<List<Letter>> AllAsync(string bootstrapServers, Func<Letter, bool> fits) =>
        Task.Run(() => Read(bootstrapServers).Where(fits).ToList());

    private static List<Letter> Read(string bootstrapServers)
    {
        using var consumer = new ConsumerBuilder<string, byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "letters",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            AllowAutoCreateTopics = false,
        }).Build();
        consumer.Assign(new TopicPartitionOffset(
            Topics.DeadLetter(NoteWritten.Topic, NotesApp.Noun), 0, Offset.Beginning));
        List<Letter> letters = [];
        try
        {
            while (consumer.Consume(TimeSpan.FromSeconds(5)) is { IsPartitionEOF: false } result)
                letters.Add(new Letter(result.Message.Key, result.Message.Value, result.Message.Headers.ToDictionary(
                    header => header.Key, header => Encoding.UTF8.GetString(header.GetValueBytes()))));
        }
        catch (ConsumeException)
        {
            // The first death creates the topic.
        }
        return letters;
    }
}

internal static class Messages
{
    /// <summary>An envelope as text, members in a fixed order, for tests that spoil it.</summary>
    public static string Envelope<TEvent>(TenantId tenant, TEvent message, string? traceParent = null)
        where TEvent : IEvent =>
        Encoding.UTF8.GetString(Messaging.Envelope.Write(
            Guid.CreateVersion7(), "test", TEvent.Type, tenant, message.EventKey(), 1, TimeProvider.System.GetUtcNow(),
            traceParent, JsonSerializer.Serialize(message, ContractJson.Options)));
}
