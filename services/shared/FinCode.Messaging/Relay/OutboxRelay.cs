using FinCode.Messaging.Consuming;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FinCode.Messaging.Relay;

/// <summary>
/// Publishes what the outbox holds. Of several replicas one leads: it holds an advisory lock by the same connection
/// with which it listens, reads and deletes, so that whoever has lost the lock can neither read nor delete any more.
/// </summary>
/// <remarks>
/// Nothing is lost: a row goes only after the broker has acknowledged it. A crash in between publishes it again.
/// <para>
/// Order: the first appearances of one key's events in the topic are in the order of their commits, also when a deposed
/// leader's last batch is still on the wire while the next one begins. Positions of a key are in the order of commits
/// (the row lock in outbox_keys). Each leader starts with all rows of the key that are not acknowledged, and sends them
/// in order through one producer that leaves no gaps; so whenever an event appears, by whichever leader, its
/// predecessors were sent before it by the same leader or had been acknowledged before that leader read. Two such
/// sequences shuffled into each other repeat events, but no event appears for the first time before its predecessor.
/// Consumers drop the repetitions by their inbox.
/// </para>
/// </remarks>
internal sealed partial class OutboxRelay(
    MessagingPlace place, MessagingOptions options, MessagingState state,
    ILogger<OutboxRelay> logger) : BackgroundService
{
    private const long LeaderLockKey = 0x6F7574626F78; // "outbox"
    private const int BackoffBaseMilliseconds = 100;
    private const int BackoffCapMilliseconds = 2_000;
    private const int LastDeleteMilliseconds = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = new Backoff(BackoffBaseMilliseconds, BackoffCapMilliseconds);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LeadAsync(backoff, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // The database or the broker is away: the rows stay where they are. Giving up the lead meanwhile lets a
                // replica try that may reach both.
                LogInterrupted(logger, place.Noun, Failures.Reason(exception));
                await backoff.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task LeadAsync(Backoff backoff, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(place.DedicatedConnectionString);
        await connection.OpenAsync(cancellationToken);
        await BecomeLeaderAsync(connection, cancellationToken);
        LogLeading(logger, place.Noun);

        // Npgsql reports notifications that arrive with another answer only by this event; those that arrive later end
        // WaitAsync.
        var notified = false;
        connection.Notification += (_, _) => notified = true;
        await ExecuteAsync(connection, "listen fincode_outbox", cancellationToken);
        using var producer = new EventProducer(place, options, state);
        while (true)
        {
            notified = false;
            var count = await PublishBatchAsync(connection, producer, cancellationToken);
            if (count > 0)
                backoff.Reset();
            if (count < options.RelayBatchSize && !notified)
                await connection.WaitAsync(TimeSpan.FromMilliseconds(options.RelayPollMilliseconds), cancellationToken);
        }
    }

    /// <summary>
    /// Tries, instead of waiting in the server: a statement that waits holds a snapshot, which would keep vacuum from
    /// removing the rows that the leader deletes.
    /// </summary>
    private async Task BecomeLeaderAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // When the leader's machine vanishes, the server notices after these seconds instead of hours.
        await ExecuteAsync(
            connection, "set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3",
            cancellationToken);
        await using var command = new NpgsqlCommand($"select pg_try_advisory_lock({LeaderLockKey})", connection);
        while (await command.ExecuteScalarAsync(cancellationToken) is not true)
            await Task.Delay(
                TimeSpan.FromMilliseconds(options.StandbyPollMilliseconds), TimeProvider.System, cancellationToken);
    }

    private async Task<int> PublishBatchAsync(
        NpgsqlConnection connection, EventProducer producer, CancellationToken cancellationToken)
    {
        var rows = await OutboxRows.ReadAsync(connection, options.RelayBatchSize, cancellationToken);
        if (rows.Count == 0)
            return 0;
        await producer.EnsureTopicsAsync(rows.Select(row => row.Topic), cancellationToken);
        var sent = rows.Select(row => (row.Position, Delivery: producer.SendAsync(row))).ToArray();
        try
        {
            await Task.WhenAll(sent.Select(one => one.Delivery)).WaitAsync(
                TimeSpan.FromMilliseconds(options.DeliveryTimeoutMilliseconds), TimeProvider.System, cancellationToken);
        }
        finally
        {
            // Also when some failed, or the host stops: what the broker has need not be sent again.
            var delivered = sent.Where(one => one.Delivery.IsCompletedSuccessfully).Select(one => one.Position)
                .ToArray();
            using var limit = new CancellationTokenSource(
                TimeSpan.FromMilliseconds(LastDeleteMilliseconds), TimeProvider.System);
            await OutboxRows.DeleteAsync(
                connection, delivered, cancellationToken.IsCancellationRequested ? limit.Token : cancellationToken);
            state.Metrics.Published(delivered.Length);
        }
        state.RelayDelivered();
        return rows.Count;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The relay of {Noun} leads")]
    private static partial void LogLeading(ILogger logger, string noun);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The relay of {Noun} was interrupted and starts over: {Reason}")]
    private static partial void LogInterrupted(ILogger logger, string noun, string reason);
}
