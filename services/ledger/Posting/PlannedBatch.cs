using System.Data;
using System.Threading.Channels;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Posting;

/// <summary>
/// Requests that were planned with their book held; or without, and inserted, while batches before them were booked.
/// </summary>
internal sealed class PlannedBatch(PostingBatch batch)
{
    private Task _inserting = Task.CompletedTask;

    public List<WaitingRequest> Requests { get; init; } = [];

    /// <summary>Null when it could not be planned ahead.</summary>
    public PostingBatch? Batch { get; private set; } = batch;

    /// <summary>What it is written in; null when only the requests are left, or it is written.</summary>
    public OpenBook? Book { get; set; }

    public bool IsHeld { get; init; }

    /// <summary>Ends when all is inserted that was to be; fails if that did.</summary>
    public Task Inserting => _inserting;

    /// <summary>
    /// Plans what was added to the requests; with <paramref name="inserts"/> it begins to insert that too. False: what
    /// was planned does not hold.
    /// </summary>
    public async Task<bool> TryAddAsync(List<WaitingRequest> more, bool inserts)
    {
        var requests = WaitingRequest.RequestsOf(more);
        var posting = Book!.Posting;
        if (!inserts)
        {
            await posting.AddAsync(Batch!, requests, CancellationToken.None);
            return true;
        }
        if (!await posting.TryAddAheadAsync(Batch!, requests, CancellationToken.None))
            return false;
        _inserting = posting.InsertAsync(Batch!, CancellationToken.None);
        return true;
    }

    /// <summary>Only the requests are left, and nothing of what was inserted.</summary>
    public async Task GiveUpAsync()
    {
        Batch = null;
        var book = Book;
        Book = null;
        // A session ends when nothing is under way in it; what failed there is told by whoever waited for it.
        await _inserting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_inserting.IsFaulted)
            book?.Doubt();
        _inserting = Task.CompletedTask;
        try
        {
            if (book is not null)
                await book.DisposeAsync();
        }
        catch (Exception)
        {
            // Whatever it was: nothing was held, and the connection is gone.
        }
    }
}

/// <summary>A transaction of a book's writer. Disposing it lets go what was not committed.</summary>
internal sealed class OpenBook : IAsyncDisposable
{
    private readonly AsyncServiceScope _scope;
    private readonly BookConnections _connections;
    private bool _isDoubtful;

    private OpenBook(AsyncServiceScope scope, BookConnections connections)
    {
        _scope = scope;
        _connections = connections;
        Session = scope.ServiceProvider.GetRequiredService<DbSession>();
        Posting = scope.ServiceProvider.GetRequiredService<LedgerPosting>();
    }

    public DbSession Session { get; }

    public LedgerPosting Posting { get; }

    public static async Task<OpenBook> BeginAsync(
        IServiceScopeFactory scopes, BookConnections connections, TenantId tenant)
    {
        var book = new OpenBook(scopes.CreateAsyncScope(), connections);
        try
        {
            await book.Session.BeginAsync(
                await connections.TakeAsync(book._scope.ServiceProvider.GetRequiredService<NpgsqlDataSource>()),
                tenant, CancellationToken.None);
            return book;
        }
        catch
        {
            await book.DisposeAsync();
            throw;
        }
    }

    /// <summary>Something failed here: the connection is not used again for this book.</summary>
    public void Doubt() => _isDoubtful = true;

    public async ValueTask DisposeAsync()
    {
        var connection = Session.HasBegun ? Session.Connection : null;
        var isClean = false;
        try
        {
            await _scope.DisposeAsync();
            isClean = !_isDoubtful;
        }
        finally
        {
            if (connection is not null)
                await _connections.GiveBackAsync(connection, isClean);
        }
    }
}

/// <summary>
/// The connections on which one book is written, kept from batch to batch as long as somebody waits: they know the
/// statements and the tables already. The pool would hand out the one that has been idle longest, each time another.
/// One at a time takes; anybody gives back.
/// </summary>
internal sealed class BookConnections : IAsyncDisposable
{
    private readonly Channel<NpgsqlConnection> _idle = Channel.CreateUnbounded<NpgsqlConnection>();

    /// <summary>
    /// One that was kept, or another of the pool. While the pool has none, the book's own may come back: where many
    /// books are written with few connections, none keeps one and waits for a second.
    /// </summary>
    public async Task<NpgsqlConnection> TakeAsync(NpgsqlDataSource pool)
    {
        if (_idle.Reader.TryRead(out var kept))
            return kept;
        using var enough = new CancellationTokenSource();
        var opening = pool.OpenConnectionAsync(enough.Token).AsTask();
        var returned = _idle.Reader.WaitToReadAsync(enough.Token).AsTask();
        await Task.WhenAny(opening, returned);
        await enough.CancelAsync();
        if (!returned.IsCompletedSuccessfully)
            return await opening;
        try
        {
            await GiveBackAsync(await opening, isClean: true);
        }
        catch (Exception)
        {
            // It was not needed any more.
        }
        return await _idle.Reader.ReadAsync();
    }

    /// <summary>
    /// Gives back to the pool what is not in use: others wait for it, and it is not to be kept from them for ever.
    /// </summary>
    public async Task ReleaseAsync()
    {
        while (_idle.Reader.TryRead(out var connection))
            await connection.DisposeAsync();
    }

    /// <summary>One that broke is not kept.</summary>
    public async Task GiveBackAsync(NpgsqlConnection connection, bool isClean)
    {
        if (!isClean || connection.State != ConnectionState.Open || !_idle.Writer.TryWrite(connection))
            await connection.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _idle.Writer.Complete();
        await ReleaseAsync();
    }
}
