using System.Globalization;
using System.Text;
using System.Text.Json;
using FinCode.Contracts;
using Npgsql;

namespace FinCode.Messaging.Consuming;

/// <summary>Parked messages and dead letters, as rows written in the caller's transaction.</summary>
internal sealed class Parking(MessagingPlace place, MessagingOptions options, MessagingState state)
{
    public const string Retrying = "RETRYING";
    public const string DeadState = "DEAD";

    /// <summary>Behind a message of its key that is parked already; it is due as soon as it is the first.</summary>
    public Task AppendAsync(NpgsqlTransaction transaction, Received message, CancellationToken cancellationToken) =>
        InsertAsync(transaction, message, Retrying, attempts: 0, failures: 0, TimeSpan.Zero, null, cancellationToken);

    /// <summary>The first failure of a message; its key waits from now on.</summary>
    public Task ParkAsync(
        NpgsqlTransaction transaction, Received message, Exception exception, CancellationToken cancellationToken)
    {
        var failures = Failures.IsTransient(exception) ? 0 : 1;
        if (failures >= options.MaxAttempts)
            return BuryAsync(transaction, message, Failures.Reason(exception), cancellationToken);
        return InsertAsync(
            transaction, message, Retrying, attempts: 1, failures, Pause(attempts: 1), Failures.Reason(exception),
            cancellationToken);
    }

    /// <summary>
    /// An event that no try can help (its data is unreadable): dead at once, and its key waits for a replay.
    /// </summary>
    public async Task BuryAsync(
        NpgsqlTransaction transaction, Received message, string reason, CancellationToken cancellationToken)
    {
        await InsertAsync(transaction, message, DeadState, attempts: 1, failures: 1, TimeSpan.Zero, reason,
            cancellationToken);
        await SendDeadLetterAsync(transaction, message, reason, attempts: 1, cancellationToken);
    }

    public TimeSpan Pause(int attempts) =>
        Backoff.Pause(attempts, options.RetryBaseMilliseconds, options.RetryCapMilliseconds);

    /// <summary>
    /// The dead letter leaves by the outbox, in the transaction that declares the death: one death, one letter (which
    /// the relay may repeat, as anything it sends).
    /// </summary>
    public async Task SendDeadLetterAsync(
        NpgsqlTransaction transaction, Received message, string reason, int attempts,
        CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, string>
        {
            ["consumer"] = place.Noun,
            ["reason"] = reason,
            ["attempts"] = attempts.ToString(CultureInfo.InvariantCulture),
            ["original-topic"] = message.Topic,
            ["original-partition"] = message.Partition.ToString(CultureInfo.InvariantCulture),
            ["original-offset"] = message.Offset.ToString(CultureInfo.InvariantCulture),
        };
        var tenant = message.Envelope?.Tenant ?? Tenants.Platform;
        await using var command = new NpgsqlCommand(
            "select outbox_add_dead_letter($1, $2, $3, $4, $5, $6)", transaction.Connection, transaction)
        {
            Parameters =
            {
                new() { Value = Topics.DeadLetter(message.Topic, place.Noun) },
                new() { Value = message.Key },
                new() { Value = message.Envelope?.Type ?? "unreadable" },
                new() { Value = tenant.Value },
                new() { Value = message.Value },
                new() { Value = JsonSerializer.Serialize(headers) },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
        state.Metrics.Dead(message.Envelope?.Type ?? "unreadable");
    }

    private async Task InsertAsync(
        NpgsqlTransaction transaction, Received message, string newState, int attempts, int failures, TimeSpan pause,
        string? reason, CancellationToken cancellationToken)
    {
        // The database's clock counts, for all replicas.
        await using var command = new NpgsqlCommand(
            "insert into parked_messages (consumer, event_id, topic, partition_number, message_offset, event_key, "
            + "tenant_id, message, state, attempts, failures, next_attempt_at, reason) "
            + "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, clock_timestamp() + $12, $13)",
            transaction.Connection, transaction)
        {
            Parameters =
            {
                new() { Value = place.Noun },
                new() { Value = message.EventId },
                new() { Value = message.Topic },
                new() { Value = message.Partition },
                new() { Value = message.Offset },
                new() { Value = message.Key },
                new() { Value = message.Envelope!.Tenant.Value },
                new() { Value = Encoding.UTF8.GetString(message.Value) },
                new() { Value = newState },
                new() { Value = attempts },
                new() { Value = failures },
                new() { Value = pause },
                new() { Value = (object?)reason ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
        state.Metrics.Parked(message.Topic);
    }
}
