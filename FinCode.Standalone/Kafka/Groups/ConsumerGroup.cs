using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Groups;

/// <summary>
/// One consumer group: who is in it, which generation it is in, and how it gets from one to the next. A rebalance
/// begins when a member comes, goes or changes its mind; it waits until all known members have joined again or the
/// rebalance timeout has passed, then the leader's assignment is handed out.
/// </summary>
internal sealed partial class ConsumerGroup(string id, KafkaBrokerOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, GroupMember> _members = [];
    private readonly Dictionary<string, long> _announced = [];
    private GroupState _state = GroupState.Empty;
    private int _generation;
    private string? _protocolType;
    private string? _protocol;
    private string? _leader;
    private long _rebalanceDeadline;

    /// <summary>Lets a member in, or back in; ends when the generation is complete.</summary>
    public Task<JoinResult> JoinAsync(JoinCall call)
    {
        lock (_gate)
        {
            if (call.SessionTimeout < options.MinSessionTimeout || call.SessionTimeout > options.MaxSessionTimeout)
                return Refuse(ErrorCode.InvalidSessionTimeout, call);
            if (call.Protocols.Count == 0 || !FitsTheOthers(call))
                return Refuse(ErrorCode.InconsistentGroupProtocol, call);
            if (call.InstanceId is not null && FindInstance(call.InstanceId) is { } known)
            {
                if (call.MemberId.Length > 0 && call.MemberId != known.Id)
                    return Refuse(ErrorCode.FencedInstanceId, call);
                return call.MemberId.Length > 0 ? Rejoin(known, call) : TakeOver(known, call);
            }
            if (call.MemberId.Length > 0)
            {
                if (_members.TryGetValue(call.MemberId, out var member))
                    return Rejoin(member, call);
                return _announced.Remove(call.MemberId) ? Enter(call.MemberId, call)
                    : Refuse(ErrorCode.UnknownMemberId, call);
            }
            if (_members.Count + _announced.Count >= options.MaxMembersPerGroup)
                return Refuse(ErrorCode.GroupMaxSizeReached, call);
            var newId = NewMemberId(call);
            if (!call.NewcomersAskTwice || call.InstanceId is not null)
                return Enter(newId, call);
            _announced[newId] = Deadline(call.SessionTimeout);
            return Task.FromResult(JoinResult.Refused(ErrorCode.MemberIdRequired, newId));
        }
    }

    /// <summary>Brings the leader's assignment, or waits for it.</summary>
    public Task<SyncResult> SyncAsync(SyncCall call)
    {
        lock (_gate)
        {
            var error = Check(call.MemberId, call.InstanceId, call.Generation);
            if (error == ErrorCode.None && _state == GroupState.PreparingRebalance)
                error = ErrorCode.RebalanceInProgress;
            if (error == ErrorCode.None
                && ((call.ProtocolType is not null && call.ProtocolType != _protocolType)
                    || (call.Protocol is not null && call.Protocol != _protocol)))
                error = ErrorCode.InconsistentGroupProtocol;
            if (error != ErrorCode.None)
                return Task.FromResult(SyncResult.Refused(error));
            var member = _members[call.MemberId];
            member.SeenAt = time.GetTimestamp();
            if (_state == GroupState.Stable)
                return Task.FromResult(Assigned(member));
            member.AnswerSync(SyncResult.Refused(ErrorCode.RebalanceInProgress));
            var waiting = member.Syncing = NewAnswer<SyncResult>();
            if (member.Id == _leader)
                HandOut(call.Assignments);
            return waiting.Task;
        }
    }

    public ErrorCode Heartbeat(string memberId, string? instanceId, int generation)
    {
        lock (_gate)
        {
            var error = Check(memberId, instanceId, generation);
            if (error != ErrorCode.None)
                return error;
            _members[memberId].SeenAt = time.GetTimestamp();
            return _state == GroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
        }
    }

    public ErrorCode Leave(string memberId, string? instanceId)
    {
        lock (_gate)
        {
            var member = instanceId is null ? _members.GetValueOrDefault(memberId) : FindInstance(instanceId);
            if (member is null)
                return _announced.Remove(memberId) ? ErrorCode.None : ErrorCode.UnknownMemberId;
            if (instanceId is not null && memberId.Length > 0 && memberId != member.Id)
                return ErrorCode.FencedInstanceId;
            Remove(member);
            return ErrorCode.None;
        }
    }

    /// <summary>
    /// Whether this commit counts. One without a member is from a consumer that assigns its partitions itself, and
    /// is taken only while nobody shares the group.
    /// </summary>
    public ErrorCode CheckCommit(string memberId, string? instanceId, int generation)
    {
        lock (_gate)
        {
            if (generation < 0 && _members.Count == 0)
                return ErrorCode.None;
            var error = Check(memberId, instanceId, generation);
            if (error != ErrorCode.None)
                return error;
            _members[memberId].SeenAt = time.GetTimestamp();
            return _state == GroupState.CompletingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
        }
    }

    /// <summary>Lets time pass: silent members go, and a rebalance does not wait for ever.</summary>
    public void Tick()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            foreach (var (announced, deadline) in _announced)
            {
                if (now > deadline)
                    _announced.Remove(announced);
            }
            foreach (var member in _members.Values.ToList())
            {
                if (!member.IsWaiting && time.GetElapsedTime(member.SeenAt, now) > member.SessionTimeout)
                    Remove(member);
            }
            if (now <= _rebalanceDeadline)
                return;
            if (_state == GroupState.PreparingRebalance)
            {
                Drop(m => m.Joining is null);
                CompleteJoin();
            }
            else if (_state == GroupState.CompletingRebalance)
            {
                Drop(m => m.Syncing is null);
                PrepareRebalance();
            }
        }
    }

    public GroupDescription Describe()
    {
        lock (_gate)
        {
            var members = _members.Values.Select(m => new MemberDescription(
                m.Id, m.InstanceId, m.ClientId, m.ClientHost, m.MetadataFor(_protocol), m.Assignment));
            return new GroupDescription(id, _state, _protocolType ?? "", _protocol ?? "", [.. members]);
        }
    }

    private static Task<JoinResult> Refuse(ErrorCode error, JoinCall call) =>
        Task.FromResult(JoinResult.Refused(error, call.MemberId));

    private static TaskCompletionSource<T> NewAnswer<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string NewMemberId(JoinCall call) =>
        $"{call.InstanceId ?? call.ClientId}-{Guid.CreateVersion7()}";

    private long Deadline(TimeSpan after) =>
        time.GetTimestamp() + (long)((Int128)after.Ticks * time.TimestampFrequency / TimeSpan.TicksPerSecond);

    private GroupMember? FindInstance(string instanceId) =>
        _members.Values.FirstOrDefault(m => m.InstanceId == instanceId);

    private ErrorCode Check(string memberId, string? instanceId, int generation)
    {
        if (instanceId is not null && FindInstance(instanceId) is { } known && known.Id != memberId)
            return ErrorCode.FencedInstanceId;
        if (!_members.ContainsKey(memberId))
            return ErrorCode.UnknownMemberId;
        return generation == _generation ? ErrorCode.None : ErrorCode.IllegalGeneration;
    }
}
