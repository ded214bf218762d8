using System.Data;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FinCode.Messaging.Consuming;

/// <summary>
/// Processes a batch: keys are spread over lanes, lanes run side by side, each in order and in one transaction. When
/// that fails, its messages are done again one by one, and the one that fails is parked, so that the offsets can move
/// on for the others.
/// </summary>
internal sealed partial class LaneRunner(
    NpgsqlDataSource source, MessagingPlace place, MessagingOptions options, MessagingState state,
    ReactionRunner reactions,
    Parking parking, ILogger<LaneRunner> logger)
{
    /// <summary>
    /// When this returns, every message is processed, parked, buried or known already, and that is committed. It throws
    /// when the database is away; then the whole batch can be given again.
    /// </summary>
    public async Task ProcessAsync(IReadOnlyList<Received> batch, CancellationToken cancellationToken)
    {
        // By the event's key alone, not by topic: so one transfer's events of different topics do not compete for its
        // rows.
        var lanes = batch.GroupBy(
            message => (uint)string.GetHashCode(message.Key, StringComparison.Ordinal) % (uint)options.Lanes);
        await Task.WhenAll(lanes.Select(lane => RunLaneAsync([.. lane], cancellationToken)));
    }

    private async Task RunLaneAsync(List<Received> lane, CancellationToken cancellationToken)
    {
        if (lane.Count > 1)
        {
            try
            {
                await InOneTransactionAsync(lane, cancellationToken);
                return;
            }
            catch (Exception exception)
                when (!cancellationToken.IsCancellationRequested && exception is not OutOfMemoryException)
            {
                LogLaneFailed(logger, place.Noun, lane.Count, exception);
            }
        }
        foreach (var message in lane)
            await RunOneAsync(message, cancellationToken);
    }

    private async Task RunOneAsync(Received message, CancellationToken cancellationToken)
    {
        try
        {
            await InOneTransactionAsync([message], cancellationToken);
        }
        catch (Exception exception)
            when (!cancellationToken.IsCancellationRequested && exception is not OutOfMemoryException
            && message.Unreadable is null)
        {
            await ParkAsync(message, exception, cancellationToken);
        }
    }

    private async Task InOneTransactionAsync(IReadOnlyList<Received> messages, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction =
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await using var unit = reactions.Begin(transaction);
        var (taken, parked) = await Inbox.TakeAsync(transaction, place.Noun, messages, cancellationToken);
        foreach (var message in messages)
        {
            var place = (message.Topic, message.Key);
            if (!taken.Remove(message.EventId))
                state.Metrics.Duplicate(message.Topic);
            else if (message.Envelope is null)
                await RefuseAsync(transaction, message, cancellationToken);
            else if (parked.Contains(place))
                await parking.AppendAsync(transaction, message, cancellationToken);
            else if (message.Event is not null)
                await unit.RunAsync(message, cancellationToken);
            else
            {
                LogUnreadable(logger, message.Topic, message.Partition, message.Offset, message.Unreadable!);
                state.Metrics.Unreadable(message.Topic);
                await parking.BuryAsync(transaction, message, message.Unreadable!, cancellationToken);
                parked.Add(place);
            }
        }
        await unit.SettleAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        unit.Committed();
    }

    /// <summary>No key can wait for a message that names none reliably: it goes to the dead letters alone.</summary>
    private Task RefuseAsync(NpgsqlTransaction transaction, Received message, CancellationToken cancellationToken)
    {
        LogUnreadable(logger, message.Topic, message.Partition, message.Offset, message.Unreadable!);
        state.Metrics.Unreadable(message.Topic);
        return parking.SendDeadLetterAsync(transaction, message, message.Unreadable!, attempts: 1, cancellationToken);
    }

    /// <summary>
    /// Takes the event again, now in order to park it. If the failed try had committed after all (its answer was lost),
    /// or another replica has processed the event meanwhile, the inbox knows it and nothing is parked.
    /// </summary>
    private async Task ParkAsync(Received message, Exception exception, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction =
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        var (taken, parked) = await Inbox.TakeAsync(transaction, place.Noun, [message], cancellationToken);
        if (taken.Count == 0)
            return;
        if (parked.Contains((message.Topic, message.Key)))
            await parking.AppendAsync(transaction, message, cancellationToken);
        else
            await parking.ParkAsync(transaction, message, exception, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        state.Metrics.Failed(message.Envelope!.Type);
        LogParked(logger, message.EventId, message.Envelope.Type, message.Key, Failures.Reason(exception));
    }

    [LoggerMessage(
        Level = LogLevel.Debug, Message = "A lane of {Noun} with {Count} messages failed and is done one by one")]
    private static partial void LogLaneFailed(ILogger logger, string noun, int count, Exception exception);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "Event {EventId} ({Type}) failed; key {Key} is parked: {Reason}")]
    private static partial void LogParked(ILogger logger, Guid eventId, string type, string key, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The message at {Topic}/{Partition}/{Offset} is dead: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string topic, int partition, long offset, string reason);
}
