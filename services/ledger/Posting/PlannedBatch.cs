using FinCode.Ledger.Model;
using FinCode.Messaging;

namespace FinCode.Ledger.Posting;

/// <summary>Requests that were planned while the batch before them was written.</summary>
internal sealed class PlannedBatch(PostingBatch batch)
{
    public List<WaitingRequest> Requests { get; } = [];

    /// <summary>Null when it could not be planned ahead.</summary>
    public PostingBatch? Batch { get; set; } = batch;

    /// <summary>The book, as soon as the batch before is done with it.</summary>
    public required Task<OpenBook>? Opening { get; set; }

    /// <summary>Lets the book go; only the requests are left.</summary>
    public async Task GiveUpAsync()
    {
        Batch = null;
        var opening = Opening;
        Opening = null;
        try
        {
            if (opening is not null)
                await (await opening).DisposeAsync();
        }
        catch (Exception)
        {
            // Whatever it was: the book is not held, which is what was wanted.
        }
    }
}

/// <summary>A transaction that holds the head of a book. Disposing it lets go what was not committed.</summary>
internal sealed class OpenBook : IAsyncDisposable
{
    private readonly AsyncServiceScope _scope;
    private BookHead? _head;

    private OpenBook(AsyncServiceScope scope)
    {
        _scope = scope;
        Session = scope.ServiceProvider.GetRequiredService<DbSession>();
        Posting = scope.ServiceProvider.GetRequiredService<LedgerPosting>();
    }

    public DbSession Session { get; }

    public LedgerPosting Posting { get; }

    public static async Task<OpenBook> HoldAsync(IServiceScopeFactory scopes, TenantId tenant)
    {
        var book = new OpenBook(scopes.CreateAsyncScope());
        try
        {
            await book.Session.BeginAsync(tenant, CancellationToken.None);
            book._head = await book.Posting.HoldAsync(CancellationToken.None);
            return book;
        }
        catch
        {
            await book.DisposeAsync();
            throw;
        }
    }

    /// <summary>Nothing was added to the book since it was there.</summary>
    public bool IsAt(BookHead head) => _head!.IsSameAs(head);

    public ValueTask DisposeAsync() => _scope.DisposeAsync();
}
