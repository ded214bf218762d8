using Confluent.Kafka;
using FinCode.Broker.Tests.Support;

namespace FinCode.Broker.Tests;

public sealed class ProducingAndConsumingTests : BrokerTest
{
    [Fact]
    public async Task Messages_of_a_key_come_in_the_order_in_which_they_were_sent()
    {
        const int count = 5_000;
        using (var producer = Clients.Producer(Bootstrap, c => c.LingerMs = 2))
            await producer.ProduceAllAsync("ordered", Enumerable.Range(0, count).Select(i => ($"k{i % 50}", $"{i}")));

        var read = Clients.ReadAll(Bootstrap, "ordered");

        read.Count.ShouldBe(count);
        read.Select(r => r.Partition.Value).Distinct().Count().ShouldBe(8);
        foreach (var partition in read.GroupBy(r => r.Partition.Value))
            partition.Select(r => r.Offset.Value).ShouldBe(Enumerable.Range(0, partition.Count()).Select(i => (long)i));
        foreach (var key in read.GroupBy(r => r.Message.Key))
            key.Select(r => int.Parse(r.Message.Value)).ShouldBeInOrder();
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task What_was_sent_comes_back_with_key_value_headers_and_time(CompressionType compression)
    {
        var topic = $"whole-{compression}";
        var sentAt = new Timestamp(TimeProvider.System.GetUtcNow());
        using (var producer = Clients.Producer(Bootstrap, c => c.CompressionType = compression))
        {
            await producer.ProduceAsync(topic, new Message<string, string>
            {
                Key = "ключ",
                Value = new string('v', 2_000),
                Headers = [new Header("traceparent", [1, 2, 3])],
                Timestamp = sentAt,
            });
        }

        var read = Clients.ReadAll(Bootstrap, topic).Single();

        read.Message.Key.ShouldBe("ключ");
        read.Message.Value.ShouldBe(new string('v', 2_000));
        read.Message.Headers.Single().GetValueBytes().ShouldBe([1, 2, 3]);
        read.Message.Timestamp.UnixTimestampMs.ShouldBe(sentAt.UnixTimestampMs);
    }

    [Fact]
    public async Task Large_messages_pass_and_larger_ones_are_refused()
    {
        const int limit = 20_000_000;
        var large = new string('x', 10_000_000);
        using var producer = Clients.Producer(Bootstrap, c => c.MessageMaxBytes = limit);
        await producer.ProduceAsync("large", Clients.Message("a", large));
        await producer.ProduceAsync("large", Clients.Message("a", "small"));

        var refused = await Should.ThrowAsync<ProduceException<string, string>>(
            () => producer.ProduceAsync("large", Clients.Message("a", new string('x', limit - 1_000_000))));
        refused.Error.Code.ShouldBe(ErrorCode.MsgSizeTooLarge);

        Clients.ReadAll(Bootstrap, "large").Select(r => r.Message.Value.Length).ShouldBe([large.Length, 5]);
    }

    [Fact]
    public async Task A_message_larger_than_what_a_consumer_asks_for_still_reaches_it()
    {
        using (var producer = Clients.Producer(Bootstrap))
            await producer.ProduceAllAsync("tight", [("a", new string('x', 900_000)), ("a", "next")]);
        using var consumer = Clients.Consumer(Bootstrap, "tight", c =>
        {
            c.FetchMaxBytes = 1_024;
            c.MaxPartitionFetchBytes = 1_024;
            c.MessageMaxBytes = 1_024;
        });
        consumer.Subscribe("tight");

        consumer.Take(2).Select(r => r.Message.Value.Length).ShouldBe([900_000, 4]);
    }

    [Fact]
    public async Task Offsets_are_found_by_time()
    {
        var start = TimeProvider.System.GetUtcNow();
        await Clients.CreateTopicAsync(Bootstrap, "timed", 1);
        using (var producer = Clients.Producer(Bootstrap))
        {
            for (var i = 0; i < 100; i++)
            {
                await producer.ProduceAsync("timed", new Message<string, string>
                {
                    Key = "k",
                    Value = $"{i}",
                    Timestamp = new Timestamp(start.AddSeconds(i)),
                });
            }
        }
        using var consumer = Clients.Consumer(Bootstrap, "timed");

        Offset At(double seconds) => consumer.OffsetsForTimes(
            [new TopicPartitionTimestamp("timed", 0, new Timestamp(start.AddSeconds(seconds)))],
            Clients.Patience).Single().Offset;

        At(-100).Value.ShouldBe(0);
        At(42).Value.ShouldBe(42);
        At(42.5).Value.ShouldBe(43);
        At(1_000).ShouldBe(Offset.End);
        consumer.QueryWatermarkOffsets(new TopicPartition("timed", 0), Clients.Patience).High.Value.ShouldBe(100);
    }

    [Fact]
    public async Task Several_producers_and_consumers_at_once_lose_and_repeat_nothing()
    {
        const int producers = 4;
        const int each = 2_000;
        await Clients.CreateTopicAsync(Bootstrap, "busy", 3);
        await Task.WhenAll(Enumerable.Range(0, producers).Select(async p =>
        {
            using var producer = Clients.Producer(Bootstrap, c => c.LingerMs = 1);
            await producer.ProduceAllAsync("busy", Enumerable.Range(0, each).Select(i => ($"{p}", $"{p}/{i}")));
        }));

        var read = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ =>
            Task.Run(() => Clients.ReadAll(Bootstrap, "busy"))));

        foreach (var all in read)
        {
            all.Count.ShouldBe(producers * each);
            all.Select(r => r.Message.Value).Distinct().Count().ShouldBe(producers * each);
        }
    }

    [Fact]
    public void A_transactional_producer_is_told_that_it_may_not()
    {
        using var producer = Clients.Producer(Bootstrap, c =>
        {
            c.TransactionalId = "t";
            c.MessageTimeoutMs = 10_000;
        });

        var refused = Should.Throw<KafkaException>(() => producer.InitTransactions(Clients.Patience));

        refused.Error.Code.ShouldBe(ErrorCode.TransactionalIdAuthorizationFailed);
    }
}
