using Confluent.Kafka;
using FinCode.Broker.Tests.Support;
using FinCode.Standalone.Kafka;
using ErrorCode = FinCode.Standalone.Kafka.Protocol.ErrorCode;
using ApiKey = FinCode.Standalone.Kafka.Protocol.ApiKey;
using Microsoft.Extensions.Time.Testing;

namespace FinCode.Broker.Tests;

/// <summary>Waiting, ageing and patience, with a clock that stands still unless a test moves it.</summary>
public sealed class TimeTests : BrokerTest
{
    private const string Topic = "timed";

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private protected override TimeProvider Time => _clock;

    private protected override KafkaBrokerOptions Options => new()
    {
        DataFolder = Folder.Path,
        SegmentBytes = 1_024,
        RetentionTime = TimeSpan.FromHours(1),
        MaxConnections = 20,
    };

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public async Task A_waiting_fetch_is_answered_by_the_append_and_not_by_the_clock()
    {
        using var reader = await RawClient.ConnectAsync(Broker.Port);
        await reader.CreateTopicAsync(Topic);
        var fetch = reader.CallAsync(ApiKey.Fetch, 4, w => Batches.WriteFetch(w, Topic, 0, 30_000, minBytes: 1));
        using var writer = await RawClient.ConnectAsync(Broker.Port);

        var batch = Batches.Of(["wake"], at: Now);
        await writer.ProduceAsync(Topic, batch);

        Batches.ReadFetch(await fetch).ShouldBe((ErrorCode.None, 1, batch.Length));
    }

    [Fact]
    public async Task A_waiting_fetch_goes_on_waiting_until_there_are_enough_bytes()
    {
        using var reader = await RawClient.ConnectAsync(Broker.Port);
        await reader.CreateTopicAsync(Topic);
        var batch = Batches.Of([new string('x', 100)], at: Now);
        var fetch = reader.CallAsync(
            ApiKey.Fetch, 4, w => Batches.WriteFetch(w, Topic, 0, 30_000, minBytes: 3 * batch.Length));
        using var writer = await RawClient.ConnectAsync(Broker.Port);

        for (var i = 0; i < 3; i++)
        {
            fetch.IsCompleted.ShouldBeFalse();
            await writer.ProduceAsync(Topic, batch);
        }

        Batches.ReadFetch(await fetch).ShouldBe((ErrorCode.None, 3, 3 * batch.Length));
    }

    [Fact]
    public async Task A_waiting_fetch_is_answered_empty_when_its_time_is_up()
    {
        using var reader = await RawClient.ConnectAsync(Broker.Port);
        await reader.CreateTopicAsync(Topic);
        var fetch = reader.CallAsync(ApiKey.Fetch, 4, w => Batches.WriteFetch(w, Topic, 0, 5_000, minBytes: 1));

        await AdvanceUntilAsync(fetch, TimeSpan.FromSeconds(1));

        Batches.ReadFetch(await fetch).ShouldBe((ErrorCode.None, 0, 0));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public async Task A_fetch_beyond_the_log_is_told_at_once(long offset)
    {
        using var reader = await RawClient.ConnectAsync(Broker.Port);
        await reader.CreateTopicAsync(Topic);

        var answer = await reader.CallAsync(ApiKey.Fetch, 4, w => Batches.WriteFetch(w, Topic, offset, 30_000, 1));

        Batches.ReadFetch(answer).Error.ShouldBe(ErrorCode.OffsetOutOfRange);
    }

    [Fact]
    public async Task Old_messages_go_and_the_offsets_go_on()
    {
        using var client = await RawClient.ConnectAsync(Broker.Port);
        await client.CreateTopicAsync(Topic);
        for (var i = 0; i < 30; i++)
            await client.ProduceAsync(Topic, Batches.Of([$"old {i} {new string('x', 100)}"], at: Now));

        ReadNow().Count.ShouldBe(30);

        _clock.Advance(TimeSpan.FromMinutes(50));
        using (var young = await RawClient.ConnectAsync(Broker.Port))
        {
            var batch = Batches.Of([$"young {new string('x', 900)}"], at: Now);
            (await young.ProduceAsync(Topic, batch)).Offset.ShouldBe(30);
        }
        _clock.Advance(TimeSpan.FromMinutes(20));
        ReadNow().Single().Message.Value.ShouldStartWith("young");

        _clock.Advance(TimeSpan.FromHours(2));
        ReadNow().ShouldBeEmpty();
        await RestartAsync();
        using var later = await RawClient.ConnectAsync(Broker.Port);
        (await later.ProduceAsync(Topic, Batches.Of(["next"], at: Now))).ShouldBe((ErrorCode.None, 31));
    }

    [Fact]
    public async Task A_topic_that_grows_beyond_its_size_loses_its_oldest_messages()
    {
        var settings = new Dictionary<string, string> { ["retention.bytes"] = "5000", ["retention.ms"] = "-1" };
        await Clients.CreateTopicAsync(Bootstrap, Topic, 1, settings);
        using var client = await RawClient.ConnectAsync(Broker.Port);
        for (var i = 0; i < 100; i++)
            await client.ProduceAsync(Topic, Batches.Of([$"{i:000}{new string('x', 200)}"], at: Now));

        _clock.Advance(TimeSpan.FromMinutes(2));

        var kept = ReadNow().Select(r => int.Parse(r.Message.Value[..3])).ToList();
        kept.ShouldBe(Enumerable.Range(100 - kept.Count, kept.Count));
        Directory.GetFiles(Path.Combine(Folder.Path, "topics", Topic, "0")).Sum(f => new FileInfo(f).Length)
            .ShouldBeInRange(5_000, 5_000 + (2 * 1_024));
    }

    [Fact]
    public async Task Half_a_frame_and_silence_are_borne_for_a_while_only()
    {
        using var half = await RawClient.ConnectAsync(Broker.Port);
        await half.SendAsync(new byte[] { 0, 0, 0, 50, 0 });
        var closed = half.ReceiveAsync();
        await AdvanceUntilAsync(closed, TimeSpan.FromSeconds(10));
        (await closed).ShouldBeNull();

        using var silent = await RawClient.ConnectAsync(Broker.Port);
        closed = silent.ReceiveAsync();
        await AdvanceUntilAsync(closed, TimeSpan.FromMinutes(5));
        (await closed).ShouldBeNull();
    }

    [Fact]
    public async Task More_connections_than_allowed_are_refused_and_the_others_stay()
    {
        using var first = await RawClient.ConnectAsync(Broker.Port);
        await first.CreateTopicAsync(Topic);
        var others = new List<RawClient>();
        for (var i = 0; i < 19; i++)
        {
            others.Add(await RawClient.ConnectAsync(Broker.Port));
            await others[^1].CreateTopicAsync(Topic);
        }

        using (var tooMany = await RawClient.ConnectAsync(Broker.Port))
            (await tooMany.ReceiveAsync()).ShouldBeNull();

        (await first.ProduceAsync(Topic, Batches.Of(["a"], at: Now))).Error.ShouldBe(ErrorCode.None);
        others.ForEach(o => o.Dispose());
    }

    [Fact]
    public async Task A_broker_stops_even_while_its_clock_stands_still()
    {
        using var folder = new TemporaryFolder();
        var broker = await KafkaBroker.StartAsync(
            new KafkaBrokerOptions { DataFolder = folder.Path }, new ClockThatIsSlowToLetGo());

        await broker.StopAsync().WaitAsync(Clients.Patience, TimeProvider.System);
    }

    /// <summary>With the clock at rest no fetch that waits would ever come back, so these do not wait.</summary>
    private List<ConsumeResult<string, string>> ReadNow() =>
        Clients.ReadAll(Bootstrap, Topic, c => c.FetchWaitMaxMs = 0);

    private async Task AdvanceUntilAsync(Task task, TimeSpan step)
    {
        using var patience = new CancellationTokenSource(Clients.Patience);
        while (!task.IsCompleted)
        {
            patience.Token.ThrowIfCancellationRequested();
            _clock.Advance(step);
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token));
        }
    }

    /// <summary>Leaves whoever still waits for the clock the time to notice that the broker is stopping.</summary>
    private sealed class ClockThatIsSlowToLetGo : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new SlowTimer(base.CreateTimer(callback, state, dueTime, period));

        private sealed class SlowTimer(ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

            public void Dispose() => timer.Dispose();

            public async ValueTask DisposeAsync()
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), System, CancellationToken.None);
                await timer.DisposeAsync();
            }
        }
    }
}
