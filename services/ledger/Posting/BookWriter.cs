using FinCode.Ledger.Model;
using Npgsql;

namespace FinCode.Ledger.Posting;

/// <summary>
/// Group commit: whoever posts joins the batch of its book, and one transaction books the whole batch while the next
/// one gathers, is planned on what this one will leave, and is inserted already in a transaction of its own. Nobody is
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
        BookMemory? memory = null;
        PlannedBatch? ahead = null;
        var careful = 0;
        var since = clock.GetTimestamp();
        try
        {
            while (ahead is not null || !HasEnded(tenant, queue))
            {
                var requests = ahead?.Requests ?? queue.Take();
                if (requests.Count == 0)
                    continue;
                if (clock.GetElapsedTime(since) > s_turn)
                {
                    await connections.ReleaseAsync();
                    since = clock.GetTimestamp();
                }
                var (wasPlanned, planned) = (ahead is not null, ahead?.Batch);
                var open = await TryPlanAsync(tenant, connections, requests, ahead, memory);
                memory = open?.Batch.Memory;
                ahead = null;
                if (open is null)
                {
                    await connections.ReleaseAsync();
                    await _alone.WriteAsync(tenant, requests);
                    continue;
                }
                var writing = TryWriteAsync(tenant, open);
                // Where others write to this book too, or keys come again, what is inserted ahead would be in vain.
                careful = wasPlanned && planned != open.Batch ? CarefulBatches : Math.Max(0, careful - 1);
                ahead = await PlanAheadAsync(tenant, connections, queue, open.Batch, inserts: careful == 0, writing);
                if (await writing)
                    continue;
                memory = null;
                if (ahead is not null)
                    await ahead.GiveUpAsync();
                await connections.ReleaseAsync();
                await _alone.WriteAsync(tenant, requests);
            }
        }
        finally
        {
            // It holds places of the book, and whoever comes next would wait for them.
            if (ahead is not null)
                await ahead.GiveUpAsync();
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
    /// Null when that failed; nothing is written then.
    /// </summary>
    private async Task<OpenBatch?> TryPlanAsync(
        TenantId tenant, BookConnections connections, List<WaitingRequest> requests, PlannedBatch? ahead,
        BookMemory? memory)
    {
        try
        {
            if (ahead is not null)
            {
                if (await ahead.TryHoldAsync(clock) is { } held)
                {
                    ahead.Batch!.Close();
                    return new OpenBatch(held, requests, ahead.Batch);
                }
                await ahead.GiveUpAsync();
            }
            return await PlanAsync(await OpenBook.BeginAsync(scopes, connections, tenant), requests, memory);
        }
        catch (Exception exception)
        {
            // Also when the connection cannot even be given back: whoever waits is answered all the same.
            LogAlone(logger, exception, tenant, requests.Count);
            if (ahead is not null)
            {
                ahead.Book?.Doubt();
                await ahead.GiveUpAsync();
            }
            return null;
        }
    }

    private static async Task<OpenBatch> PlanAsync(OpenBook book, List<WaitingRequest> requests, BookMemory? memory)
    {
        try
        {
            await book.HoldAsync();
            var batch = await book.Posting.PlanAsync(
                [.. requests.Select(waiting => waiting.Request)], memory, CancellationToken.None);
            batch.Close();
            return new OpenBatch(book, requests, batch);
        }
        catch
        {
            book.Doubt();
            await book.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes, commits and answers. False when that failed, and it is not known how far it came.</summary>
    private async Task<bool> TryWriteAsync(TenantId tenant, OpenBatch open)
    {
        try
        {
            await using (open.Book)
            {
                try
                {
                    await open.Book.Posting.WriteAsync(open.Batch, CancellationToken.None);
                    await open.Book.Session.CommitAsync(CancellationToken.None);
                }
                catch
                {
                    open.Book.Doubt();
                    throw;
                }
            }
            WaitingRequest.AnswerAll(open.Requests, open.Batch.Outcomes);
            return true;
        }
        catch (Exception exception)
        {
            LogAlone(logger, exception, tenant, open.Requests.Count);
            return false;
        }
    }

    /// <summary>
    /// While a batch is booked, plans and inserts those who wait, as if it were there. Null when there are too few to
    /// be worth it.
    /// </summary>
    private async Task<PlannedBatch?> PlanAheadAsync(
        TenantId tenant, BookConnections connections, BookQueue queue, PostingBatch before, bool inserts, Task writing)
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
                if (await AddAsync(ahead, [.. more.Select(waiting => waiting.Request)], inserts))
                    continue;
            }
            catch (Exception exception)
            {
                // That somebody else took the places, or that a key is taken, is no fault.
                if (exception is not PostgresException
                    {
                        SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.RestrictViolation,
                    })
                    LogAlone(logger, exception, tenant, ahead.Requests.Count);
                ahead.Book?.Doubt();
            }
            await ahead.GiveUpAsync();
            break;
        }
        return ahead;
    }

    /// <summary>False: what was planned does not hold.</summary>
    private static async Task<bool> AddAsync(PlannedBatch ahead, List<PostingRequest> more, bool inserts)
    {
        var posting = ahead.Book!.Posting;
        if (!inserts)
        {
            await posting.AddAsync(ahead.Batch!, more, CancellationToken.None);
            return true;
        }
        if (!await posting.TryAddAheadAsync(ahead.Batch!, more, CancellationToken.None))
            return false;
        await posting.InsertAsync(ahead.Batch!, CancellationToken.None);
        return true;
    }

    private sealed record OpenBatch(OpenBook Book, List<WaitingRequest> Requests, PostingBatch Batch);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "A batch of {Count} of {TenantId} failed: it is tried by itself")]
    private static partial void LogAlone(ILogger logger, Exception exception, TenantId tenantId, int count);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The writer of {TenantId} has stopped: a fault of the program")]
    private static partial void LogStopped(ILogger logger, Exception exception, TenantId tenantId);
}
