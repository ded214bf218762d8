using FinCode.Standalone.Kafka;
using FinCode.Standalone.Kafka.Groups;
using FinCode.Standalone.Kafka.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace FinCode.Broker.Tests.Groups;

/// <summary>
/// What a group does when time passes and members fall silent, with a clock that only the test moves.
/// </summary>
public sealed class GroupClockTests
{
    private static readonly TimeSpan s_session = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_rebalance = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _clock = new();
    private readonly ConsumerGroup _group;

    public GroupClockTests() =>
        _group = new ConsumerGroup(
            "group", new KafkaBrokerOptions { DataFolder = "unused", MaxMembersPerGroup = 4 }, _clock);

    [Fact]
    public async Task A_silent_member_goes_and_the_others_are_called_to_join_again()
    {
        var (first, second, generation) = await TwoMembersAsync();

        Pass(TimeSpan.FromSeconds(7));
        _group.Heartbeat(first, null, generation).ShouldBe(ErrorCode.None);
        Pass(TimeSpan.FromSeconds(7));

        _group.Heartbeat(first, null, generation).ShouldBe(ErrorCode.RebalanceInProgress);
        _group.Heartbeat(second, null, generation).ShouldBe(ErrorCode.UnknownMemberId);
        _group.CheckCommit(second, null, generation).ShouldBe(ErrorCode.UnknownMemberId);
        var rejoined = await Join(first);
        rejoined.Generation.ShouldBe(generation + 1);
        rejoined.Members.Single().Id.ShouldBe(first);
    }

    [Fact]
    public async Task A_rebalance_waits_for_its_time_and_then_goes_on_without_the_missing()
    {
        var (first, second, generation) = await TwoMembersAsync();
        var third = Join("");
        var rejoining = Join(first);

        for (var i = 0; i < 14; i++)
        {
            Pass(TimeSpan.FromSeconds(4));
            _group.Heartbeat(second, null, generation).ShouldBe(ErrorCode.RebalanceInProgress);
        }
        third.IsCompleted.ShouldBeFalse("the second member still could come");
        Pass(TimeSpan.FromSeconds(5));

        var results = new[] { await third, await rejoining };
        results.ShouldAllBe(r => r.Generation == generation + 1);
        results.Single(r => r.Members.Count > 0).Members.Count.ShouldBe(2);
        _group.Heartbeat(second, null, generation).ShouldBe(ErrorCode.UnknownMemberId);
    }

    [Fact]
    public async Task A_leader_that_never_assigns_is_replaced()
    {
        var first = await Join("");
        var second = Join("");
        first = await Join(first.MemberId);
        var follower = await second;
        first.Leader.ShouldBe(first.MemberId);
        var syncing = _group.SyncAsync(Sync(follower));

        Pass(s_rebalance + TimeSpan.FromSeconds(1));

        (await syncing).Error.ShouldBe(ErrorCode.RebalanceInProgress);
        (await Join(follower.MemberId)).Leader.ShouldBe(follower.MemberId);
    }

    [Fact]
    public async Task Those_of_an_old_generation_neither_sync_nor_commit_nor_stay_unnoticed()
    {
        var (first, second, generation) = await TwoMembersAsync();
        _group.Leave(second, null).ShouldBe(ErrorCode.None);
        _group.CheckCommit(first, null, generation).ShouldBe(ErrorCode.None, "until the rebalance is complete");
        var renewed = await Join(first);

        _group.CheckCommit(first, null, generation).ShouldBe(ErrorCode.IllegalGeneration);
        _group.Heartbeat(first, null, generation).ShouldBe(ErrorCode.IllegalGeneration);
        (await _group.SyncAsync(Sync(renewed) with { Generation = generation })).Error
            .ShouldBe(ErrorCode.IllegalGeneration);
        _group.CheckCommit(first, null, renewed.Generation).ShouldBe(ErrorCode.RebalanceInProgress);
        (await _group.SyncAsync(Sync(renewed))).Error.ShouldBe(ErrorCode.None);
        _group.CheckCommit(first, null, renewed.Generation).ShouldBe(ErrorCode.None);
        _group.CheckCommit("", null, -1).ShouldBe(ErrorCode.UnknownMemberId);
    }

    [Fact]
    public async Task A_newcomer_is_told_its_id_first_and_the_offer_expires()
    {
        var offered = await Join("", askTwice: true);
        offered.Error.ShouldBe(ErrorCode.MemberIdRequired);
        (await Join(offered.MemberId, askTwice: true)).Error.ShouldBe(ErrorCode.None);

        var late = await Join("", askTwice: true);
        Pass(s_session + TimeSpan.FromSeconds(1));
        (await Join(late.MemberId, askTwice: true)).Error.ShouldBe(ErrorCode.UnknownMemberId);
    }

    [Fact]
    public async Task A_member_must_share_a_protocol_with_the_others()
    {
        await Join("");

        (await Join("", protocol: "another")).Error.ShouldBe(ErrorCode.InconsistentGroupProtocol);
        (await _group.JoinAsync(Call("", "range") with { ProtocolType = "connect" })).Error
            .ShouldBe(ErrorCode.InconsistentGroupProtocol);
    }

    [Fact]
    public async Task A_session_timeout_out_of_bounds_and_a_group_that_is_full_are_refused()
    {
        (await _group.JoinAsync(Call("", "range") with { SessionTimeout = TimeSpan.FromHours(1) })).Error
            .ShouldBe(ErrorCode.InvalidSessionTimeout);
        for (var i = 0; i < 4; i++)
            (await Join("", askTwice: true)).Error.ShouldBe(ErrorCode.MemberIdRequired);

        (await Join("", askTwice: true)).Error.ShouldBe(ErrorCode.GroupMaxSizeReached);
    }

    [Fact]
    public async Task A_repeated_join_of_a_follower_gets_the_same_answer_and_disturbs_nobody()
    {
        var (first, second, generation) = await TwoMembersAsync();

        var repeated = await Join(second);

        repeated.Generation.ShouldBe(generation);
        _group.Heartbeat(first, null, generation).ShouldBe(ErrorCode.None);
    }

    private static SyncCall Sync(JoinResult joined) =>
        new(joined.MemberId, null, joined.Generation, null, null,
            joined.Members.ToDictionary(m => m.Id, m => new byte[] { 1 }));

    private static JoinCall Call(string memberId, string protocol) => new()
    {
        MemberId = memberId,
        InstanceId = null,
        ClientId = "client",
        ClientHost = "host",
        SessionTimeout = s_session,
        RebalanceTimeout = s_rebalance,
        ProtocolType = "consumer",
        Protocols = [new GroupProtocol(protocol, [])],
        NewcomersAskTwice = false,
    };

    private Task<JoinResult> Join(string memberId, string protocol = "range", bool askTwice = false) =>
        _group.JoinAsync(Call(memberId, protocol) with { NewcomersAskTwice = askTwice });

    private async Task<(string First, string Second, int Generation)> TwoMembersAsync()
    {
        var first = await Join("");
        var joining = Join("");
        var leader = await Join(first.MemberId);
        var follower = await joining;
        var syncing = _group.SyncAsync(Sync(follower));
        (await _group.SyncAsync(Sync(leader))).Assignment.ShouldBe([1]);
        (await syncing).Assignment.ShouldBe([1]);
        return (leader.MemberId, follower.MemberId, leader.Generation);
    }

    private void Pass(TimeSpan time)
    {
        _clock.Advance(time);
        _group.Tick();
    }
}
