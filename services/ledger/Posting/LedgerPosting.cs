using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Posting;

/// <summary>
/// The one door into the books. Instructions that belong together are linked: all of them are booked or none; a refusal is an outcome,
/// not an exception, and leaves nothing behind. Accounts are opened on demand and locked in one order, each entry is booked once per
/// key for ever, and everything commits with the caller's session.
/// </summary>
internal sealed class LedgerPosting(DbSession session, AccountStore accounts, EntryStore entries, TimeProvider clock)
{
    public const int MaxInstructions = 1_000;

    /// <summary>Books linked instructions in the book of the session's tenant.</summary>
    public async Task<PostingOutcome> PostAsync(
        IReadOnlyList<Instruction> linked, CancellationToken cancellationToken, string? bookedBy = null) =>
        (await PostAllAsync([linked], cancellationToken, bookedBy))[0];

    /// <summary>Several groups of linked instructions in one go, in order; each group has an outcome of its own.</summary>
    public async Task<IReadOnlyList<PostingOutcome>> PostAllAsync(
        IReadOnlyList<IReadOnlyList<Instruction>> groups, CancellationToken cancellationToken, string? bookedBy = null)
    {
        var all = groups.SelectMany(group => group).ToArray();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(all.Length, MaxInstructions, nameof(groups));

        // Entries never change, so which accounts are touched is known before anything is locked; whether the targets are still
        // pending is only known once their accounts are.
        var targets = TargetsOf(all);
        var before = (await entries.FindAsync(targets, [], cancellationToken)).ToDictionary(entry => entry.Id);
        var names = all
            .SelectMany(instruction => PostingPlan.LegsOf(instruction, id => before.GetValueOrDefault(id)) ?? [])
            .Select(leg => leg.Account)
            .Where(name => AccountCodes.Find(name) is not null)
            .Distinct().Order().ToArray();
        var now = clock.GetUtcNow();
        var locked = await accounts.LockAsync(names, now, cancellationToken);
        var known = await entries.FindAsync(targets, [.. all.Select(one => one.Key.Text)], cancellationToken);

        var plan = new PostingPlan(locked, known, now, clock);
        var outcomes = groups.Select(plan.Add).ToArray();
        if (plan.NewEntries.Count > 0)
        {
            await AddAsync(plan, bookedBy, cancellationToken);
            await accounts.SaveAsync([.. plan.ChangedAccounts], cancellationToken);
        }
        return outcomes;
    }

    /// <summary>
    /// Makes others who work on the same transfer wait until this session ends, and reads what is booked for it. The consumer keeps the
    /// events of one transfer in order; this holds also when a partition is taken over in the middle.
    /// </summary>
    public async Task<TransferEntries> OpenTransferAsync(TransactionId transaction, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))", $"{session.Tenant}/{transaction}");
        await command.ExecuteNonQueryAsync(cancellationToken);
        return new TransferEntries(transaction, await entries.FindAsync(transaction, cancellationToken));
    }

    /// <summary>
    /// Two that use one key with the same content touch the same accounts, so the second waits for the first and finds its entry. Only
    /// with different content can both come this far; then the unique key decides, and the loser hears the refusal when it asks again.
    /// </summary>
    private async Task AddAsync(PostingPlan plan, string? bookedBy, CancellationToken cancellationToken)
    {
        try
        {
            await entries.AddAsync(plan.NewEntries, name => plan.Account(name).Id, bookedBy, cancellationToken);
        }
        catch (PostgresException exception) when (
            exception is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: EntryStore.KeyConstraint })
        {
            throw new TransientException("Another entry was booked under this key at the same moment.", exception);
        }
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
