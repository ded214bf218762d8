using Npgsql;

namespace FinCode.Messaging;

/// <summary>
/// A message that waits: because it failed (its reason says why), or because one before it in its topic and key did.
/// </summary>
/// <param name="State">RETRYING, or DEAD until it is replayed.</param>
/// <param name="Attempts">Tries since it was parked or replayed.</param>
public sealed record ParkedMessage(
    Guid EventId, string Topic, string EventKey, TenantId Tenant, string State, int Attempts,
    DateTimeOffset NextAttemptAt,
    string? Reason, DateTimeOffset ParkedAt);

/// <summary>How many messages wait, and how many of them are dead.</summary>
public sealed record ParkedCounts(long Parked, long Dead);

/// <summary>
/// The messages that this service's consumer has parked, for whoever operates it: of all tenants, without their
/// content.
/// </summary>
public sealed class ParkedMessages
{
    public const int MaxListed = 500;

    private readonly NpgsqlDataSource _source;
    private readonly string _consumer;

    internal ParkedMessages(NpgsqlDataSource source, MessagingPlace place)
    {
        _source = source;
        _consumer = place.Noun;
    }

    /// <summary>The first of them in the order of parking; dead ones first.</summary>
    public async Task<IReadOnlyList<ParkedMessage>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(
            "select event_id, topic, event_key, tenant_id, state, attempts, next_attempt_at, reason, parked_at "
            + "from parked_messages where consumer = $1 order by state, position limit $2");
        command.Parameters.Add(new() { Value = _consumer });
        command.Parameters.Add(new() { Value = Math.Clamp(limit, 1, MaxListed) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<ParkedMessage> messages = [];
        while (await reader.ReadAsync(cancellationToken))
            messages.Add(new ParkedMessage(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), new TenantId(reader.GetGuid(3)),
                reader.GetString(4), reader.GetInt32(5), reader.GetFieldValue<DateTimeOffset>(6),
                reader.IsDBNull(7) ? null : reader.GetString(7), reader.GetFieldValue<DateTimeOffset>(8)));
        return messages;
    }

    public async Task<ParkedCounts> CountAsync(CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(
            "select count(*), count(*) filter (where state = 'DEAD') from parked_messages where consumer = $1");
        command.Parameters.Add(new() { Value = _consumer });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new ParkedCounts(reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>
    /// A dead message starts over with all its tries, and after it those that wait behind it, in order. False: no dead
    /// message has this id.
    /// </summary>
    public Task<bool> ReplayAsync(Guid eventId, CancellationToken cancellationToken) =>
        ReviveAsync("event_id = $2", eventId, cancellationToken);

    /// <summary>The same for the dead messages of a key, in whatever topics.</summary>
    public Task<bool> ReplayAsync(string eventKey, CancellationToken cancellationToken) =>
        ReviveAsync("event_key = $2", eventKey, cancellationToken);

    private async Task<bool> ReviveAsync(string which, object value, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(
            "update parked_messages set state = 'RETRYING', attempts = 0, failures = 0, "
            + $"next_attempt_at = clock_timestamp() where consumer = $1 and state = 'DEAD' and {which}");
        command.Parameters.Add(new() { Value = _consumer });
        command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }
}
