using Npgsql;

namespace FinCode.Messaging.Consuming;

/// <summary>
/// Which events this consumer has taken charge of: processed, parked or buried. The row commits with that, so that a
/// message that comes again, to this replica or to another, is recognised whatever became of it.
/// </summary>
internal static class Inbox
{
    /// <summary>
    /// Takes the events that nobody has taken yet, and then looks which keys are parked. Where another replica is just
    /// at work on one of them (a partition changed hands), the insert waits for its outcome; the second statement has a
    /// snapshot of its own, so it sees a key that was parked during that wait.
    /// </summary>
    public static async Task<(HashSet<Guid> Taken, HashSet<(string Topic, string Key)> Parked)> TakeAsync(
        NpgsqlTransaction transaction, string consumer, IReadOnlyList<Received> messages,
        CancellationToken cancellationToken)
    {
        // In one order everywhere, so that two replicas with the same messages do not deadlock.
        var ids = messages.Select(message => message.EventId).Order().ToArray();
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction)
        {
            BatchCommands =
            {
                new("insert into inbox (consumer, event_id) "
                    + "select $1, id from unnest($2) with ordinality as t (id, n) order by n "
                    + "on conflict do nothing returning event_id")
                {
                    Parameters = { new() { Value = consumer }, new() { Value = ids } },
                },
                new("select distinct topic, event_key from parked_messages where consumer = $1 and event_key = any($2)")
                {
                    Parameters =
                    {
                        new() { Value = consumer },
                        new() { Value = messages.Select(message => message.Key).Distinct().ToArray() },
                    },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        HashSet<Guid> taken = [];
        while (await reader.ReadAsync(cancellationToken))
            taken.Add(reader.GetGuid(0));
        await reader.NextResultAsync(cancellationToken);
        HashSet<(string, string)> parked = [];
        while (await reader.ReadAsync(cancellationToken))
            parked.Add((reader.GetString(0), reader.GetString(1)));
        return (taken, parked);
    }
}
