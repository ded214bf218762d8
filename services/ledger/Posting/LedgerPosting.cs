using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;

namespace FinCode.Ledger.Posting;

/// <summary>
/// The one door into the books. Instructions that belong together are linked: all of them are booked or none; a refusal
/// is an outcome, not an exception, and leaves nothing behind. Accounts of known families are opened on demand, each
/// entry is booked once per key for ever, and everything commits with the caller's session. Callers that need no
/// session of their own go through <see cref="BookWriter"/>, which is faster when they are many.
/// </summary>
internal sealed class LedgerPosting(
    DbSession session, BookLog log, AccountStore accounts, EntryStore entries, MonitorWatch monitors,
    TimeProvider clock)
{
    public const int MaxInstructions = 5_000;

    /// <summary>Books linked instructions in the book of the session's tenant.</summary>
    public async Task<PostingOutcome> PostAsync(
        IReadOnlyList<Instruction> linked, CancellationToken cancellationToken, string? bookedBy = null,
        string? approvedBy = null) =>
        (await PostAllAsync([new PostingRequest(linked, bookedBy, approvedBy)], cancellationToken))[0];

    /// <summary>Several requests in one go, in order; each has an outcome of its own.</summary>
    public async Task<IReadOnlyList<PostingOutcome>> PostAllAsync(
        IReadOnlyList<PostingRequest> requests, CancellationToken cancellationToken)
    {
        // What is wrong by itself opens no book.
        var refusals = requests.Select(PostingRules.OfRequest).OfType<Refusal>().ToArray();
        if (refusals.Length == requests.Count)
            return [.. refusals.Select(PostingOutcome.Refused)];
        var batch = await PlanAsync(requests, null, cancellationToken);
        batch.Close();
        await WriteAsync(batch, cancellationToken);
        return batch.Outcomes;
    }

    /// <summary>Holds the book and works out what the requests become in it. Nothing is written yet.</summary>
    /// <param name="remembered">The book, if it is still there; it saves reading.</param>
    public async Task<PostingBatch> PlanAsync(
        IReadOnlyList<PostingRequest> requests, BookMemory? remembered, CancellationToken cancellationToken)
    {
        var head = await log.HoldAsync(cancellationToken);
        var memory = remembered is { IsFull: false } && remembered.Head.IsSameAs(head)
            ? remembered
            : new BookMemory(head);
        var batch = new PostingBatch(session.Tenant, memory, null, clock);
        await AddAsync(batch, requests, cancellationToken);
        return batch;
    }

    /// <summary>Adds requests to a batch: reads what they name and is not remembered. Nothing is held.</summary>
    public async Task AddAsync(
        PostingBatch batch, IReadOnlyList<PostingRequest> requests, CancellationToken cancellationToken)
    {
        var all = InstructionsOf(requests);
        batch.Learn([], await FindEntriesAsync(all, all, cancellationToken));
        await AddFoundAsync(batch, requests, all, cancellationToken);
    }

    /// <summary>
    /// The same for a batch that is inserted ahead, without looking for keys that are taken: inserting one again fails,
    /// and what is refused is looked for. False when one is taken: the batch can only be given up.
    /// </summary>
    public async Task<bool> TryAddAheadAsync(
        PostingBatch batch, IReadOnlyList<PostingRequest> requests, CancellationToken cancellationToken)
    {
        var all = InstructionsOf(requests);
        if (TargetsOf(all).Length > 0)
        {
            await AddAsync(batch, requests, cancellationToken);
            return true;
        }
        var before = batch.Outcomes.Count;
        await AddFoundAsync(batch, requests, all, cancellationToken);
        var refused = InstructionsOf(
            [.. requests.Where((_, index) => batch.Outcomes[before + index].Refusal is not null)]);
        return (await FindEntriesAsync([], refused, cancellationToken)).Count == 0;
    }

    private async Task AddFoundAsync(PostingBatch batch, IReadOnlyList<PostingRequest> requests,
        Instruction[] all, CancellationToken cancellationToken)
    {
        var names = batch.Unknown(all.SelectMany(instruction =>
            PostingPlan.LegsOf(instruction, batch.Plan.Find) ?? []).Select(leg => leg.Account));
        batch.Learn(await accounts.FindAllAsync(names, cancellationToken), []);
        foreach (var request in requests)
        {
            if (PostingRules.OfRequest(request) is { } refusal)
                batch.Add(PostingOutcome.Refused(refusal));
            else
                batch.Add(request);
        }
        batch.Hash();
    }

    /// <summary>What is booked of the targets of some, and by the keys of others.</summary>
    private Task<IReadOnlyList<BookedEntry>> FindEntriesAsync(Instruction[] targeting,
        Instruction[] keyed, CancellationToken cancellationToken) =>
        entries.FindAsync(TargetsOf(targeting), [.. keyed.Select(one => one.Key.Text)], cancellationToken);

    /// <summary>Of those that are not wrong by themselves.</summary>
    private static Instruction[] InstructionsOf(IReadOnlyList<PostingRequest> requests)
    {
        Instruction[] all =
            [.. requests.Where(one => PostingRules.OfRequest(one) is null).SelectMany(request => request.Linked)];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(all.Length, MaxInstructions, nameof(requests));
        return all;
    }

    /// <summary>Holds the book until the session ends.</summary>
    public Task<BookHead> HoldAsync(CancellationToken cancellationToken) => log.HoldAsync(cancellationToken);

    /// <summary>
    /// Inserts what was added to a batch since, while its book is not held yet. If that fails, nothing of the batch can
    /// be written in this session any more.
    /// </summary>
    public Task InsertAsync(PostingBatch batch, CancellationToken cancellationToken)
    {
        HashedRecord[] added = [.. batch.Records.Skip(batch.Inserted)];
        batch.Inserted = batch.Records.Count;
        return log.InsertAsync(added, name => batch.Plan.Account(name).Id, cancellationToken);
    }

    /// <summary>Writes a closed batch to the book that is held: what of it is not inserted yet, and its head.</summary>
    public async Task WriteAsync(PostingBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Records.Count == 0)
            return;
        await log.AppendAsync([.. batch.Records.Skip(batch.Inserted)], batch.Next,
            name => batch.Plan.Account(name).Id, cancellationToken);
        await monitors.LookAsync(batch.Plan, cancellationToken);
    }

    /// <summary>
    /// Writes a closed batch whose book is not held yet, if the book is where the batch begins and nobody holds it, and
    /// commits the session. False, and nothing is written, if not.
    /// </summary>
    public async Task<bool> TryCommitAsync(PostingBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Inserted == 0)
        {
            if (await log.TryHoldAsync(cancellationToken) is not { } head || !head.IsSameAs(batch.Base))
                return false;
            await WriteAsync(batch, cancellationToken);
        }
        else if (!MonitorWatch.MayCross(batch.Plan))
        {
            return await log.TryMoveAndCommitAsync(batch.Base, batch.Next, cancellationToken);
        }
        else
        {
            if (!await log.TryMoveAsync(batch.Base, batch.Next, cancellationToken))
                return false;
            await monitors.LookAsync(batch.Plan, cancellationToken);
        }
        await session.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Adds events to the book: what they are about is decided by whoever holds it.</summary>
    /// <param name="decide">The events from the head and the booking time; none to change nothing.</param>
    public async Task AddEventsAsync(
        Func<BookHead, DateTimeOffset, Task<IReadOnlyList<BookEvent>>> decide, CancellationToken cancellationToken)
    {
        var head = await log.HoldAsync(cancellationToken);
        var now = clock.Now();
        var bookedAt = now > head.BookedAt ? now : head.BookedAt;
        var chain = new RecordChain(session.Tenant, head);
        chain.Add(await decide(head, bookedAt));
        await log.AppendAsync(chain.Records, chain.Head(bookedAt), _ => default, cancellationToken);
    }

    /// <summary>What is booked for a transfer, with its book held: nobody adds to it until this session ends.</summary>
    public async Task<TransferEntries> OpenTransferAsync(TransactionId transaction, CancellationToken cancellationToken)
    {
        await log.HoldAsync(cancellationToken);
        return new TransferEntries(transaction, await entries.FindAsync(transaction, cancellationToken));
    }

    private static EntryId[] TargetsOf(IEnumerable<Instruction> instructions) =>
    [
        .. instructions.Select(instruction => instruction switch
        {
            Commit commit => commit.Pending,
            Release release => release.Pending,
            Reverse reverse => reverse.Original,
            _ => default(EntryId?),
        }).OfType<EntryId>().Distinct(),
    ];
}
