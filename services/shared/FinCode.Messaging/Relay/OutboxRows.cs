using System.Text.Json;
using Npgsql;

namespace FinCode.Messaging.Relay;

/// <summary>
/// What is to be published: an event (<paramref name="Data"/>, JSON text), or a message sent as it is (<paramref
/// name="Raw"/> with
/// <paramref name="Headers"/>): a dead letter.
/// </summary>
internal sealed record OutboxRow(
    long Position, Guid EventId, string Topic, string Key, string Type, TenantId Tenant, long Sequence,
    DateTimeOffset OccurredAt, string? TraceParent, string? Data, byte[]? Raw, Dictionary<string, string>? Headers);

/// <summary>The outbox as the relay sees it: a queue whose rows go when the broker has them.</summary>
internal static class OutboxRows
{
    public static async Task<List<OutboxRow>> ReadAsync(
        NpgsqlConnection connection, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select position, event_id, topic, event_key, type, tenant_id, sequence, occurred_at, traceparent, data, "
            + "raw, headers from outbox order by position limit $1", connection)
        {
            Parameters = { new() { Value = limit } },
        };
        var rows = new List<OutboxRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new OutboxRow(
                reader.GetInt64(0), reader.GetGuid(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                new TenantId(reader.GetGuid(5)), reader.GetInt64(6), reader.GetFieldValue<DateTimeOffset>(7),
                Nullable<string>(reader, 8), Nullable<string>(reader, 9), Nullable<byte[]>(reader, 10),
                Nullable<string>(reader, 11) is { } json
                    ? JsonSerializer.Deserialize<Dictionary<string, string>>(json)
                    : null));
        }
        return rows;
    }

    /// <summary>
    /// One by one by position, never "up to": positions are given out before commit, so a lower one of another key may
    /// still appear.
    /// </summary>
    public static async Task DeleteAsync(
        NpgsqlConnection connection, long[] positions, CancellationToken cancellationToken)
    {
        if (positions.Length == 0)
            return;
        await using var command = new NpgsqlCommand("delete from outbox where position = any($1)", connection)
        {
            Parameters = { new() { Value = positions } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static T? Nullable<T>(NpgsqlDataReader reader, int ordinal) where T : class =>
        reader.IsDBNull(ordinal) ? null : reader.GetFieldValue<T>(ordinal);
}
