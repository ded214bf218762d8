using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;

namespace FinCode.Ledger.Posting;

/// <summary>
/// The one door into the books. Instructions that belong together are linked: all of them are booked or none; a refusal
/// is an outcome, not an exception, and leaves nothing behind. Accounts of known families are opened on demand, each
/// entry is booked once per key for ever, and everything commits with the caller's session. Callers that need no
/// session of their own go through <see cref="BookWriter"/>, which is faster when they are many.
/// </summary>
internal sealed class LedgerPosting(
    BookLog log, AccountStore accounts, EntryStore entries, MonitorWatch monitors, TimeProvider clock)
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
        var malformed = requests.Select(PostingRules.OfRequest).ToArray();
        var all = requests.Where((_, index) => malformed[index] is null).SelectMany(request => request.Linked)
            .ToArray();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(all.Length, MaxInstructions, nameof(requests));
        if (all.Length == 0)
            return [.. malformed.Select(refusal => PostingOutcome.Refused(refusal!))];

        var head = await log.HoldAsync(cancellationToken);
        var known = await entries.FindAsync(TargetsOf(all), [.. all.Select(one => one.Key.Text)], cancellationToken);
        var byId = known.ToDictionary(entry => entry.Id);
        var names = all
            .SelectMany(instruction => PostingPlan.LegsOf(instruction, id => byId.GetValueOrDefault(id)) ?? [])
            .Select(leg => leg.Account).ToHashSet();
        var bookedAt = BookingTime(head);
        var found = await accounts.FindAllAsync(names, cancellationToken);

        var plan = new PostingPlan(head, found, known, bookedAt, clock);
        var outcomes = requests
            .Select((request, index) => malformed[index] is { } refusal
                ? PostingOutcome.Refused(refusal)
                : plan.Add(request))
            .ToArray();
        if (plan.Records.Count > 0)
        {
            await log.AppendAsync(plan.Records, name => plan.Account(name).Id, bookedAt, cancellationToken);
            await monitors.LookAsync(plan, cancellationToken);
        }
        return outcomes;
    }

    /// <summary>Adds events to the book: what they are about is decided by whoever holds it.</summary>
    /// <param name="decide">The events from the head and the booking time; none to change nothing.</param>
    public async Task AddEventsAsync(
        Func<BookHead, DateTimeOffset, Task<IReadOnlyList<BookEvent>>> decide, CancellationToken cancellationToken)
    {
        var head = await log.HoldAsync(cancellationToken);
        var bookedAt = BookingTime(head);
        await log.AppendAsync(await decide(head, bookedAt), _ => default, bookedAt, cancellationToken);
    }

    /// <summary>What is booked for a transfer, with its book held: nobody adds to it until this session ends.</summary>
    public async Task<TransferEntries> OpenTransferAsync(TransactionId transaction, CancellationToken cancellationToken)
    {
        await log.HoldAsync(cancellationToken);
        return new TransferEntries(transaction, await entries.FindAsync(transaction, cancellationToken));
    }

    /// <summary>The books' time waits for a clock that went back.</summary>
    private DateTimeOffset BookingTime(BookHead head)
    {
        var now = clock.Now();
        return now > head.BookedAt ? now : head.BookedAt;
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
