namespace FinCode.Contracts;

/// <summary>
/// A fact that one service publishes. Past tense, owned by one service, only ever extended. Carries ids, amounts and
/// codes, never names, account numbers, addresses or secrets.
/// </summary>
public interface IEvent
{
    /// <summary>The CloudEvents type: <c>fincode.transaction.funded.v1</c>.</summary>
    static abstract string Type { get; }

    /// <summary>The Kafka topic; one of <see cref="Topics"/>.</summary>
    static abstract string Topic { get; }

    /// <summary>
    /// The Kafka key and CloudEvents subject. Events with one key are delivered in the order of their commits.
    /// </summary>
    string EventKey();
}
