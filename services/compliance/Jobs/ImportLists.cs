using FinCode.Compliance.Lists;
using System.Security.Cryptography;
using System.Text;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Jobs;

/// <summary>
/// Looks at the lists folder. Files that differ from those in force, and are whole, become the next version, which is
/// announced; damaged ones are refused whole and the last good version stays. Then it brings this replica to the
/// version in force, whichever replica decided it.
/// </summary>
internal sealed partial class ImportLists(
    ComplianceOptions options, DbSession session, Outbox outbox, ListSnapshots snapshots, IServiceScopeFactory scopes,
    TimeProvider clock, ILogger<ImportLists> logger) : IJob
{
    private const long MaxFileBytes = 64 * 1024 * 1024;

    /// <summary>A set that lost more than this share of a file's rows is taken for a broken download.</summary>
    private const int MaxLossPercent = 10;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var (files, problem) = await ReadFolderAsync(cancellationToken);
        await session.BeginAsync(Tenants.Platform, cancellationToken);
        var state = await ListStore.LockStateAsync(session, cancellationToken);
        var active = files is null
            ? await RefuseAsync(state, null, problem!, cancellationToken)
            : await DecideAsync(state, files, cancellationToken);
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

    private async Task<(Dictionary<string, byte[]>? Files, string? Problem)> ReadFolderAsync(
        CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, byte[]>();
        try
        {
            foreach (var name in OfacLists.FileNames)
            {
                var file = new FileInfo(Path.Combine(options.ListsFolder, name));
                if (!file.Exists)
                    return (null, $"{name} is missing.");
                if (file.Length > MaxFileBytes)
                    return (null, $"{name} is larger than {MaxFileBytes} bytes.");
                files.Add(name, await File.ReadAllBytesAsync(file.FullName, cancellationToken));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, $"The lists folder cannot be read: {exception.GetType().Name}.");
        }
        return (files, null);
    }

    private async Task<long?> DecideAsync(
        ListState state, Dictionary<string, byte[]> files, CancellationToken cancellationToken)
    {
        var hash = HashOf(files);
        if (state.ActiveVersion is { } active && hash.AsSpan().SequenceEqual(state.ActiveHash))
        {
            await ListStore.MarkGoodAsync(session, active, clock.GetUtcNow(), cancellationToken);
            return active;
        }
        ListContent content;
        try
        {
            content = OfacLists.Read(files);
            if (state.ActiveVersion is not null)
                RefuseLoss((await ListStore.ReadVersionsAsync(session, cancellationToken))
                    .Single(version => version.Version == state.ActiveVersion).Counts, content.Counts);
        }
        catch (DamagedListException damage)
        {
            return await RefuseAsync(state, hash, damage.Message, cancellationToken);
        }
        var now = clock.GetUtcNow();
        var next = await ListStore.AddVersionAsync(session, hash, content.Counts, files, now, cancellationToken);
        await ListStore.MarkGoodAsync(session, next, now, cancellationToken);
        await outbox.AddAsync(new ScreeningBasisChanged(Tenants.Platform, next, null), cancellationToken);
        session.AfterCommit(() => LogActivated(logger, next, content.Counts.Entries, content.Counts.Orphans));
        return next;
    }

    private async Task<long?> RefuseAsync(
        ListState state, byte[]? hash, string reason, CancellationToken cancellationToken)
    {
        // Once for each refused set, not at every look.
        if (state.RefusedReason != reason)
            LogRefused(logger, reason);
        await ListStore.MarkRefusedAsync(session, hash, reason, clock.GetUtcNow(), cancellationToken);
        return state.ActiveVersion;
    }

    private static void RefuseLoss(ListCounts before, ListCounts after)
    {
        RefuseLoss("sdn.csv", before.Entries, after.Entries);
        RefuseLoss("alt.csv", before.Parts["alt.csv"], after.Parts["alt.csv"]);
        RefuseLoss("add.csv", before.Parts["add.csv"], after.Parts["add.csv"]);
        RefuseLoss("sdn_comments.csv", before.Parts["sdn_comments.csv"], after.Parts["sdn_comments.csv"]);
        RefuseLoss("The remarks of sdn.csv", before.WeakAliases, after.WeakAliases);
    }

    private static void RefuseLoss(string what, int before, int after)
    {
        if (after * 100L < before * (100L - MaxLossPercent))
            throw new DamagedListException(
                $"{what}: {after} rows where {before} were, a loss of more than {MaxLossPercent} percent.");
    }

    private static byte[] HashOf(Dictionary<string, byte[]> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in OfacLists.FileNames)
        {
            hash.AppendData(Encoding.ASCII.GetBytes($"{name}:{files[name].Length}:"));
            hash.AppendData(files[name]);
        }
        return hash.GetHashAndReset();
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "List version {ListVersion} is in force: {Entries} entries, {Orphans} rows without an entry")]
    private static partial void LogActivated(ILogger logger, long listVersion, int entries, int orphans);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "The lists in the folder are refused, the last good ones stay: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
