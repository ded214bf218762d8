using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Groups;

internal enum GroupState
{
    /// <summary>Nobody is in it; it may have offsets.</summary>
    Empty,

    /// <summary>Members are called back, and newcomers let in.</summary>
    PreparingRebalance,

    /// <summary>The generation is fixed; its leader works out who gets what.</summary>
    CompletingRebalance,

    Stable,
}

internal sealed record JoinCall
{
    public required string MemberId { get; init; }

    public required string? InstanceId { get; init; }

    public required string ClientId { get; init; }

    public required string ClientHost { get; init; }

    public required TimeSpan SessionTimeout { get; init; }

    public required TimeSpan RebalanceTimeout { get; init; }

    public required string ProtocolType { get; init; }

    public required IReadOnlyList<GroupProtocol> Protocols { get; init; }

    /// <summary>
    /// From version 4 on a newcomer is told its id first, so that a lost answer leaves no ghost behind.
    /// </summary>
    public required bool NewcomersAskTwice { get; init; }
}

internal sealed record JoinedMember(string Id, string? InstanceId, byte[] Metadata);

/// <summary>Only the leader is told who else there is.</summary>
internal sealed record JoinResult(
    ErrorCode Error, int Generation, string? ProtocolType, string? Protocol, string Leader, string MemberId,
    IReadOnlyList<JoinedMember> Members)
{
    public static JoinResult Refused(ErrorCode error, string memberId) => new(error, -1, null, null, "", memberId, []);
}

internal sealed record SyncCall(
    string MemberId, string? InstanceId, int Generation, string? ProtocolType, string? Protocol,
    IReadOnlyDictionary<string, byte[]> Assignments);

internal sealed record SyncResult(ErrorCode Error, string? ProtocolType, string? Protocol, byte[] Assignment)
{
    public static SyncResult Refused(ErrorCode error) => new(error, null, null, []);
}

internal sealed record MemberDescription(
    string Id, string? InstanceId, string ClientId, string ClientHost, byte[] Metadata, byte[] Assignment);

internal sealed record GroupDescription(
    string Id, GroupState State, string ProtocolType, string Protocol, IReadOnlyList<MemberDescription> Members);
