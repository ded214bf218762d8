using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FinCode.Contracts;

namespace FinCode.Messaging.Tests;

/// <summary>How long the topics that a service creates keep their messages.</summary>
public sealed class TopicRetentionTests(NotesFixture fixture) : IClassFixture<NotesFixture>
{
    private const string Days7 = "604800000";
    private const string Days90 = "7776000000";

    [Fact]
    public async Task Checkpoints_stay_for_ever_events_for_a_week_and_dead_letters_for_a_quarter()
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig
        {
            BootstrapServers = fixture.Notes.BootstrapServers,
        }).Build();
        var letters = Topics.DeadLetter(Topics.Audit, $"nobody-{Guid.CreateVersion7():N}");

        await KafkaClients.CreateMissingTopicsAsync(
            admin.Handle, [.. Topics.All, letters], new MessagingOptions(), CancellationToken.None);

        (await RetentionAsync(admin, Topics.Audit)).ShouldBe(("-1", "-1"));
        (await RetentionAsync(admin, Topics.Ledger)).Time.ShouldBe(Days7);
        (await RetentionAsync(admin, letters)).Time.ShouldBe(Days90);
        Topics.All.Where(Topics.IsKeptForEver).ShouldBe([Topics.Audit]);
    }

    private static async Task<(string? Time, string? Bytes)> RetentionAsync(IAdminClient admin, string topic)
    {
        var found = await admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = topic }]);
        return (found[0].Entries["retention.ms"].Value,
            found[0].Entries.TryGetValue("retention.bytes", out var bytes) ? bytes.Value : null);
    }
}
