using System.Collections.Concurrent;
using Confluent.Kafka;
using FinCode.Broker.Tests.Support;
using FinCode.Testing;
using Xunit.Abstractions;

namespace FinCode.Broker.Tests;

public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const string Topic = "killed";
    private const int Keys = 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Kill_9_in_the_middle_of_producing_loses_no_acknowledged_message_and_repeats_none()
    {
        const int kills = 3;
        var random = new Random(Seeds.New(output));
        var port = BrokerProcess.FreePort();
        var broker = await BrokerProcess.StartAsync(_folder.Path, port);
        var acknowledged = new ConcurrentDictionary<int, TopicPartitionOffset>();
        var failed = new ConcurrentBag<string>();
        try
        {
            using var producer = Clients.Producer(broker.Bootstrap, c => c.LingerMs = 1);
            using var stop = new CancellationTokenSource();
            var producing = Task.Run(() => ProduceUntil(producer, acknowledged, failed, stop.Token));
            for (var kill = 0; kill < kills; kill++)
            {
                var enough = acknowledged.Count + random.Next(500, 5_000);
                await Until(() => acknowledged.Count >= enough);
                await broker.KillAsync();
                broker.Dispose();
                broker = await BrokerProcess.StartAsync(_folder.Path, port);
            }
            await stop.CancelAsync();
            var sent = await producing;
            producer.Flush(Clients.Patience);

            failed.ShouldBeEmpty();
            acknowledged.Count.ShouldBe(sent);
            ShouldHoldAll(broker.Bootstrap, acknowledged);
        }
        finally
        {
            broker.Dispose();
        }
    }

    [Fact]
    public async Task Kill_9_keeps_topics_and_committed_offsets()
    {
        var port = BrokerProcess.FreePort();
        using (var broker = await BrokerProcess.StartAsync(_folder.Path, port))
        {
            await Clients.CreateTopicAsync(broker.Bootstrap, "kept", 3);
            using var producer = Clients.Producer(broker.Bootstrap);
            await producer.ProduceAllAsync("kept", Enumerable.Range(0, 30).Select(i => ("k", $"{i}")));
            using var consumer = Clients.Consumer(broker.Bootstrap, "keepers");
            consumer.Subscribe("kept");
            consumer.Commit(consumer.Take(12)[^1]);
            await broker.KillAsync();
        }

        using var again = await BrokerProcess.StartAsync(_folder.Path, port);

        using var admin = Clients.Admin(again.Bootstrap);
        admin.GetMetadata(Clients.Patience).Topics.Single().Partitions.Count.ShouldBe(3);
        using var next = Clients.Consumer(again.Bootstrap, "keepers");
        next.Subscribe("kept");
        next.Take(18).Select(r => r.Message.Value).ShouldBe(Enumerable.Range(12, 18).Select(i => $"{i}"));
    }

    [Fact]
    public async Task SIGTERM_ends_the_process_cleanly_and_the_folder_serves_one_broker_at_a_time()
    {
        using var broker = await BrokerProcess.StartAsync(_folder.Path, 0);

        var second = await Should.ThrowAsync<InvalidOperationException>(
            () => BrokerProcess.StartAsync(_folder.Path, 0));
        second.Message.ShouldContain("in use by another broker");

        (await broker.TerminateAsync()).ShouldBe(0);
        using var next = await BrokerProcess.StartAsync(_folder.Path, 0);
        (await next.TerminateAsync()).ShouldBe(0);
    }

    private static async Task<int> ProduceUntil(
        IProducer<string, string> producer, ConcurrentDictionary<int, TopicPartitionOffset> acknowledged,
        ConcurrentBag<string> failed, CancellationToken stop)
    {
        var sent = 0;
        while (!stop.IsCancellationRequested)
        {
            // A window, so that the client's own queue never overflows while the broker is down.
            if (sent - acknowledged.Count - failed.Count > 2_000)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
                continue;
            }
            var number = sent++;
            producer.Produce(Topic, Clients.Message($"k{number % Keys}", $"{number}"), report =>
            {
                if (report.Error.IsError)
                    failed.Add(report.Error.Reason);
                else
                    acknowledged[number] = report.TopicPartitionOffset;
            });
        }
        return sent;
    }

    private static void ShouldHoldAll(
        string bootstrap, ConcurrentDictionary<int, TopicPartitionOffset> acknowledged)
    {
        var read = Clients.ReadAll(bootstrap, Topic);
        read.Count.ShouldBe(acknowledged.Count);
        foreach (var result in read)
        {
            acknowledged.TryRemove(int.Parse(result.Message.Value), out var place).ShouldBeTrue("came twice");
            // librdkafka reports no offset for a batch whose first answer was lost; all others must match.
            if (place!.Offset.Value >= 0)
                result.TopicPartitionOffset.ShouldBe(place);
        }
        acknowledged.ShouldBeEmpty();
        foreach (var key in read.GroupBy(r => r.Message.Key))
            key.Select(r => int.Parse(r.Message.Value)).ShouldBeInOrder();
    }

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Clients.Patience);
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
    }
}
