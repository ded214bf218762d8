using FinCode.Broker.Tests.Support;
using FinCode.Standalone.Kafka;
using FinCode.Standalone.Kafka.Protocol;
using FinCode.Testing;
using Xunit.Abstractions;

namespace FinCode.Broker.Tests;

public sealed class IdempotenceTests(ITestOutputHelper output) : BrokerTest
{
    private readonly FlakyProxy _proxy = new(Seeds.New(output));

    private protected override KafkaBrokerOptions Options =>
        new() { DataFolder = Folder.Path, AdvertisedPort = _proxy.Port };

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _proxy.ForwardTo(Broker.Port);
    }

    public override async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Answers_that_get_lost_make_no_message_come_twice_or_out_of_order()
    {
        const int count = 3_000;
        using (var producer = Clients.Producer(_proxy.Bootstrap, c => c.BatchNumMessages = 20))
        {
            await producer.ProduceAsync("flaky", Clients.Message("first", "first"));
            _proxy.CutPercent = 5;
            await producer.ProduceAllAsync("flaky", Enumerable.Range(0, count).Select(i => ($"k{i % 20}", $"{i}")));
            _proxy.CutPercent = 0;
        }

        _proxy.Cuts.ShouldBeGreaterThan(0);
        var read = Clients.ReadAll(_proxy.Bootstrap, "flaky").Where(r => r.Message.Key != "first").ToList();
        read.Select(r => int.Parse(r.Message.Value)).Order().ShouldBe(Enumerable.Range(0, count));
        foreach (var key in read.GroupBy(r => r.Message.Key))
            key.Select(r => int.Parse(r.Message.Value)).ShouldBeInOrder();
    }

    [Fact]
    public async Task A_repeated_batch_is_answered_with_its_first_offset_also_after_a_restart()
    {
        using var client = await RawClient.ConnectAsync(Broker.Port);
        await client.CreateTopicAsync("again");
        var first = Batches.Of(["a", "b"], producerId: 900, epoch: 0, sequence: 0);
        var second = Batches.Of(["c"], producerId: 900, epoch: 0, sequence: 2);

        (await client.ProduceAsync("again", first)).ShouldBe((ErrorCode.None, 0));
        (await client.ProduceAsync("again", second)).ShouldBe((ErrorCode.None, 2));
        (await client.ProduceAsync("again", first)).ShouldBe((ErrorCode.None, 0));
        (await client.ProduceAsync("again", second)).ShouldBe((ErrorCode.None, 2));

        await RestartAsync();

        using var later = await RawClient.ConnectAsync(Broker.Port);
        (await later.ProduceAsync("again", first)).ShouldBe((ErrorCode.None, 0));
        (await later.ProduceAsync("again", second)).ShouldBe((ErrorCode.None, 2));
        (await later.ProduceAsync("again", Batches.Of(["d"], 900, 0, 3))).ShouldBe((ErrorCode.None, 3));
        Clients.ReadAll(Bootstrap, "again").Select(r => r.Message.Value).ShouldBe(["a", "b", "c", "d"]);
    }

    [Fact]
    public async Task A_gap_in_the_sequence_and_an_old_epoch_are_refused()
    {
        using var client = await RawClient.ConnectAsync(Broker.Port);
        await client.CreateTopicAsync("gap");
        await client.ProduceAsync("gap", Batches.Of(["a"], producerId: 7, epoch: 1, sequence: 0));

        var skipped = await client.ProduceAsync("gap", Batches.Of(["c"], producerId: 7, epoch: 1, sequence: 2));
        var old = await client.ProduceAsync("gap", Batches.Of(["b"], producerId: 7, epoch: 0, sequence: 1));
        var bumped = await client.ProduceAsync("gap", Batches.Of(["b"], producerId: 7, epoch: 2, sequence: 1));
        var renewed = await client.ProduceAsync("gap", Batches.Of(["b"], producerId: 7, epoch: 2, sequence: 0));

        skipped.Error.ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
        old.Error.ShouldBe(ErrorCode.InvalidProducerEpoch);
        bumped.Error.ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
        renewed.ShouldBe((ErrorCode.None, 1));
    }

    [Fact]
    public async Task No_producer_number_is_given_twice_not_even_over_restarts()
    {
        var given = new List<long>();
        for (var run = 0; run < 3; run++)
        {
            using var client = await RawClient.ConnectAsync(Broker.Port);
            for (var i = 0; i < 20; i++)
                given.Add(await NextProducerIdAsync(client));
            await RestartAsync();
        }

        given.Distinct().Count().ShouldBe(60);
    }

    private static async Task<long> NextProducerIdAsync(RawClient client)
    {
        var reader = await client.CallAsync(ApiKey.InitProducerId, 0, w =>
        {
            w.String(null);
            w.Int32(60_000);
        });
        reader.ReadInt32();
        reader.ReadInt16().ShouldBe((short)0);
        return reader.ReadInt64();
    }
}
