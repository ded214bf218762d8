using FinCode.Ledger.Model;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Posting;

/// <summary>
/// Group commit: whoever posts joins the batch of its book, and one transaction writes the whole batch while the next
/// one gathers and is planned already, on what this one will leave. Nobody is answered before the commit. A book has
/// one writer in this process; that it has only one over all replicas is the database's doing, for a batch holds the
/// head of its book, and a plan that another replica overtook is thrown away.
/// </summary>
internal sealed partial class BookWriter(IServiceScopeFactory scopes, TimeProvider clock, ILogger<BookWriter> logger)
    : IHostedService
{
    /// <summary>Requests that may wait for one book; beyond that callers are sent away at once.</summary>
    public const int MaxWaiting = 8_192;

    private const int MaxAttempts = 5;
    private static readonly TimeSpan s_firstRetryDelay = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly Dictionary<TenantId, BookQueue> _queues = [];
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
        var waiting = new WaitingRequest(request, cancellationToken);
        lock (_lock)
        {
            if (_isStopping)
                throw new BookBusyException("The service is stopping.");
            if (!_queues.TryGetValue(tenant, out var queue))
            {
                // The queue is there as long as its writer runs.
                _queues.Add(tenant, queue = new BookQueue());
                var writing = Task.Run(() => WriteAsync(tenant, queue), CancellationToken.None);
                _running.Add(writing);
                _ = writing.ContinueWith(Forget, TaskScheduler.Default);
            }
            if (queue.Count >= MaxWaiting)
                throw new BookBusyException("Too many postings wait for this book.");
            queue.Add(waiting);
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

    private async Task WriteAsync(TenantId tenant, BookQueue queue)
    {
        await using var connections = new BookConnections();
        BookMemory? memory = null;
        PlannedBatch? ahead = null;
        while (ahead is not null || !HasEnded(tenant, queue))
        {
            var requests = ahead?.Requests ?? queue.Take();
            if (requests.Count == 0)
                continue;
            var open = await TryPlanAsync(tenant, connections, requests, ahead, memory);
            memory = open?.Batch.Memory;
            ahead = null;
            if (open is null)
            {
                await WriteAloneAsync(tenant, requests);
                continue;
            }
            var writing = TryWriteAsync(tenant, open);
            ahead = await PlanAheadAsync(tenant, connections, queue, open.Batch, writing);
            if (await writing)
                continue;
            memory = null;
            if (ahead is not null)
                await ahead.GiveUpAsync();
            await WriteAloneAsync(tenant, requests);
        }
    }

    /// <summary>Nobody waits any more; the queue is gone then, and a later caller starts another.</summary>
    private bool HasEnded(TenantId tenant, BookQueue queue)
    {
        lock (_lock)
        {
            return queue.Count == 0 && _queues.Remove(tenant);
        }
    }

    /// <summary>
    /// Plans a batch with its book held: takes the plan that was made ahead if the book is where that plan begins.
    /// Null when that failed; nothing was written then.
    /// </summary>
    private async Task<OpenBatch?> TryPlanAsync(
        TenantId tenant, BookConnections connections, List<WaitingRequest> requests, PlannedBatch? ahead,
        BookMemory? memory)
    {
        try
        {
            var book = ahead?.Book ?? await OpenBook.BeginAsync(scopes, connections, tenant);
            try
            {
                await book.HoldAsync();
                if (ahead?.Batch is not { } batch || !book.IsAt(batch.Base))
                    batch = await book.Posting.PlanAsync(
                        [.. requests.Select(waiting => waiting.Request)], memory, CancellationToken.None);
                batch.Close();
                return new OpenBatch(book, requests, batch);
            }
            catch
            {
                await book.DisposeAsync();
                throw;
            }
        }
        catch (Exception exception)
        {
            // Also when the connection cannot even be given back: whoever waits is answered all the same.
            LogAlone(logger, exception, tenant, requests.Count);
            return null;
        }
    }

    /// <summary>Writes, commits and answers. False when that failed, and it is not known how far it came.</summary>
    private async Task<bool> TryWriteAsync(TenantId tenant, OpenBatch open)
    {
        try
        {
            await using (open.Book)
            {
                await open.Book.Posting.WriteAsync(open.Batch, CancellationToken.None);
                await open.Book.Session.CommitAsync(CancellationToken.None);
            }
            Answer(open.Requests, open.Batch.Outcomes);
            return true;
        }
        catch (Exception exception)
        {
            LogAlone(logger, exception, tenant, open.Requests.Count);
            return false;
        }
    }

    /// <summary>
    /// While a batch is written, plans those who wait, as if it were there. Null when there are too few to be worth it.
    /// </summary>
    private async Task<PlannedBatch?> PlanAheadAsync(
        TenantId tenant, BookConnections connections, BookQueue queue, PostingBatch before, Task writing)
    {
        PlannedBatch? ahead = null;
        while (!writing.IsCompleted && !before.Memory.IsFull)
        {
            await Task.WhenAny(writing, queue.WhenManyAsync(before.Outcomes.Count));
            var more = writing.IsCompleted ? [] : queue.Take(ahead);
            if (more.Count == 0)
                break;
            ahead ??= new PlannedBatch(new PostingBatch(tenant, before.Memory, before, clock));
            ahead.Requests.AddRange(more);
            try
            {
                ahead.Book ??= await OpenBook.BeginAsync(scopes, connections, tenant);
                await ahead.Book.Posting.AddAsync(
                    ahead.Batch!, [.. more.Select(waiting => waiting.Request)], CancellationToken.None);
            }
            catch (Exception exception)
            {
                LogAlone(logger, exception, tenant, ahead.Requests.Count);
                await ahead.GiveUpAsync();
                break;
            }
        }
        return ahead;
    }

    /// <summary>
    /// A batch that failed is tried again by itself: keys make that safe, also when it is not known whether it had
    /// committed. What fails for a reason of its own fails alone.
    /// </summary>
    private async Task WriteAloneAsync(TenantId tenant, List<WaitingRequest> batch)
    {
        var delay = s_firstRetryDelay;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Answer(batch, await CommitAsync(tenant, batch));
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
                    await WriteAloneAsync(tenant, [waiting]);
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

    private async Task<IReadOnlyList<PostingOutcome>> CommitAsync(
        TenantId tenant, List<WaitingRequest> batch)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, CancellationToken.None);
        var outcomes = await scope.ServiceProvider.GetRequiredService<LedgerPosting>()
            .PostAllAsync([.. batch.Select(waiting => waiting.Request)], CancellationToken.None);
        await session.CommitAsync(CancellationToken.None);
        return outcomes;
    }

    private static void Answer(List<WaitingRequest> batch, IReadOnlyList<PostingOutcome> outcomes)
    {
        for (var i = 0; i < outcomes.Count; i++)
            batch[i].Answer.TrySetResult(outcomes[i]);
    }

    private sealed record OpenBatch(OpenBook Book, List<WaitingRequest> Requests, PostingBatch Batch);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "A batch of {Count} of {TenantId} failed: it is tried by itself")]
    private static partial void LogAlone(ILogger logger, Exception exception, TenantId tenantId, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {TenantId} is tried again after attempt {Attempt}")]
    private static partial void LogRetried(ILogger logger, Exception exception, TenantId tenantId, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Count} of {TenantId} failed: one by one now")]
    private static partial void LogSplit(ILogger logger, Exception exception, TenantId tenantId, int count);
}

/// <summary>The book takes no more for now; nothing was booked.</summary>
internal sealed class BookBusyException(string message) : Exception(message);
