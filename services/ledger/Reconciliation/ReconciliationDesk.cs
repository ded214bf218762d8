using FinCode.Ledger.Reconciliation.Model.Breaks;
using FinCode.Ledger.Reconciliation.Model.Matching;
using FinCode.Ledger.Reconciliation.Storage;

namespace FinCode.Ledger.Reconciliation;

/// <summary>What a run did.</summary>
/// <param name="OpenBreaks">How many breaks stand open after it.</param>
internal sealed record RunOutcome(int Matches, int BreaksOpened, int BreaksClosed, int OpenBreaks);

/// <summary>Runs the rules over an account, whose row the session holds, and brings the worklist up to date.</summary>
internal sealed class ReconciliationDesk(
    OpenItemStore items, RuleStore rules, MatchStore matches, BreakStore breaks, StatementArchive statements,
    TimeProvider clock)
{
    /// <summary>Null when more is open than a run takes.</summary>
    public async Task<RunOutcome?> RunAsync(ReconciledAccount account, CancellationToken cancellationToken)
    {
        var chain = await statements.ChainAsync(account.Id, cancellationToken);
        if (chain.Count == 0)
            return new RunOutcome(0, 0, 0, 0);
        var (lines, legs) = (await items.LinesAsync(account.Id, cancellationToken),
            await items.LegsAsync(account.Id, cancellationToken));
        if (lines.Count > OpenItemStore.MaxOpen || legs.Count > OpenItemStore.MaxOpen)
            return null;
        var inForce = await rules.ListAsync(account.Id, includeRetired: false, cancellationToken);
        var result = Matcher.Run(lines, legs, inForce.Select(version => version.Rule),
            await items.RejectedAsync(account.Id, cancellationToken));
        var made = result.Matches
            .Select(found => new NewMatch(
                MatchId.New(clock), found, found.Rule is null ? MatchOrigin.Reversal : MatchOrigin.Rule))
            .ToArray();
        await matches.AddAsync(account, made, cancellationToken);

        // Twins are looked for among what is matched, with what this run added.
        var coverage = new Coverage(
            chain.Min(statement => statement.From), chain.Max(statement => statement.To), account.MissingAfterDays);
        var wanted = BreakPlan.Wanted(result, await items.TwinsAsync(account.Id, cancellationToken), coverage,
            StatementArchive.GapsOf(chain));
        return await BringUpToDateAsync(account, made, wanted, cancellationToken);
    }

    private async Task<RunOutcome> BringUpToDateAsync(
        ReconciledAccount account, NewMatch[] made, IReadOnlyList<WantedBreak> wanted,
        CancellationToken cancellationToken)
    {
        var standing = await breaks.OpenOfAsync(account.Id, cancellationToken);
        var matchOf = new Dictionary<object, MatchId>();
        foreach (var match in made)
        {
            foreach (var line in match.Found.Lines)
                matchOf[line.Id] = match.Id;
            foreach (var leg in match.Found.Legs)
                matchOf[leg.Place] = match.Id;
        }
        var changes = BreakPlan.Compare(
            standing, wanted, subject => matchOf.TryGetValue(subject.Key, out var match) ? match : null);

        // What is over goes first: a line or leg has one open break.
        foreach (var (open, resolution, match) in changes.ToClose)
            await breaks.ResolveAsync(
                open.Id, resolution, match, null, null, Words.Of(resolution), cancellationToken);
        // A leg that a break lets go may be taken by another one.
        foreach (var (open, now) in changes.ToChange.OrderBy(change => change.Now.Subject.Leg is not null))
            await breaks.ChangeAsync(open, now, cancellationToken);
        var differing = made.Where(match => match.Found.Difference != 0)
            .Select(match => new WantedBreak(BreakKind.AmountDiffers, match.Found.Difference,
                new BreakSubject(Match: match.Id), match.Found.Lines.Max(line => line.BookingDate), []))
            .ToArray();
        WantedBreak[] added = [.. changes.ToOpen, .. differing];
        await breaks.OpenAsync(account.Id, added, cancellationToken);
        return new RunOutcome(made.Length, added.Length, changes.ToClose.Count,
            standing.Count - changes.ToClose.Count + added.Length);
    }
}
