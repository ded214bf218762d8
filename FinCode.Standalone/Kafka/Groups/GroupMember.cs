namespace FinCode.Standalone.Kafka.Groups;

/// <summary>A protocol (an assignor) that a member can follow, with what it wants the leader to know.</summary>
internal sealed record GroupProtocol(string Name, byte[] Metadata);

/// <summary>A consumer in a group. Only its group touches it, under the group's lock.</summary>
internal sealed class GroupMember(string id, string? instanceId)
{
    /// <summary>A static member that comes back under its instance id gets a new id.</summary>
    public string Id { get; set; } = id;

    public string? InstanceId { get; } = instanceId;

    public string ClientId { get; set; } = "";

    public string ClientHost { get; set; } = "";

    public TimeSpan SessionTimeout { get; set; }

    public TimeSpan RebalanceTimeout { get; set; }

    public IReadOnlyList<GroupProtocol> Protocols { get; set; } = [];

    public byte[] Assignment { get; set; } = [];

    /// <summary>When it was last heard of.</summary>
    public long SeenAt { get; set; }

    /// <summary>Set while the member waits for the others to join.</summary>
    public TaskCompletionSource<JoinResult>? Joining { get; set; }

    /// <summary>Set while the member waits for the leader's assignment.</summary>
    public TaskCompletionSource<SyncResult>? Syncing { get; set; }

    public bool IsWaiting => Joining is not null || Syncing is not null;

    public byte[] MetadataFor(string? protocol) =>
        Protocols.FirstOrDefault(p => p.Name == protocol)?.Metadata ?? [];

    public bool OffersSame(IReadOnlyList<GroupProtocol> protocols) =>
        Protocols.Count == protocols.Count
        && Protocols.Zip(protocols).All(p =>
            p.First.Name == p.Second.Name && p.First.Metadata.AsSpan().SequenceEqual(p.Second.Metadata));

    public void AnswerJoin(JoinResult result)
    {
        var waiting = Joining;
        Joining = null;
        waiting?.SetResult(result);
    }

    public void AnswerSync(SyncResult result)
    {
        var waiting = Syncing;
        Syncing = null;
        waiting?.SetResult(result);
    }
}
