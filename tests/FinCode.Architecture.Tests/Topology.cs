namespace FinCode.Architecture.Tests;

/// <summary>
/// What runs and what each part is given: the one table that the standalone host, the AppHost's drawing and the
/// rendered chart are compared with.
/// </summary>
/// <param name="Calls">Services whose addresses it is given.</param>
internal sealed record Node(string Noun, bool Database, bool Kafka, bool Redis, params string[] Calls)
{
    public override string ToString() =>
        $"{Noun}: database {Database}, kafka {Kafka}, redis {Redis}, calls [{string.Join(", ", Calls.Order())}]";
}

internal static class Topology
{
    public static IReadOnlyList<Node> Nodes { get; } =
    [
        new("gateway", false, false, true, "auth", "transactions", "compliance", "ledger", "notifications"),
        new("auth", true, false, false),
        new("transactions", true, true, false, "auth", "compliance"),
        new("compliance", true, true, false, "auth", "transactions"),
        new("ledger", true, true, false, "auth"),
        new("notifications", true, true, false, "auth", "transactions"),
        new("sandbox", false, false, false),
    ];
}
