namespace FinCode.Contracts;

/// <summary>The Kafka topics. A consumer's dead letters go to <c>&lt;topic&gt;.&lt;consumer&gt;.dead</c>.</summary>
public static class Topics
{
    public const string Transactions = "fincode.transactions";
    public const string Compliance = "fincode.compliance";
    public const string Ledger = "fincode.ledger";
    public const string Parties = "fincode.parties";
    public const string Audit = "fincode.audit";

    public static IReadOnlyList<string> All { get; } = [Transactions, Compliance, Ledger, Parties, Audit];

    /// <summary>
    /// What is published there is evidence that has to outlast its database: its messages are kept for ever.
    /// </summary>
    public static bool IsKeptForEver(string topic) => topic == Audit;

    public static string DeadLetter(string topic, string consumer) => $"{topic}.{consumer}.dead";
}
