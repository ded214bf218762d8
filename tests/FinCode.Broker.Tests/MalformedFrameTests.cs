using System.Buffers.Binary;
using FinCode.Broker.Tests.Support;
using FinCode.Standalone.Kafka;
using FinCode.Standalone.Kafka.Protocol;
using FinCode.Testing;
using Xunit.Abstractions;

namespace FinCode.Broker.Tests;

public sealed class MalformedFrameTests(ITestOutputHelper output) : BrokerTest
{
    private readonly FlakyProxy _recorder = new(seed: 0);
    private readonly RecordingLogger _log = new();

    private protected override KafkaBrokerOptions Options => new()
    {
        DataFolder = Folder.Path,
        AdvertisedPort = _recorder.Port,
        MaxPartitions = 2_000,
        Logger = _log,
    };

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _recorder.ForwardTo(Broker.Port);
    }

    public override async Task DisposeAsync()
    {
        await _recorder.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Requests_of_real_clients_with_random_damage_do_not_disturb_the_others()
    {
        var random = new Random(Seeds.New(output));
        var frames = await RecordAsync();
        for (var round = 0; round < 3_000; round++)
        {
            var frame = Damage(random, frames[random.Next(frames.Count)]);
            using var client = await RawClient.ConnectAsync(Broker.Port);
            await SendQuietlyAsync(client, frame);
            // Some are followed by a second one on the same connection, most are left in the lurch.
            if (random.Next(4) == 0)
                await SendQuietlyAsync(client, frames[random.Next(frames.Count)]);
        }
        await ShouldServeAsync();
        await RestartAsync();
        await ShouldServeAsync();
    }

    [Fact]
    public async Task Pure_garbage_does_not_disturb_the_others()
    {
        var random = new Random(Seeds.New(output));
        for (var round = 0; round < 500; round++)
        {
            var garbage = new byte[random.Next(1, 400)];
            random.NextBytes(garbage);
            if (random.Next(2) == 0 && garbage.Length > 8)
            {
                BinaryPrimitives.WriteInt32BigEndian(garbage, garbage.Length - 4);
                BinaryPrimitives.WriteInt16BigEndian(garbage.AsSpan(4), (short)random.Next(40));
                BinaryPrimitives.WriteInt16BigEndian(garbage.AsSpan(6), (short)random.Next(13));
            }
            using var client = await RawClient.ConnectAsync(Broker.Port);
            await SendQuietlyAsync(client, garbage);
        }
        await ShouldServeAsync();
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(100_000_000)]
    [InlineData(0x47455420)]
    public async Task A_frame_of_an_impossible_length_closes_the_connection(int length)
    {
        using var client = await RawClient.ConnectAsync(Broker.Port);
        var prefix = new byte[64];
        BinaryPrimitives.WriteInt32BigEndian(prefix, length);

        await client.SendAsync(prefix);

        (await client.ReceiveAsync()).ShouldBeNull();
    }

    [Theory]
    [InlineData(999, 0)]
    [InlineData(-1, 0)]
    [InlineData((short)ApiKey.Produce, 2)]
    [InlineData((short)ApiKey.Fetch, 13)]
    [InlineData((short)ApiKey.Metadata, -1)]
    public async Task An_unknown_api_or_version_closes_the_connection(short key, short version)
    {
        using var client = await RawClient.ConnectAsync(Broker.Port);
        await client.SendAsync(RawClient.Request((ApiKey)key, version, w => w.Int32(0)));
        (await client.ReceiveAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_version_of_ApiVersions_from_the_future_is_told_which_ones_there_are()
    {
        using var client = await RawClient.ConnectAsync(Broker.Port);

        var reader = await client.CallAsync(ApiKey.ApiVersions, 9, _ => { });

        ((ErrorCode)reader.ReadInt16()).ShouldBe(ErrorCode.UnsupportedVersion);
        var apis = reader.ReadArray(r => (Key: (ApiKey)r.ReadInt16(), Min: r.ReadInt16(), Max: r.ReadInt16()));
        apis.Length.ShouldBe(Enum.GetValues<ApiKey>().Length);
        apis.ShouldContain((ApiKey.ApiVersions, (short)0, (short)3));
        apis.ShouldContain((ApiKey.Produce, (short)3, (short)9));
        apis.ShouldContain((ApiKey.Fetch, (short)4, (short)12));
    }

    [Fact]
    public async Task An_array_that_claims_more_elements_than_there_are_bytes_closes_the_connection()
    {
        using var client = await RawClient.ConnectAsync(Broker.Port);
        await client.SendAsync(RawClient.Request(ApiKey.Metadata, 1, w => w.ArrayLength(int.MaxValue)));
        (await client.ReceiveAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Frames_that_are_announced_but_not_sent_cost_no_memory()
    {
        const long allowance = 400_000_000;
        using var folder = new TemporaryFolder();
        using var broker = await BrokerProcess.StartAsync(folder.Path, 0);
        var port = int.Parse(broker.Bootstrap.Split(':')[1]);
        var clients = new List<RawClient>();
        for (var i = 0; i < 200; i++)
        {
            var client = await RawClient.ConnectAsync(port);
            clients.Add(client);
            var frame = new byte[1_000];
            BinaryPrimitives.WriteInt32BigEndian(frame, 60_000_000);
            await client.SendAsync(frame);
        }

        using (var producer = Clients.Producer(broker.Bootstrap))
            await producer.ProduceAsync("healthy", Clients.Message("k", "v"));

        broker.ResidentBytes().ShouldBeLessThan(allowance);
        clients.ForEach(c => c.Dispose());
    }

    [Theory]
    [InlineData("magic", ErrorCode.UnsupportedForMessageFormat)]
    [InlineData("checksum", ErrorCode.CorruptMessage)]
    [InlineData("short", ErrorCode.CorruptMessage)]
    [InlineData("nothing", ErrorCode.CorruptMessage)]
    [InlineData("two batches", ErrorCode.InvalidRecord)]
    [InlineData("count", ErrorCode.InvalidRecord)]
    [InlineData("records", ErrorCode.InvalidRecord)]
    [InlineData("control", ErrorCode.InvalidRecord)]
    [InlineData("sequence", ErrorCode.InvalidRecord)]
    [InlineData("transaction", ErrorCode.InvalidTransactionState)]
    [InlineData("compression", ErrorCode.UnsupportedCompressionType)]
    public async Task A_bad_batch_is_refused_with_its_reason_and_nothing_of_it_is_kept(string flaw, object reason)
    {
        using var client = await RawClient.ConnectAsync(Broker.Port);
        await client.CreateTopicAsync("picky");

        (await client.ProduceAsync("picky", Flawed(flaw))).ShouldBe(((ErrorCode)reason, -1));

        (await client.ProduceAsync("picky", Batches.Of(["good"]))).ShouldBe((ErrorCode.None, 0));
    }

    private static byte[] Flawed(string flaw)
    {
        var batch = Batches.Of(["one", "two"]);
        switch (flaw)
        {
            case "magic":
                batch[16] = 1;
                return Batches.Sealed(batch);
            case "checksum":
                batch[^2] ^= 1;
                return batch;
            case "count":
                batch[60] = 3;
                return Batches.Sealed(batch);
            case "records":
                batch[RecordStart] = 0x7e;
                return Batches.Sealed(batch);
            case "control":
                return Batches.Of(["one"], attributes: 0x20);
            case "transaction":
                return Batches.Of(["one"], attributes: 0x10);
            case "compression":
                return Batches.Of(["one"], attributes: 4);
            case "sequence":
                return Batches.Of(["one"], producerId: 1, epoch: 0, sequence: -1);
            case "short":
                return batch[..^1];
            case "two batches":
                return [.. batch, .. batch];
            default:
                return [];
        }
    }

    private const int RecordStart = 61;

    /// <summary>What librdkafka sends while it creates, produces, consumes in a group, commits and asks.</summary>
    private async Task<List<byte[]>> RecordAsync()
    {
        var bootstrap = _recorder.Bootstrap;
        await Clients.CreateTopicAsync(bootstrap, "recorded", 4);
        using var admin = Clients.Admin(bootstrap);
        using (var producer = Clients.Producer(bootstrap))
            await producer.ProduceAllAsync("recorded", Enumerable.Range(0, 50).Select(i => ($"{i}", $"{i}")));
        using (var consumer = Clients.Consumer(bootstrap, "recorded"))
        {
            consumer.Subscribe("recorded");
            consumer.Commit(consumer.Take(50)[^1]);
            await admin.DescribeConsumerGroupsAsync(["recorded"]);
            await admin.ListConsumerGroupsAsync();
            consumer.Close();
        }
        var frames = _recorder.Frames();
        frames.Select(f => f[5]).Distinct().Count().ShouldBeGreaterThan(11, "most APIs are in the recording");
        return frames;
    }

    private static byte[] Damage(Random random, byte[] original)
    {
        var frame = original.ToArray();
        switch (random.Next(4))
        {
            case 0:
                frame = frame[..random.Next(12, frame.Length)];
                break;
            case 1:
                var more = new byte[random.Next(1, 100)];
                random.NextBytes(more);
                frame = [.. frame, .. more];
                break;
            default:
                break;
        }
        for (var i = random.Next(1, 6); i > 0; i--)
            frame[random.Next(6, frame.Length)] = random.Next(3) == 0 ? (byte)0xff : (byte)random.Next(256);
        // Mostly the length fits, so that the damage is found behind the frame and not before it.
        if (random.Next(10) > 0)
            BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        return frame;
    }

    private static async Task SendQuietlyAsync(RawClient client, byte[] bytes)
    {
        try
        {
            await client.SendAsync(bytes);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The broker has closed the connection already, which is its right.
        }
    }

    private async Task ShouldServeAsync()
    {
        var topic = $"healthy-{Guid.NewGuid()}";
        using var producer = Clients.Producer(Bootstrap);
        await producer.ProduceAllAsync(topic, Enumerable.Range(0, 100).Select(i => ("k", $"{i}")));
        using var consumer = Clients.Consumer(Bootstrap, topic);
        consumer.Subscribe(topic);
        consumer.Take(100).Select(r => r.Message.Value).ShouldBe(Enumerable.Range(0, 100).Select(i => $"{i}"));
        _log.Errors.ShouldBeEmpty("whatever a client sends is its own fault");
    }
}
