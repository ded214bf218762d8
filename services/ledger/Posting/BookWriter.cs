using FinCode.Ledger.Model;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Posting;

/// <summary>
/// Group commit: whoever posts joins the batch of its book, and one transaction writes the whole batch while the next
/// one gathers. Nobody is answered before the commit. A book has one writer in this process; that it has only one over
/// all replicas is the database's doing, for a batch holds the head of its book.
/// </summary>
internal sealed partial class BookWriter(IServiceScopeFactory scopes, TimeProvider clock, ILogger<BookWriter> logger)
    : IHostedService
{
    /// <summary>Requests that may wait for one book; beyond that callers are sent away at once.</summary>
    public const int MaxWaiting = 8_192;

    private const int MaxBatchRequests = 1_024;
    private const int MaxBatchLegs = PostingRules.MaxLegsPerRequest;
    private const int MaxAttempts = 5;
    private static readonly TimeSpan s_firstRetryDelay = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly Dictionary<TenantId, Queue<Waiting>> _queues = [];
    private readonly HashSet<Task> _running = [];
    private bool _isStopping;

    /// <summary>Books linked instructions and answers when they are durable.</summary>
    /// <exception cref="BookBusyException">Too many wait for this book, or the service is stopping.</exception>
    /// <exception cref="OperationCanceledException">
    /// The caller gave up. What was not in a batch yet is not booked; for the rest the key tells.
    /// </exception>
    public async Task<PostingOutcome> PostAsync(
        TenantId tenant, PostingRequest request, CancellationToken cancellationToken)
    {
        if (PostingRules.OfRequest(request) is { } refusal)
            return PostingOutcome.Refused(refusal);
        var waiting = new Waiting(request, cancellationToken);
        lock (_lock)
        {
            if (_isStopping)
                throw new BookBusyException("The service is stopping.");
            if (!_queues.TryGetValue(tenant, out var queue))
            {
                // The queue is there as long as its writer runs.
                _queues.Add(tenant, queue = new Queue<Waiting>());
                var writing = Task.Run(() => WriteAsync(tenant, queue), CancellationToken.None);
                _running.Add(writing);
                _ = writing.ContinueWith(Forget, TaskScheduler.Default);
            }
            if (queue.Count >= MaxWaiting)
                throw new BookBusyException("Too many postings wait for this book.");
            queue.Enqueue(waiting);
        }
        return await waiting.Answer.Task.WaitAsync(cancellationToken);
    }

    public Task<PostingOutcome> PostAsync(
        TenantId tenant, IReadOnlyList<Instruction> linked, CancellationToken cancellationToken) =>
        PostAsync(tenant, new PostingRequest(linked), cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Takes nothing more and writes what it has.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task[] running;
        lock (_lock)
        {
            _isStopping = true;
            running = [.. _running];
        }
        await Task.WhenAll(running).WaitAsync(cancellationToken);
    }

    private void Forget(Task writing)
    {
        lock (_lock)
            _running.Remove(writing);
    }

    private async Task WriteAsync(TenantId tenant, Queue<Waiting> queue)
    {
        while (NextBatch(tenant, queue) is { } batch)
        {
            if (batch.Count > 0)
                await WriteBatchAsync(tenant, batch);
        }
    }

    /// <summary>Null when nobody waits any more; the queue is gone then, and a later caller starts another.</summary>
    private List<Waiting>? NextBatch(TenantId tenant, Queue<Waiting> queue)
    {
        var batch = new List<Waiting>();
        var legs = 0;
        var instructions = 0;
        lock (_lock)
        {
            if (queue.Count == 0)
            {
                _queues.Remove(tenant);
                return null;
            }
            while (batch.Count < MaxBatchRequests && queue.TryPeek(out var next))
            {
                legs += next.Legs;
                instructions += next.Request.Linked.Count;
                if (batch.Count > 0 && (legs > MaxBatchLegs || instructions > LedgerPosting.MaxInstructions))
                    break;
                queue.Dequeue();
                if (!next.Cancellation.IsCancellationRequested)
                    batch.Add(next);
            }
        }
        return batch;
    }

    /// <summary>
    /// A batch that fails is tried again: keys make that safe, also when it is not known whether it had committed. What
    /// fails for a reason of its own fails alone.
    /// </summary>
    private async Task WriteBatchAsync(TenantId tenant, List<Waiting> batch)
    {
        var delay = s_firstRetryDelay;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var outcomes = await CommitAsync(tenant, batch);
                for (var i = 0; i < outcomes.Count; i++)
                    batch[i].Answer.TrySetResult(outcomes[i]);
                return;
            }
            catch (NpgsqlException exception) when (exception.IsTransient && attempt < MaxAttempts)
            {
                LogRetried(logger, exception, tenant, attempt);
                await Task.Delay(delay, clock, CancellationToken.None);
                delay *= 2;
            }
            catch (Exception exception) when (batch.Count > 1 && exception is not NpgsqlException { IsTransient: true })
            {
                LogSplit(logger, exception, tenant, batch.Count);
                foreach (var waiting in batch)
                    await WriteBatchAsync(tenant, [waiting]);
                return;
            }
            catch (Exception exception)
            {
                foreach (var waiting in batch)
                    waiting.Answer.TrySetException(exception);
                return;
            }
        }
    }

    private async Task<IReadOnlyList<PostingOutcome>> CommitAsync(TenantId tenant, List<Waiting> batch)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, CancellationToken.None);
        var outcomes = await scope.ServiceProvider.GetRequiredService<LedgerPosting>()
            .PostAllAsync([.. batch.Select(waiting => waiting.Request)], CancellationToken.None);
        await session.CommitAsync(CancellationToken.None);
        return outcomes;
    }

    private sealed record Waiting(PostingRequest Request, CancellationToken Cancellation)
    {
        public TaskCompletionSource<PostingOutcome> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Those of the entries that it resolves or reverses count as one.</summary>
        public int Legs { get; } =
            Request.Linked.Sum(instruction => Math.Max(1, PostingPlan.OwnLegsOf(instruction).Count));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {TenantId} is tried again after attempt {Attempt}")]
    private static partial void LogRetried(ILogger logger, Exception exception, TenantId tenantId, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Count} of {TenantId} failed: one by one now")]
    private static partial void LogSplit(ILogger logger, Exception exception, TenantId tenantId, int count);
}

/// <summary>The book takes no more for now; nothing was booked.</summary>
internal sealed class BookBusyException(string message) : Exception(message);
