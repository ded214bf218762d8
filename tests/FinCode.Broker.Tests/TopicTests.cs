using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FinCode.Broker.Tests.Support;

namespace FinCode.Broker.Tests;

public sealed class TopicTests : BrokerTest
{
    [Fact]
    public async Task Producing_creates_a_topic_and_reading_does_not()
    {
        using (var producer = Clients.Producer(Bootstrap))
            await producer.ProduceAsync("made", Clients.Message("k", "v"));
        using var consumer = Clients.Consumer(Bootstrap, "g");
        consumer.Subscribe("not-made");

        var unknown = Should.Throw<ConsumeException>(() => consumer.Consume(Clients.Patience));

        unknown.Error.Code.ShouldBe(ErrorCode.UnknownTopicOrPart);
        using var admin = Clients.Admin(Bootstrap);
        admin.GetMetadata(Clients.Patience).Topics.Select(t => (t.Topic, t.Partitions.Count)).ShouldBe([("made", 8)]);
    }

    [Fact]
    public async Task A_consumer_finds_a_topic_that_comes_later()
    {
        using var consumer = Clients.Consumer(Bootstrap, "early", c => c.AllowAutoCreateTopics = true);
        consumer.Subscribe("later");
        using var producer = Clients.Producer(Bootstrap);
        await producer.ProduceAsync("later", Clients.Message("k", "v"));
        ConsumeResult<string, string>? found = null;

        Clients.PollUntil(() =>
        {
            try
            {
                found = consumer.Consume(TimeSpan.FromMilliseconds(50));
            }
            catch (ConsumeException e) when (e.Error.Code == ErrorCode.UnknownTopicOrPart)
            {
                found = null;
            }
            return found is { IsPartitionEOF: false };
        });

        found!.Message.Value.ShouldBe("v");
    }

    [Fact]
    public async Task Hundreds_of_topics_are_listed_and_are_still_there_after_a_restart()
    {
        using var admin = Clients.Admin(Bootstrap);
        await admin.CreateTopicsAsync(Enumerable.Range(0, 300)
            .Select(i => new TopicSpecification { Name = $"topic-{i:000}", NumPartitions = 1 + (i % 5) }));

        await RestartAsync();

        var listed = admin.GetMetadata(Clients.Patience).Topics.OrderBy(t => t.Topic).ToList();
        listed.Select(t => t.Topic).ShouldBe(Enumerable.Range(0, 300).Select(i => $"topic-{i:000}"));
        listed.Select(t => t.Partitions.Count).ShouldBe(Enumerable.Range(0, 300).Select(i => 1 + (i % 5)));
    }

    [Fact]
    public async Task Topics_grow_but_do_not_shrink()
    {
        await Clients.CreateTopicAsync(Bootstrap, "growing", 2);
        using var admin = Clients.Admin(Bootstrap);

        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = "growing", IncreaseTo = 5 }]);
        admin.GetMetadata("growing", Clients.Patience).Topics.Single().Partitions.Count.ShouldBe(5);
        var refused = await Should.ThrowAsync<CreatePartitionsException>(() => admin.CreatePartitionsAsync(
            [new PartitionsSpecification { Topic = "growing", IncreaseTo = 3 }]));

        refused.Results.Single().Error.Code.ShouldBe(ErrorCode.InvalidPartitions);
    }

    [Fact]
    public async Task A_topic_made_anew_is_empty_and_its_groups_begin_at_its_start()
    {
        await Clients.CreateTopicAsync(Bootstrap, "anew", 1);
        using (var producer = Clients.Producer(Bootstrap))
            await producer.ProduceAllAsync("anew", [("k", "old 1"), ("k", "old 2")]);
        using (var consumer = Clients.Consumer(Bootstrap, "anew"))
        {
            consumer.Subscribe("anew");
            consumer.Commit(consumer.Take(2)[^1]);
            consumer.Close();
        }
        using var admin = Clients.Admin(Bootstrap);

        await admin.DeleteTopicsAsync(["anew"]);
        Directory.Exists(Path.Combine(Folder.Path, "topics", "anew")).ShouldBeFalse();
        await Clients.CreateTopicAsync(Bootstrap, "anew", 1);
        await RestartAsync();

        using (var producer = Clients.Producer(Bootstrap))
            await producer.ProduceAsync("anew", Clients.Message("k", "new"));
        using var again = Clients.Consumer(Bootstrap, "anew");
        again.Subscribe("anew");
        again.Take(1)[0].Message.Value.ShouldBe("new");
    }

    [Theory]
    [InlineData("has space", 1, null, null, ErrorCode.TopicException)]
    [InlineData("..", 1, null, null, ErrorCode.TopicException)]
    [InlineData("../outside", 1, null, null, ErrorCode.TopicException)]
    [InlineData("many", 1_001, null, null, ErrorCode.InvalidPartitions)]
    [InlineData("odd", 1, "no.such.setting", "1", ErrorCode.InvalidConfig)]
    [InlineData("kept", 1, "cleanup.policy", "compact", ErrorCode.InvalidConfig)]
    [InlineData("kept", 1, "retention.ms", "soon", ErrorCode.InvalidConfig)]
    public async Task Topics_that_cannot_be_are_refused_with_a_reason(
        string name, int partitions, string? setting, string? value, ErrorCode reason)
    {
        var settings = setting is null ? null : new Dictionary<string, string> { [setting] = value! };

        var refused = await Should.ThrowAsync<CreateTopicsException>(
            () => Clients.CreateTopicAsync(Bootstrap, name, partitions, settings));

        refused.Results.Single().Error.Code.ShouldBe(reason);
    }

    [Fact]
    public async Task A_topic_cannot_be_created_twice()
    {
        await Clients.CreateTopicAsync(Bootstrap, "twice", 1);

        var refused = await Should.ThrowAsync<CreateTopicsException>(
            () => Clients.CreateTopicAsync(Bootstrap, "twice", 1));

        refused.Results.Single().Error.Code.ShouldBe(ErrorCode.TopicAlreadyExists);
    }

    [Fact]
    public async Task Settings_of_a_topic_are_told_and_last()
    {
        await Clients.CreateTopicAsync(Bootstrap, "set", 1, new() { ["retention.ms"] = "1234" });
        await RestartAsync();
        using var admin = Clients.Admin(Bootstrap);

        var topic = (await admin.DescribeConfigsAsync([Resource(ResourceType.Topic, "set")])).Single().Entries;

        topic["retention.ms"].Value.ShouldBe("1234");
        topic["retention.ms"].IsDefault.ShouldBeFalse();
        topic["max.message.bytes"].Value.ShouldBe("16777216");
        topic["max.message.bytes"].IsDefault.ShouldBeTrue();
        (await admin.DescribeConfigsAsync([Resource(ResourceType.Broker, "1")])).Single().Entries.ShouldNotBeEmpty();
        await Should.ThrowAsync<DescribeConfigsException>(
            () => admin.DescribeConfigsAsync([Resource(ResourceType.Topic, "none")]));
    }

    private static ConfigResource Resource(ResourceType type, string name) => new() { Type = type, Name = name };
}
