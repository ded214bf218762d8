using FinCode.Contracts;

namespace FinCode.Messaging;

/// <summary>The envelope of a message, beside its data (CloudEvents 1.0).</summary>
/// <param name="EventId">The CloudEvents id; the inbox knows it.</param>
/// <param name="Sequence">Counts the events of this key at its source, from 1.</param>
/// <param name="OccurredAt">When it was published, by the publisher's clock.</param>
public sealed record EventMeta(
    Guid EventId, TenantId Tenant, long Sequence, DateTimeOffset OccurredAt, string Topic, string EventKey);

/// <summary>
/// What a service does when an event arrives. It runs inside the consumer's transaction (take <see cref="DbSession"/>
/// and <see cref="Outbox"/> by injection; do not begin or commit), which commits its effect, what it publishes and the
/// inbox row together; so an effect in the own database happens once, while everything else may happen twice. It may
/// come late. A <see cref="TransientException"/>, a failed HTTP request or a database that is away is tried again for
/// as long as it takes; any other exception is tried a few times, then goes to the dead-letter topic. Meanwhile later
/// messages of the key wait.
/// </summary>
public interface IReaction<in TEvent> where TEvent : IEvent
{
    Task HandleAsync(TEvent message, EventMeta meta, CancellationToken cancellationToken);
}

/// <summary>The world is not ready for this message yet: try again later, do not give up.</summary>
public sealed class TransientException : Exception
{
    public TransientException(string message) : base(message)
    {
    }

    public TransientException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public TransientException()
    {
    }
}
