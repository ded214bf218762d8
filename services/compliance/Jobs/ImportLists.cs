using FinCode.Compliance.Lists;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Jobs;

/// <summary>
/// Looks for the lists, each where it comes from. Files that differ from those in force, and are whole, become the
/// next edition of their list; damaged ones are refused whole and the last good edition stays, while the other lists
/// move on. New editions together make the next list version, which is announced. Then it brings this replica to the
/// version in force, whichever replica decided it.
/// </summary>
internal sealed partial class ImportLists(
    ComplianceOptions options, FindLists lists, DbSession session, Outbox outbox, ListSnapshots snapshots,
    ListEditions editions, ListWatch watch, ListConfigurationGuard guard, IServiceScopeFactory scopes,
    TimeProvider clock, ILogger<ImportLists> logger) : IJob
{
    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!await guard.MayGoOnAsync(cancellationToken))
            return false;
        var found = await lists.RunAsync(cancellationToken);
        await session.BeginAsync(Tenants.Platform, cancellationToken);
        var active = await ListStore.LockAsync(session, cancellationToken);
        var standings = await ListStore.ReadStandingsAsync(session, cancellationToken);
        var isChanged = await RetireAsync(standings, cancellationToken);
        var entries = new List<ChangedEntry>();
        foreach (var (source, fetched) in found)
        {
            var standing = standings.Find(one => one.List == source.Name);
            if (await DecideAsync(source, fetched, standing, cancellationToken) is not { } changes)
                continue;
            isChanged = true;
            entries.AddRange(ChangedEntry.Of(source.Name, changes));
        }
        if (isChanged)
        {
            active = await ListStore.AddVersionAsync(session, clock.GetUtcNow(), cancellationToken);
            await outbox.AddAsync(new ScreeningBasisChanged(Tenants.Platform, active, null), cancellationToken);
            await RescreeningStore.StartAsync(
                session, active.Value, null, entries, clock.GetUtcNow(), cancellationToken);
        }
        await AlarmAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        if (active is { } version)
            await LoadAsync(version, cancellationToken);
        return false;
    }

    /// <summary>Only what has committed is screened with, hence a unit of work of its own.</summary>
    private async Task LoadAsync(long version, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var reading = scope.ServiceProvider.GetRequiredService<DbSession>();
        await reading.BeginAsync(Tenants.Platform, cancellationToken);
        await snapshots.LoadAsync(reading, version, cancellationToken);
    }

    /// <summary>What the configuration names no more is screened with no more; a folder's lists stay.</summary>
    private async Task<bool> RetireAsync(List<ListStanding> standings, CancellationToken cancellationToken)
    {
        var isChanged = false;
        foreach (var standing in standings.Where(one => options.Lists.Count > 0
            && options.Lists.All(source => source.Name != one.List)))
        {
            await ListStore.RetireAsync(session, standing.List, cancellationToken);
            isChanged |= standing.Edition is not null;
            session.AfterCommit(() => LogRetired(logger, standing.List));
        }
        return isChanged;
    }

    /// <summary>What a new edition of the list changed; null when there is none.</summary>
    private async Task<List<EntryChange>?> DecideAsync(ListSource source, FetchedList fetched, ListStanding? standing,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (fetched.Problem is { } problem)
        {
            await RefuseAsync(source, standing, problem, cancellationToken);
            return null;
        }
        var before = await ListEditionStore.ReadAsync(session, source.Name, standing?.Edition, cancellationToken);
        if (fetched.Parts is null)
        {
            if (before is not null)
                await ListStore.MarkGoodAsync(session, source.Name, before.Edition, now, cancellationToken);
            return null;
        }
        var hash = ListGates.HashOf(fetched.Parts);
        if (before is not null && before.Format == source.Format.Name
            && hash.AsSpan().SequenceEqual(before.ContentHash))
        {
            await ListEditionStore.UpdateValidatorsAsync(
                session, source.Name, before.Edition, fetched.Parts, cancellationToken);
            await ListStore.MarkGoodAsync(session, source.Name, before.Edition, now, cancellationToken);
            return null;
        }
        try
        {
            var files = fetched.Parts.ToDictionary(part => part.Key, part => part.Value.Content);
            var content = source.Format.Read(source.Name, files);
            // Another format counts other things.
            if (before is not null && before.Format == source.Format.Name)
                ListGates.RefuseLoss(before.Counts, content.Counts, source.RefusedLossPercent);
            return await AddEditionAsync(source, fetched.Parts, hash, content, before, cancellationToken);
        }
        catch (DamagedListException damage)
        {
            await RefuseAsync(source, standing, damage.Message, cancellationToken);
            return null;
        }
    }

    private async Task<List<EntryChange>> AddEditionAsync(
        ListSource source, IReadOnlyDictionary<string, FetchedPart> parts, byte[] hash, ListContent content,
        ListEdition? before, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var earlier = await ReadEarlierAsync(source, before, cancellationToken);
        var changes = ListDiff.Between(earlier, content.Entries);
        var edition = await ListEditionStore.AddAsync(
            session, source, hash, content.Counts, changes, now, cancellationToken);
        await ListEditionStore.AddFilesAsync(session, source.Name, edition, parts, cancellationToken);
        await ListStore.MarkGoodAsync(session, source.Name, edition, now, cancellationToken);
        session.AfterCommit(() =>
        {
            editions.Keep(source.Name, edition, content);
            LogActivated(logger, source.Name, edition, content.Counts.Entries, changes.Count, content.Counts.Orphans);
        });
        return changes;
    }

    /// <summary>None when stricter readers than then cannot read it any more: all entries are new then.</summary>
    private async Task<IReadOnlyList<ListedEntry>> ReadEarlierAsync(
        ListSource source, ListEdition? before, CancellationToken cancellationToken)
    {
        if (before is null)
            return [];
        try
        {
            return (await editions.ReadAsync(session, source.Name, before.Edition, cancellationToken)).Entries;
        }
        catch (DamagedListException)
        {
            return [];
        }
    }

    private async Task RefuseAsync(
        ListSource source, ListStanding? standing, string reason, CancellationToken cancellationToken)
    {
        await ListStore.MarkRefusedAsync(session, source.Name, reason, clock.GetUtcNow(), cancellationToken);
        // Once for each reason, not at every look.
        if (standing?.RefusedReason != reason)
            session.AfterCommit(() => LogRefused(logger, source.Name, reason));
    }

    /// <summary>The first replica that sees a list grow old says so, once until it is good again.</summary>
    private async Task AlarmAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var standings = await ListStore.ReadStandingsAsync(session, cancellationToken);
        foreach (var standing in standings.Where(one => ListAges.IsAlarming(options, one, now)))
        {
            var hours = ListAges.Age(standing, now)!.Value.Ticks / TimeSpan.TicksPerHour;
            if (await ListStore.MarkAlarmedAsync(session, standing.List, now, cancellationToken))
                session.AfterCommit(() => LogOld(logger, standing.List, hours));
        }
        session.AfterCommit(() => watch.Note(standings));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Edition {Edition} of the list {List} is in force: "
        + "{Entries} entries, of which {Changes} are other than before; {Orphans} rows belong to no entry")]
    private static partial void LogActivated(
        ILogger logger, string list, long edition, int entries, int changes, int orphans);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "The list {List} is refused, the last good edition stays: {Reason}")]
    private static partial void LogRefused(ILogger logger, string list, string reason);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "The list {List} was last found good {Hours} hours ago; when it is too old, transfers wait")]
    private static partial void LogOld(ILogger logger, string list, long hours);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The list {List} is configured no more and is in force no more")]
    private static partial void LogRetired(ILogger logger, string list);
}
