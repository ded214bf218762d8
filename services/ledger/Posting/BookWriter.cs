using FinCode.Ledger.Model;

namespace FinCode.Ledger.Posting;

/// <summary>
/// Group commit: whoever posts joins the batch of its book, and one transaction books the whole batch while the next
/// ones gather, are planned on what it will leave, and are inserted already in transactions of their own. Nobody is
/// answered before the commit. A book has one writer in this process; that it has only one over all replicas is the
/// database's doing, for a batch holds the head of its book, and a plan that another replica overtook is thrown away.
/// </summary>
internal sealed partial class BookWriter(IServiceScopeFactory scopes, TimeProvider clock, ILogger<BookWriter> logger)
    : IHostedService
{
    /// <summary>Requests that may wait for one book; beyond that callers are sent away at once.</summary>
    public const int MaxWaiting = 8_192;

    /// <summary>After something was inserted ahead in vain, so many batches are only planned ahead.</summary>
    private const int CarefulBatches = 16;

    /// <summary>How long a book that is always busy keeps its connections from the others.</summary>
    private static readonly TimeSpan s_turn = TimeSpan.FromSeconds(1);

    private readonly SeparateBatches _alone = new(scopes, clock, logger);
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
        try
        {
            await WriteAllAsync(tenant, queue);
        }
        catch (Exception exception)
        {
            // Nothing above lets one through; if it does, nobody is left waiting for a writer that is gone.
            LogStopped(logger, exception, tenant);
            lock (_lock)
                _queues.Remove(tenant);
            queue.Fail(exception);
        }
    }

    private async Task WriteAllAsync(TenantId tenant, BookQueue queue)
    {
        await using var connections = new BookConnections();
        var batchesAhead = new BatchesAhead(tenant, queue, connections, scopes, clock, logger);
        BookMemory? memory = null;
        var careful = 0;
        var since = clock.GetTimestamp();
        try
        {
            while (!batchesAhead.IsEmpty || !HasEnded(tenant, queue))
            {
                var ahead = batchesAhead.Take();
                var requests = ahead?.Requests ?? queue.Take(batchesAhead.Share());
                if (requests.Count == 0)
                    continue;
                if (clock.GetElapsedTime(since) > s_turn)
                {
                    await batchesAhead.RestAsync();
                    await connections.ReleaseAsync();
                    since = clock.GetTimestamp();
                }
                var outcome = Written.Overtaken;
                if (ahead is { Batch: not null })
                    outcome = await WriteAsync(tenant, batchesAhead, ahead, inserts: careful == 0);
                if (outcome == Written.Overtaken)
                {
                    // Where others write to this book too, or keys come again, it would be in vain to insert ahead.
                    if (ahead is not null)
                        careful = CarefulBatches;
                    await batchesAhead.GiveUpAsync();
                    ahead = await TryPlanAsync(tenant, connections, requests, memory);
                    outcome = ahead is null
                        ? Written.Unknown
                        : await WriteAsync(tenant, batchesAhead, ahead, inserts: careful == 0);
                }
                memory = ahead?.Batch?.Memory;
                careful = Math.Max(0, careful - 1);
                if (outcome == Written.Durable)
                    continue;
                memory = null;
                await batchesAhead.GiveUpAsync();
                await connections.ReleaseAsync();
                await _alone.WriteAsync(tenant, requests);
            }
        }
        finally
        {
            // They hold places of the book, and whoever comes next would wait for those.
            await batchesAhead.GiveUpAsync();
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

    /// <summary>Plans with the book held. Null when that failed; nothing is written then.</summary>
    private async Task<PlannedBatch?> TryPlanAsync(
        TenantId tenant, BookConnections connections, List<WaitingRequest> requests, BookMemory? memory)
    {
        try
        {
            var book = await OpenBook.BeginAsync(scopes, connections, tenant);
            try
            {
                var batch = await book.Posting.PlanAsync(
                    WaitingRequest.RequestsOf(requests), memory, CancellationToken.None);
                return new PlannedBatch(batch) { Requests = requests, Book = book, IsHeld = true };
            }
            catch
            {
                book.Doubt();
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

    /// <summary>Writes a batch, and prepares the next ones meanwhile.</summary>
    private async Task<Written> WriteAsync(
        TenantId tenant, BatchesAhead batchesAhead, PlannedBatch planned, bool inserts)
    {
        var batch = planned.Batch!;
        batch.Close();
        var writing = TryWriteAsync(tenant, batchesAhead, planned, batch);
        await batchesAhead.PrepareAsync(batch, inserts, writing);
        return await writing;
    }

    /// <summary>Writes, commits and answers.</summary>
    private async Task<Written> TryWriteAsync(
        TenantId tenant, BatchesAhead batchesAhead, PlannedBatch planned, PostingBatch batch)
    {
        try
        {
            var book = planned.Book!;
            if (planned.IsHeld)
            {
                await book.Posting.WriteAsync(batch, CancellationToken.None);
                await book.Session.CommitAsync(CancellationToken.None);
            }
            else if (!await batchesAhead.IsReadyAsync(planned)
                || !await book.Posting.TryCommitAsync(batch, CancellationToken.None))
            {
                await planned.GiveUpAsync();
                return Written.Overtaken;
            }
            planned.Book = null;
            await book.DisposeAsync();
            WaitingRequest.AnswerAll(planned.Requests, batch.Outcomes);
            return Written.Durable;
        }
        catch (Exception exception)
        {
            LogAlone(logger, exception, tenant, planned.Requests.Count);
            planned.Book?.Doubt();
            await planned.GiveUpAsync();
            return Written.Unknown;
        }
    }

    private enum Written
    {
        Durable,

        /// <summary>Not at all: the book is not where the plan begins.</summary>
        Overtaken,

        /// <summary>It failed, and it is not known how far it came.</summary>
        Unknown,
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "A batch of {Count} of {TenantId} failed: it is tried by itself")]
    private static partial void LogAlone(ILogger logger, Exception exception, TenantId tenantId, int count);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The writer of {TenantId} has stopped: a fault of the program")]
    private static partial void LogStopped(ILogger logger, Exception exception, TenantId tenantId);
}
