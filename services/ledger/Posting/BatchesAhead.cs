using FinCode.Ledger.Model;
using Npgsql;

namespace FinCode.Ledger.Posting;

/// <summary>
/// The next batches of a book, prepared while the one before them is booked: each is planned as if all before it were
/// there, and inserted in a transaction of its own. In their order they are booked; when one cannot be, those behind it
/// are given up, for it will want their places.
/// </summary>
internal sealed partial class BatchesAhead(
    TenantId tenant, BookQueue queue, BookConnections connections, IServiceScopeFactory scopes, TimeProvider clock,
    ILogger logger)
{
    /// <summary>
    /// Preparing a batch takes about as long as booking two: with fewer under way, the book would wait for them.
    /// </summary>
    private const int Most = 2;

    /// <summary>
    /// Preparing fewer than this costs more than it saves; while a large batch is booked, a quarter of it.
    /// </summary>
    private const int Fewest = 8;

    /// <summary>So many are worth a batch of their own; fewer join the one that is prepared already.</summary>
    private const int Many = 64;

    private readonly Queue<PlannedBatch> _planned = new();

    /// <summary>
    /// Whether somebody could be added to the last of several; it may go on while the first is booked.
    /// </summary>
    private Task<bool> _adding = Task.FromResult(true);

    public bool IsEmpty => _planned.Count == 0;

    /// <summary>
    /// How many of those who wait or are prepared a batch takes at most, so that as many batches are under way as may
    /// be: whoever posts again when he is answered would for ever be in one large batch, and nothing be done beside it.
    /// </summary>
    /// <param name="booked">How many are in the batch that is being booked.</param>
    public int Share(int booked = 0) =>
        Math.Max(Many, (booked + _planned.Sum(one => one.Requests.Count) + queue.Count + Most) / (Most + 1));

    /// <summary>The next one, or null. Nothing is added to it any more.</summary>
    public PlannedBatch? Take() => _planned.TryDequeue(out var next) ? next : null;

    /// <summary>Ends when nothing is under way but insertions.</summary>
    public Task RestAsync() => _adding;

    /// <summary>
    /// Prepares those who wait, for as long as a batch is being booked; whoever is just being added to another than the
    /// next one does not keep that from being booked.
    /// </summary>
    /// <param name="inserts">Without it one batch is prepared, and only planned.</param>
    public async Task PrepareAsync(PostingBatch booked, bool inserts, Task booking)
    {
        var enough = Math.Clamp(booked.Outcomes.Count / 4, Fewest, Many);
        await _adding;
        while (!booked.Memory.IsFull && _planned.LastOrDefault() is null or { Batch: not null })
        {
            var last = _planned.LastOrDefault();
            var isFull = last?.Requests.Count >= Share(booked.Outcomes.Count);
            if (isFull && (!inserts || _planned.Count == Most))
                return;
            await Task.WhenAny(booking, queue.WhenManyAsync(isFull ? Many : enough));
            if (last is not null && !isFull)
                await Task.WhenAny(booking, last.Inserting);
            if (booking.IsCompleted)
                return;
            if (last is null || (inserts && _planned.Count < Most && queue.Count >= Many))
            {
                var before = last?.Batch ?? booked;
                before.Close();
                last = new PlannedBatch(new PostingBatch(tenant, before.Memory, before, clock));
                _planned.Enqueue(last);
            }
            var share = Share(booked.Outcomes.Count);
            _adding = Task.Run(() => TryAddAsync(last, share, inserts));
            var isNext = last == _planned.Peek();
            if ((!isNext && await Task.WhenAny(booking, _adding) == booking) || !await _adding)
                return;
        }
    }

    /// <summary>Whether all of a batch is inserted that is to be, and its plan no older than it may be.</summary>
    public async Task<bool> IsReadyAsync(PlannedBatch planned)
    {
        try
        {
            await planned.Inserting;
            return planned.Batch!.IsStillTrue(clock.Now());
        }
        catch (Exception exception)
        {
            Note(exception, planned);
            return false;
        }
    }

    /// <summary>Only the requests are left, and nothing of what was inserted.</summary>
    public async Task GiveUpAsync()
    {
        await RestAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _adding = Task.FromResult(true);
        foreach (var planned in _planned)
            await planned.GiveUpAsync();
    }

    /// <summary>False when nobody could be added, or what was planned does not hold.</summary>
    private async Task<bool> TryAddAsync(PlannedBatch planned, int share, bool inserts)
    {
        var more = queue.Take(share, planned);
        if (more.Count == 0)
            return false;
        planned.Requests.AddRange(more);
        try
        {
            planned.Book ??= await OpenBook.BeginAsync(scopes, connections, tenant);
            if (await planned.TryAddAsync(more, inserts))
                return true;
        }
        catch (Exception exception)
        {
            Note(exception, planned);
        }
        await planned.GiveUpAsync();
        return false;
    }

    private void Note(Exception exception, PlannedBatch planned)
    {
        planned.Book?.Doubt();
        // That somebody else took the places, or that a key is taken, is no fault.
        if (exception is not PostgresException
            {
                SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.RestrictViolation,
            })
            LogFailed(logger, exception, tenant, planned.Requests.Count);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A batch of {Count} of {TenantId} could not be prepared: it is planned again")]
    private static partial void LogFailed(ILogger logger, Exception exception, TenantId tenantId, int count);
}
