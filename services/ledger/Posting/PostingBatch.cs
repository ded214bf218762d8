using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;

namespace FinCode.Ledger.Posting;

/// <summary>
/// A batch while it is worked out, on a book as it is remembered: what its requests become, and the records that are
/// to be added to the log, hashed. It changes what is remembered only when it is closed.
/// </summary>
internal sealed class PostingBatch
{
    /// <summary>How far a booking time may lie behind the moment in which the book is held.</summary>
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(1);

    private readonly RecordChain _chain;
    private readonly List<PostingOutcome> _outcomes = [];
    private bool _isClosed;

    /// <param name="before">
    /// The batch that comes before it and is not committed yet, if one is: closed.
    /// </param>
    public PostingBatch(TenantId tenant, BookMemory memory, PostingBatch? before, TimeProvider clock)
    {
        Memory = memory;
        Base = memory.Head;
        // The books' time waits for a clock that went back.
        var now = clock.Now();
        BookedAt = now > Base.BookedAt ? now : Base.BookedAt;
        Plan = new PostingPlan(memory, before?.Plan, BookedAt, clock);
        _chain = new RecordChain(tenant, Base);
    }

    /// <summary>Where the book has to be for this batch to be written.</summary>
    public BookHead Base { get; }

    /// <summary>The book as it is after this batch, once the batch is closed.</summary>
    public BookMemory Memory { get; }

    public DateTimeOffset BookedAt { get; }

    public PostingPlan Plan { get; }

    public IReadOnlyList<HashedRecord> Records => _chain.Records;

    /// <summary>How many of the records are inserted, in the session that the batch will be written in.</summary>
    public int Inserted { get; set; }

    /// <summary>Of all requests so far, in their order. They count when the batch is durable.</summary>
    public IReadOnlyList<PostingOutcome> Outcomes => _outcomes;

    /// <summary>Where the book is after this batch.</summary>
    public BookHead Next => _chain.Head(BookedAt);

    /// <summary>What was planned for an earlier moment still holds: nothing that it posts has expired since.</summary>
    public bool IsStillTrue(DateTimeOffset now) => now - BookedAt <= s_fresh && !(now >= Plan.Expiry);

    /// <summary>
    /// Accounts that are not remembered yet; not those that the batch itself opens, which may be gone with it.
    /// </summary>
    public IReadOnlySet<AccountName> Unknown(IEnumerable<AccountName> names) =>
        names.Where(name => !Memory.Knows(name) && !Plan.Changes(name)).ToHashSet();

    public void Learn(IEnumerable<AccountBalance> accounts, IEnumerable<BookedEntry> entries)
    {
        Memory.Learn(accounts);
        Plan.Learn(entries);
    }

    public void Add(PostingOutcome outcome) => _outcomes.Add(outcome);

    public void Add(PostingRequest request) => _outcomes.Add(Plan.Add(request));

    /// <summary>Hashes what was added since.</summary>
    public void Hash() => _chain.Add(Plan.Records);

    /// <summary>Nothing is added any more; what comes next is planned on what this batch leaves.</summary>
    public void Close()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        Plan.Close();
        Memory.MoveTo(Next, Plan.Changed);
    }
}
