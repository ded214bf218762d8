using Confluent.Kafka;
using FinCode.Broker.Tests.Support;

namespace FinCode.Broker.Tests;

public sealed class ConsumerGroupTests : BrokerTest
{
    [Theory]
    [InlineData(PartitionAssignmentStrategy.Range)]
    [InlineData(PartitionAssignmentStrategy.CooperativeSticky)]
    public async Task Two_members_share_the_partitions_and_the_one_that_stays_gets_all(
        PartitionAssignmentStrategy strategy)
    {
        await Clients.CreateTopicAsync(Bootstrap, "shared", 8);
        using var first = Clients.Consumer(Bootstrap, "sharing", c => c.PartitionAssignmentStrategy = strategy);
        using var second = Clients.Consumer(Bootstrap, "sharing", c => c.PartitionAssignmentStrategy = strategy);
        first.Subscribe("shared");
        Clients.PollUntil(() => first.Assignment.Count == 8, first);

        second.Subscribe("shared");
        Clients.PollUntil(() => first.Assignment.Count == 4 && second.Assignment.Count == 4, first, second);
        first.Assignment.Concat(second.Assignment).Select(p => p.Partition.Value).Order()
            .ShouldBe(Enumerable.Range(0, 8));

        second.Close();
        Clients.PollUntil(() => first.Assignment.Count == 8, first);
    }

    [Fact]
    public async Task Every_message_is_handled_once_while_members_come_and_go()
    {
        await Clients.CreateTopicAsync(Bootstrap, "work", 4);
        using var producer = Clients.Producer(Bootstrap);
        var seen = new List<string>();
        using var first = Clients.Consumer(Bootstrap, "workers");
        first.Subscribe("work");

        await producer.ProduceAllAsync("work", Enumerable.Range(0, 200).Select(i => ($"{i}", $"{i}")));
        Handle(200, first);
        using (var second = Clients.Consumer(Bootstrap, "workers"))
        {
            second.Subscribe("work");
            Clients.PollUntil(() => second.Assignment.Count == 2 && first.Assignment.Count == 2, first, second);
            await producer.ProduceAllAsync("work", Enumerable.Range(200, 200).Select(i => ($"{i}", $"{i}")));
            Handle(400, first, second);
            second.Close();
        }
        await producer.ProduceAllAsync("work", Enumerable.Range(400, 200).Select(i => ($"{i}", $"{i}")));
        Handle(600, first);

        seen.Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, 600));

        void Handle(int until, params IConsumer<string, string>[] consumers)
        {
            using var patience = new CancellationTokenSource(Clients.Patience);
            while (seen.Count < until)
            {
                patience.Token.ThrowIfCancellationRequested();
                foreach (var consumer in consumers)
                {
                    if (consumer.Consume(TimeSpan.FromMilliseconds(20)) is { IsPartitionEOF: false } result)
                    {
                        seen.Add(result.Message.Value);
                        consumer.Commit(result);
                    }
                }
            }
        }
    }

    [Fact]
    public async Task A_group_goes_on_where_it_committed_also_after_a_restart_of_the_broker()
    {
        await Clients.CreateTopicAsync(Bootstrap, "resume", 1);
        using var producer = Clients.Producer(Bootstrap);
        await producer.ProduceAllAsync("resume", Enumerable.Range(0, 10).Select(i => ("k", $"{i}")));
        using (var consumer = Clients.Consumer(Bootstrap, "resuming"))
        {
            consumer.Subscribe("resume");
            consumer.Commit(consumer.Take(4)[^1]);
            consumer.Close();
        }

        await RestartAsync();

        using var next = Clients.Consumer(Bootstrap, "resuming");
        next.Subscribe("resume");
        next.Take(6).Select(r => r.Message.Value).ShouldBe(["4", "5", "6", "7", "8", "9"]);
        next.Committed([new TopicPartition("resume", 0)], Clients.Patience).Single().Offset.Value.ShouldBe(4);
    }

    [Fact]
    public async Task A_running_consumer_survives_a_restart_of_the_broker()
    {
        await Clients.CreateTopicAsync(Bootstrap, "steady", 2);
        using var producer = Clients.Producer(Bootstrap);
        using var consumer = Clients.Consumer(Bootstrap, "steady");
        consumer.Subscribe("steady");
        await producer.ProduceAsync("steady", Clients.Message("a", "before"));
        consumer.Commit(consumer.Take(1)[0]);

        await RestartAsync();
        await producer.ProduceAsync("steady", Clients.Message("a", "after"));

        consumer.Take(1)[0].Message.Value.ShouldBe("after");
    }

    [Fact]
    public async Task A_static_member_that_comes_back_fences_its_former_self()
    {
        await Clients.CreateTopicAsync(Bootstrap, "static", 2);
        using var former = Clients.Consumer(Bootstrap, "statics", c => c.GroupInstanceId = "one");
        former.Subscribe("static");
        Clients.PollUntil(() => former.Assignment.Count == 2, former);
        using var latter = Clients.Consumer(Bootstrap, "statics", c => c.GroupInstanceId = "one");
        latter.Subscribe("static");
        Clients.PollUntil(() => latter.Assignment.Count == 2, latter);

        var fenced = Should.Throw<KafkaException>(
            () => Clients.PollUntil(() => false, former));

        fenced.Error.Code.ShouldBe(ErrorCode.FencedInstanceId);
    }

    [Fact]
    public async Task Groups_can_be_listed_and_described()
    {
        await Clients.CreateTopicAsync(Bootstrap, "seen", 2);
        using var consumer = Clients.Consumer(Bootstrap, "visible", c => c.ClientId = "the-client");
        consumer.Subscribe("seen");
        Clients.PollUntil(() => consumer.Assignment.Count == 2, consumer);
        using var admin = Clients.Admin(Bootstrap);

        var listed = await admin.ListConsumerGroupsAsync();
        listed.Valid.ShouldContain(g => g.GroupId == "visible" && g.State == ConsumerGroupState.Stable);
        var described = (await admin.DescribeConsumerGroupsAsync(["visible", "nobody"])).ConsumerGroupDescriptions;
        described[0].State.ShouldBe(ConsumerGroupState.Stable);
        described[0].Members.Single().ClientId.ShouldBe("the-client");
        described[0].Members.Single().Assignment.TopicPartitions.Count.ShouldBe(2);
        described[1].State.ShouldBe(ConsumerGroupState.Dead);
    }

    [Fact]
    public async Task Nobody_from_outside_commits_over_a_group_at_work()
    {
        await Clients.CreateTopicAsync(Bootstrap, "guarded", 1);
        using var consumer = Clients.Consumer(Bootstrap, "guards");
        consumer.Subscribe("guarded");
        Clients.PollUntil(() => consumer.Assignment.Count == 1, consumer);
        using var stranger = Clients.Consumer(Bootstrap, "guards");

        var refused = Should.Throw<KafkaException>(
            () => stranger.Commit([new TopicPartitionOffset("guarded", 0, 5)]));

        refused.Error.Code.ShouldBe(ErrorCode.UnknownMemberId);
    }
}
