using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FinCode.Messaging.Consuming;

/// <summary>
/// Consumes the topics of the registered reactions, in the group of the service's noun. A thread of its own polls,
/// because polling blocks; it hands over one batch at a time and commits the batch's offsets when all of it is done.
/// </summary>
/// <remarks>
/// Offsets are committed after the effects. A crash in between brings the batch again, and the inbox drops what was
/// done.
/// <para>
/// Rebalance: the client tells of revoked partitions only inside a poll. No batch is at work then, so what was handed
/// over is finished and committed; what was just being collected from a revoked partition is let go, its next owner
/// reads it again. A replica that was thrown out of the group meanwhile (it stalled) may still be at work on messages
/// that the next owner has, too: both insert the same inbox rows, one waits for the other and then skips. The stalled
/// one's commit of offsets is refused or only says what is true: that everything before it is done.
/// </para>
/// </remarks>
internal sealed partial class EventConsumer(
    MessagingPlace place, MessagingOptions options, ReactionRegistry registry, LaneRunner lanes, MessagingState state,
    MessagingSeams seams, ILogger<EventConsumer> logger) : BackgroundService
{
    private const int BackoffBaseMilliseconds = 100;
    private const int BackoffCapMilliseconds = 5_000;
    private const int StopCheckMilliseconds = 50;
    private const int FetchWaitMilliseconds = 100;
    private const int HeartbeatsPerSession = 4;
    private const int MaxPollIntervalMilliseconds = 300_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = new Backoff(BackoffBaseMilliseconds, BackoffCapMilliseconds);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ConsumeAsync(backoff, stoppingToken);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                if (stoppingToken.IsCancellationRequested)
                    return;
                LogInterrupted(logger, place.Noun, Failures.Reason(exception));
                await backoff.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>One membership of the group: from joining until the host stops or the client gives up.</summary>
    private async Task ConsumeAsync(Backoff backoff, CancellationToken stoppingToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var collecting = new List<ConsumeResult<string, byte[]>>();
        using var consumer = Build(collecting);
        await KafkaClients.CreateMissingTopicsAsync(consumer.Handle, registry.Topics, options, stoppingToken);
        consumer.Subscribe(registry.Topics);
        var batches = Channel.CreateBounded<Batch>(1);
        var polling = Task.Factory.StartNew(
            () => Poll(consumer, collecting, batches.Writer, ending.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(CancellationToken.None))
            {
                await ProcessAsync(batch, ending.Token);
                backoff.Reset();
                batch.Done.Set();
            }
        }
        finally
        {
            await ending.CancelAsync();
            await polling;
        }
    }

    private IConsumer<string, byte[]> Build(List<ConsumeResult<string, byte[]>> collecting)
    {
        var config = KafkaClients.For(place, new ConsumerConfig
        {
            GroupId = place.Noun,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            AllowAutoCreateTopics = false,
            SessionTimeoutMs = options.SessionTimeoutMilliseconds,
            HeartbeatIntervalMs = options.SessionTimeoutMilliseconds / HeartbeatsPerSession,
            MaxPollIntervalMs = Math.Max(MaxPollIntervalMilliseconds, options.SessionTimeoutMilliseconds),
            FetchWaitMaxMs = FetchWaitMilliseconds,
            CancellationDelayMaxMs = StopCheckMilliseconds,
        });
        return new ConsumerBuilder<string, byte[]>(config)
            .SetErrorHandler((_, error) => state.ConsumerClientFailed(error))
            .SetStatisticsHandler((_, json) => state.ConsumerStatistics(json))
            .SetLogHandler((_, _) => { })
            .SetPartitionsRevokedHandler((_, revoked) =>
            {
                var gone = revoked.Select(partition => partition.TopicPartition).ToHashSet();
                collecting.RemoveAll(message => gone.Contains(message.TopicPartition));
            })
            .Build();
    }

    private void Poll(
        IConsumer<string, byte[]> consumer, List<ConsumeResult<string, byte[]>> collecting,
        ChannelWriter<Batch> batches,
        CancellationToken ending)
    {
        Exception? failure = null;
        try
        {
            while (!ending.IsCancellationRequested)
            {
                Collect(consumer, collecting, ending);
                if (collecting.Count == 0)
                    continue;
                using var batch = new Batch([.. collecting]);
                collecting.Clear();
                batches.TryWrite(batch);
                batch.Done.Wait(ending);
                seams.BeforeOffsetCommit?.Invoke();
                Commit(consumer, batch);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Leaving.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            failure = exception;
        }
        finally
        {
            // Leaves the group, so that the others take over at once instead of after the session's timeout.
            consumer.Close();
            batches.Complete(failure);
        }
    }

    private void Collect(
        IConsumer<string, byte[]> consumer, List<ConsumeResult<string, byte[]>> collecting, CancellationToken ending)
    {
        try
        {
            var next = consumer.Consume(ending);
            while (next is not null)
            {
                collecting.Add(next);
                next = collecting.Count < options.ConsumerBatchSize ? consumer.Consume(TimeSpan.Zero) : null;
            }
            state.ConsumerReceived();
        }
        catch (ConsumeException exception) when (!exception.Error.IsFatal)
        {
            // A topic that is not there yet, a leader that moves: the client goes on by itself.
            LogPollFailed(logger, place.Noun, exception.Error.Reason);
        }
    }

    private async Task ProcessAsync(Batch batch, CancellationToken cancellationToken)
    {
        var messages = batch.Results
            .Select(result => Received.Read(
                result.Topic, result.Partition, result.Offset, result.Message.Key, result.Message.Value, registry))
            .OfType<Received>().ToArray();
        var backoff = new Backoff(BackoffBaseMilliseconds, BackoffCapMilliseconds);
        while (messages.Length > 0)
        {
            try
            {
                await lanes.ProcessAsync(messages, cancellationToken);
                return;
            }
            catch (Exception exception)
                when (!cancellationToken.IsCancellationRequested && exception is not OutOfMemoryException)
            {
                // Not even parking worked, so the database is away. Nothing is skipped: the same batch again, until it
                // is back.
                state.Metrics.Stalled();
                LogBatchFailed(logger, place.Noun, exception);
                await backoff.WaitAsync(cancellationToken);
            }
        }
    }

    private void Commit(IConsumer<string, byte[]> consumer, Batch batch)
    {
        try
        {
            consumer.Commit(batch.Results.GroupBy(result => result.TopicPartition).Select(partition =>
                new TopicPartitionOffset(partition.Key, partition.Max(result => result.Offset.Value) + 1)));
        }
        catch (KafkaException exception) when (!exception.Error.IsFatal)
        {
            // The messages come again, here or at the partition's next owner, and the inbox drops them.
            LogCommitFailed(logger, place.Noun, exception.Error.Reason);
        }
    }

    private sealed record Batch(IReadOnlyList<ConsumeResult<string, byte[]>> Results) : IDisposable
    {
        public ManualResetEventSlim Done { get; } = new();

        public void Dispose() => Done.Dispose();
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The consumer of {Noun} was interrupted and starts over: {Reason}")]
    private static partial void LogInterrupted(ILogger logger, string noun, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A poll of {Noun} failed: {Reason}")]
    private static partial void LogPollFailed(ILogger logger, string noun, string reason);

    [LoggerMessage(
        Level = LogLevel.Error, Message = "A batch of {Noun} could be neither processed nor parked and is tried again")]
    private static partial void LogBatchFailed(ILogger logger, string noun, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The offsets of {Noun} were not committed: {Reason}")]
    private static partial void LogCommitFailed(ILogger logger, string noun, string reason);
}
