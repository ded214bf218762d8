using System.Diagnostics;
using System.Text;
using System.Text.Json;
using FinCode.Contracts;

namespace FinCode.Messaging;

/// <summary>
/// The only way to publish: the event is a row in the session's transaction, and the relay sends it once that has
/// committed. Events of one key leave in the order in which their transactions committed.
/// </summary>
public sealed class Outbox(DbSession session, TimeProvider clock)
{
    public async Task AddAsync<TEvent>(TEvent message, CancellationToken cancellationToken) where TEvent : IEvent
    {
        var data = JsonSerializer.Serialize(message, ContractJson.Options);

        // A message that the broker refuses would hold up all that come after it, so it is refused here.
        if (Encoding.UTF8.GetByteCount(data) > MessagingOptions.MaxEventBytes)
            throw new InvalidOperationException(
                $"An event {TEvent.Type} is larger than {MessagingOptions.MaxEventBytes} bytes.");
        await using var command = session.Command(
            "select outbox_add($1, $2, $3, $4, $5, $6, $7::text, $8)",
            Guid.CreateVersion7(clock.GetUtcNow()), TEvent.Topic, message.EventKey(), TEvent.Type, session.Tenant.Value,
            clock.GetUtcNow(), Activity.Current?.Id, data);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
