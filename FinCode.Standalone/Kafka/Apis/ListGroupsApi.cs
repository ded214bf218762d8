using FinCode.Standalone.Kafka.Groups;
using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>All groups that have members or offsets.</summary>
internal static class ListGroupsApi
{
    /// <summary>
    /// The type of groups that only committed offsets, and of all that this broker remembers from before.
    /// </summary>
    private const string ConsumerType = "consumer";

    public static Api Api { get; } = new(ApiKey.ListGroups, 0, 4, 3, Handle);

    private static void Handle(ApiRequest request)
    {
        var (broker, response, version) = (request.Broker, request.Response, request.Version);
        var states = version >= 4 ? request.Reader.ReadStringArray() : [];
        var groups = broker.Groups.All.Select(g => g.Key).Union(broker.Offsets.Groups())
            .Select(id => (Id: id, Group: broker.Groups.Find(id)?.Describe()))
            .Select(g => (g.Id, Type: TypeOf(g.Group), State: DescribeGroupsApi.StateOf(broker, g.Id, g.Group)))
            .Where(g => g.State != "Dead" && (states.Length == 0 || states.Contains(g.State)))
            .ToList();
        if (version >= 1)
            response.NoThrottle();
        response.Error(ErrorCode.None);
        response.ArrayLength(groups.Count);
        foreach (var (id, type, state) in groups)
        {
            response.String(id);
            response.String(type);
            if (version >= 4)
                response.String(state);
            response.NoTags();
        }
        response.NoTags();
    }

    private static string TypeOf(GroupDescription? group) =>
        string.IsNullOrEmpty(group?.ProtocolType) ? ConsumerType : group.ProtocolType;
}
