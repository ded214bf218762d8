using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;

namespace FinCode.Ledger.Posting;

/// <summary>
/// The one door into the books. Instructions that belong together are linked: all of them are booked or none; a refusal
/// is an outcome, not an exception, and leaves nothing behind. Accounts are opened on demand and locked in one order,
/// each entry is booked once per key for ever, and everything commits with the caller's session.
/// </summary>
internal sealed class LedgerPosting(DbSession session, AccountStore accounts, EntryStore entries, TimeProvider clock)
{
    public const int MaxInstructions = 1_000;

    private bool _holdsBook;

    /// <summary>Books linked instructions in the book of the session's tenant.</summary>
    public async Task<PostingOutcome> PostAsync(
        IReadOnlyList<Instruction> linked, CancellationToken cancellationToken, string? bookedBy = null) =>
        (await PostAllAsync([linked], cancellationToken, bookedBy))[0];

    /// <summary>
    /// Several groups of linked instructions in one go, in order; each group has an outcome of its own.
    /// </summary>
    public async Task<IReadOnlyList<PostingOutcome>> PostAllAsync(
        IReadOnlyList<IReadOnlyList<Instruction>> groups, CancellationToken cancellationToken, string? bookedBy = null)
    {
        var all = groups.SelectMany(group => group).ToArray();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(all.Length, MaxInstructions, nameof(groups));

        await HoldBookAsync(cancellationToken);
        var known = await entries.FindAsync(TargetsOf(all), [.. all.Select(one => one.Key.Text)], cancellationToken);
        var byId = known.ToDictionary(entry => entry.Id);
        var names = all
            .SelectMany(instruction => PostingPlan.LegsOf(instruction, id => byId.GetValueOrDefault(id)) ?? [])
            .Select(leg => leg.Account)
            .Where(name => AccountCodes.Find(name) is not null)
            .Distinct().Order().ToArray();
        var now = clock.GetUtcNow();
        var locked = await accounts.LockAsync(names, now, cancellationToken);

        var plan = new PostingPlan(locked, known, now, clock);
        var outcomes = groups.Select(plan.Add).ToArray();
        if (plan.NewEntries.Count > 0)
        {
            await entries.AddAsync(plan.NewEntries, name => plan.Account(name).Id, bookedBy, cancellationToken);
            await accounts.SaveAsync([.. plan.ChangedAccounts], cancellationToken);
        }
        return outcomes;
    }

    /// <summary>What is booked for a transfer, with its book held: nobody adds to it until this session ends.</summary>
    public async Task<TransferEntries> OpenTransferAsync(TransactionId transaction, CancellationToken cancellationToken)
    {
        await HoldBookAsync(cancellationToken);
        return new TransferEntries(transaction, await entries.FindAsync(transaction, cancellationToken));
    }

    /// <summary>
    /// One writer per book at a time. Nearly every entry touches the same few accounts (a position, an income), so
    /// writers would wait for each other anyway; this way a unit of work that posts several times never waits in a
    /// circle, and what it has read of the book still holds when it posts.
    /// </summary>
    private async Task HoldBookAsync(CancellationToken cancellationToken)
    {
        if (_holdsBook)
            return;
        await using var command = session.Command(
            "select pg_advisory_xact_lock(hashtextextended('book/' || $1, 0))", session.Tenant.Value.ToString());
        await command.ExecuteNonQueryAsync(cancellationToken);
        _holdsBook = true;
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
