using System.Data;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FinCode.Messaging.Consuming;

/// <summary>
/// Tries parked messages again: of each key the first, when it is due. Several replicas do so side by side; the lock on
/// a key's first row is the claim, held until its outcome has committed. A key whose first message is dead waits for a
/// replay.
/// </summary>
internal sealed partial class ParkedRetries(
    NpgsqlDataSource source, MessagingPlace place, MessagingOptions options, ReactionRegistry registry,
    ReactionRunner reactions,
    Parking parking, MessagingState state, ILogger<ParkedRetries> logger) : BackgroundService
{
    private const string BeforeReaction = "before_reaction";

    // Of several partitions' rows with the same key, the order is that of parking, which within a topic is that of the
    // topic.
    private const string ClaimSql = """
        select p.position, p.topic, p.partition_number, p.message_offset, p.event_key, p.message, p.attempts, p.failures
        from parked_messages p
        where p.consumer = $1 and p.state = 'RETRYING' and p.next_attempt_at <= clock_timestamp()
          and not exists (
            select from parked_messages e
            where e.consumer = p.consumer and e.topic = p.topic and e.event_key = p.event_key
              and e.position < p.position)
        order by p.next_attempt_at
        limit 1
        for update of p skip locked
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromMilliseconds(options.RetryPollMilliseconds);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(Enumerable.Range(0, options.RetryLanes).Select(_ => DrainAsync(stoppingToken)));
            await Task.Delay(pause, TimeProvider.System, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DrainAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await TryOneAsync(stoppingToken))
                stoppingToken.ThrowIfCancellationRequested();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Without the database there is no outcome to write down; the row is as it was and is due again.
            if (!stoppingToken.IsCancellationRequested)
                LogInterrupted(logger, place.Noun, exception);
        }
    }

    /// <summary>False when nothing is due.</summary>
    private async Task<bool> TryOneAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction =
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        if (await ClaimAsync(transaction, cancellationToken) is not { } row)
            return false;
        await transaction.SaveAsync(BeforeReaction, cancellationToken);
        await using var unit = reactions.Begin(transaction);
        try
        {
            // Null: since it was parked, the service has stopped reacting to such events.
            if (Read(row) is { } message)
                await unit.RunAsync(Readable(message), cancellationToken);
            await RemoveAsync(transaction, row, cancellationToken);
            await unit.SettleAsync(cancellationToken);
        }
        catch (Exception exception)
            when (!cancellationToken.IsCancellationRequested && exception is not OutOfMemoryException)
        {
            // Back to the claim, not out of it: the row stays locked until the failure is written down.
            await transaction.RollbackAsync(BeforeReaction, cancellationToken);
            await RecordFailureAsync(transaction, row, exception, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        await transaction.CommitAsync(cancellationToken);
        unit.Committed();
        LogHealed(logger, row.Key, row.Attempts + 1);
        return true;
    }

    private async Task<ParkedRow?> ClaimAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ClaimSql, transaction.Connection, transaction)
        {
            Parameters = { new() { Value = place.Noun } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        return new ParkedRow(
            reader.GetInt64(0), reader.GetString(1), reader.GetInt32(2), reader.GetInt64(3), reader.GetString(4),
            reader.GetString(5), reader.GetInt32(6), reader.GetInt32(7));
    }

    private Received? Read(ParkedRow row) => Received.Read(
        row.Topic, row.Partition, row.Offset, row.Key, Encoding.UTF8.GetBytes(row.Message), registry);

    private static Received Readable(Received message) =>
        message.Event is null ? throw new UnreadableMessageException(message.Unreadable!) : message;

    private static async Task RemoveAsync(
        NpgsqlTransaction transaction, ParkedRow row, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "delete from parked_messages where position = $1", transaction.Connection, transaction)
        {
            Parameters = { new() { Value = row.Position } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task RecordFailureAsync(
        NpgsqlTransaction transaction, ParkedRow row, Exception exception, CancellationToken cancellationToken)
    {
        var attempts = row.Attempts + 1;
        var failures = row.Failures + (Failures.IsTransient(exception) ? 0 : 1);
        var isDead = exception is UnreadableMessageException || failures >= options.MaxAttempts;
        var reason = Failures.Reason(exception);
        await using var command = new NpgsqlCommand(
            "update parked_messages set attempts = $2, failures = $3, state = $4, reason = $5, "
            + "next_attempt_at = clock_timestamp() + $6 where position = $1", transaction.Connection, transaction)
        {
            Parameters =
            {
                new() { Value = row.Position },
                new() { Value = attempts },
                new() { Value = failures },
                new() { Value = isDead ? Parking.DeadState : Parking.Retrying },
                new() { Value = reason },
                new() { Value = parking.Pause(attempts) },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
        var message = Read(row)!;
        state.Metrics.Failed(message.Envelope?.Type ?? "unreadable");
        if (!isDead)
            return;
        await parking.SendDeadLetterAsync(transaction, message, reason, attempts, cancellationToken);
        LogDead(logger, message.EventId, row.Key, attempts, reason);
    }

    private sealed record ParkedRow(
        long Position, string Topic, int Partition, long Offset, string Key, string Message, int Attempts,
        int Failures);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Parked messages of {Noun} could not be tried")]
    private static partial void LogInterrupted(ILogger logger, string noun, Exception exception);

    [LoggerMessage(
        Level = LogLevel.Information, Message = "A parked message of key {Key} is processed at attempt {Attempt}")]
    private static partial void LogHealed(ILogger logger, string key, int attempt);

    [LoggerMessage(
        Level = LogLevel.Error, Message = "Event {EventId} of key {Key} is dead after {Attempts} attempts: {Reason}")]
    private static partial void LogDead(ILogger logger, Guid eventId, string key, int attempts, string reason);
}
