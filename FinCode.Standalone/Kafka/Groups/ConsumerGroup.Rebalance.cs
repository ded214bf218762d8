using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Groups;

/// <summary>The way from one generation to the next. Everything here runs under the group's lock.</summary>
internal sealed partial class ConsumerGroup
{
    private Task<JoinResult> Enter(string memberId, JoinCall call)
    {
        var member = new GroupMember(memberId, call.InstanceId);
        _members[memberId] = member;
        _protocolType = call.ProtocolType;
        return Await(member, call);
    }

    private Task<JoinResult> Rejoin(GroupMember member, JoinCall call)
    {
        var same = member.OffersSame(call.Protocols);
        // A repeat after a lost answer gets that answer again, and disturbs nobody.
        if (same && ((_state == GroupState.CompletingRebalance)
                || (_state == GroupState.Stable && member.Id != _leader)))
        {
            member.SeenAt = time.GetTimestamp();
            return Task.FromResult(Joined(member));
        }
        return Await(member, call);
    }

    /// <summary>
    /// A static member came back without its old id: it keeps its place, and the old id is fenced off.
    /// </summary>
    private Task<JoinResult> TakeOver(GroupMember member, JoinCall call)
    {
        member.AnswerJoin(JoinResult.Refused(ErrorCode.FencedInstanceId, member.Id));
        member.AnswerSync(SyncResult.Refused(ErrorCode.FencedInstanceId));
        _members.Remove(member.Id);
        if (_leader == member.Id)
            _leader = null;
        member.Id = NewMemberId(call);
        _members[member.Id] = member;
        return Await(member, call);
    }

    private Task<JoinResult> Await(GroupMember member, JoinCall call)
    {
        member.ClientId = call.ClientId;
        member.ClientHost = call.ClientHost;
        member.SessionTimeout = call.SessionTimeout;
        member.RebalanceTimeout = call.RebalanceTimeout;
        member.Protocols = call.Protocols;
        member.SeenAt = time.GetTimestamp();
        // Its earlier request, if there still is one, was on a connection that the member gave up.
        member.AnswerJoin(JoinResult.Refused(ErrorCode.RebalanceInProgress, member.Id));
        var waiting = member.Joining = NewAnswer<JoinResult>();
        if (_state != GroupState.PreparingRebalance)
            PrepareRebalance();
        else
            CompleteJoinIfAllAreThere();
        return waiting.Task;
    }

    private void Remove(GroupMember member)
    {
        _members.Remove(member.Id);
        member.AnswerJoin(JoinResult.Refused(ErrorCode.UnknownMemberId, member.Id));
        member.AnswerSync(SyncResult.Refused(ErrorCode.UnknownMemberId));
        if (_state == GroupState.PreparingRebalance)
            CompleteJoinIfAllAreThere();
        else
            PrepareRebalance();
    }

    private void Drop(Func<GroupMember, bool> absent)
    {
        foreach (var member in _members.Values.Where(absent).ToList())
            _members.Remove(member.Id);
    }

    private void PrepareRebalance()
    {
        foreach (var member in _members.Values.Where(m => m.Syncing is not null))
        {
            // Who waited could not send a heartbeat, so its session begins anew with the answer.
            member.SeenAt = time.GetTimestamp();
            member.AnswerSync(SyncResult.Refused(ErrorCode.RebalanceInProgress));
        }
        _state = GroupState.PreparingRebalance;
        _rebalanceDeadline = Deadline(LongestRebalance());
        CompleteJoinIfAllAreThere();
    }

    private void CompleteJoinIfAllAreThere()
    {
        if (_members.Values.All(m => m.Joining is not null))
            CompleteJoin();
    }

    private void CompleteJoin()
    {
        _generation = _generation == int.MaxValue ? 1 : _generation + 1;
        if (_members.Count == 0)
        {
            (_state, _leader, _protocol) = (GroupState.Empty, null, null);
            return;
        }
        _protocol = ChooseProtocol();
        if (_leader is null || !_members.ContainsKey(_leader))
            _leader = _members.Keys.First();
        _state = GroupState.CompletingRebalance;
        _rebalanceDeadline = Deadline(LongestRebalance());
        foreach (var member in _members.Values)
        {
            member.Assignment = [];
            member.SeenAt = time.GetTimestamp();
            member.AnswerJoin(Joined(member));
        }
    }

    private void HandOut(IReadOnlyDictionary<string, byte[]> assignments)
    {
        _state = GroupState.Stable;
        foreach (var member in _members.Values)
        {
            member.Assignment = assignments.GetValueOrDefault(member.Id) ?? [];
            member.SeenAt = time.GetTimestamp();
            member.AnswerSync(Assigned(member));
        }
    }

    private JoinResult Joined(GroupMember member)
    {
        IReadOnlyList<JoinedMember> members = member.Id == _leader
            ? [.. _members.Values.Select(m => new JoinedMember(m.Id, m.InstanceId, m.MetadataFor(_protocol)))]
            : [];
        return new JoinResult(
            ErrorCode.None, _generation, _protocolType, _protocol, _leader ?? "", member.Id, members);
    }

    private SyncResult Assigned(GroupMember member) =>
        new(ErrorCode.None, _protocolType, _protocol, member.Assignment);

    private TimeSpan LongestRebalance() =>
        _members.Count == 0 ? TimeSpan.Zero : _members.Values.Max(m => m.RebalanceTimeout);

    /// <summary>The members other than the caller must share its type and at least one protocol.</summary>
    private bool FitsTheOthers(JoinCall call)
    {
        var others = _members.Values
            .Where(m => m.Id != call.MemberId && (call.InstanceId is null || m.InstanceId != call.InstanceId)).ToList();
        if (others.Count == 0)
            return true;
        return call.ProtocolType == _protocolType
            && call.Protocols.Any(p => others.All(m => m.Protocols.Any(o => o.Name == p.Name)));
    }

    /// <summary>Of the protocols that all can follow the one that most prefer.</summary>
    private string ChooseProtocol()
    {
        var shared = _members.Values
            .Select(m => m.Protocols.Select(p => p.Name))
            .Aggregate((one, other) => one.Intersect(other))
            .ToHashSet();
        return _members.Values
            .Select(m => m.Protocols.First(p => shared.Contains(p.Name)).Name)
            .GroupBy(name => name)
            .OrderByDescending(votes => votes.Count())
            .ThenBy(votes => votes.Key, StringComparer.Ordinal)
            .First().Key;
    }
}
