using System.Diagnostics;
using FinCode.Messaging.Relay;

namespace FinCode.Messaging;

/// <summary>
/// The spans of messages. <c>traceparent</c> goes from the transaction that published to the reaction, over any number
/// of hops.
/// </summary>
internal static class MessagingTelemetry
{
    public const string Name = "FinCode.Messaging";

    private static readonly ActivitySource s_source = new(Name);

    public static Activity? StartProducer(OutboxRow row)
    {
        if (!ActivityContext.TryParse(row.TraceParent, null, isRemote: true, out var parent))
            return null;
        var activity = s_source.StartActivity($"publish {row.Topic}", ActivityKind.Producer, parent);
        activity?.SetTag("messaging.system", "kafka").SetTag("messaging.destination.name", row.Topic)
            .SetTag("messaging.message.id", row.EventId).SetTag("transaction.id", row.Key);
        return activity;
    }

    /// <summary>
    /// Also when nobody listens, the reaction gets the trace to pass on: what it publishes belongs to the same trace
    /// for whoever listens further down.
    /// </summary>
    public static Activity? StartConsumer(string topic, Envelope envelope)
    {
        var hasParent = ActivityContext.TryParse(envelope.TraceParent, null, isRemote: true, out var parent);
        var name = $"process {envelope.Type}";
        var activity = s_source.StartActivity(name, ActivityKind.Consumer, parent);
        if (activity is null && hasParent)
            activity = new Activity(name).SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags).Start();
        activity?.SetTag("messaging.system", "kafka").SetTag("messaging.destination.name", topic)
            .SetTag("messaging.message.id", envelope.EventId).SetTag("transaction.id", envelope.Key);
        return activity;
    }
}
