using FinCode.Compliance.Lists;
using FinCode.Compliance.Storage;

namespace FinCode.Compliance.Jobs;

/// <summary>
/// Fetches every list whose look is due. Folders are looked at every time, by every replica; a publisher's server is
/// asked by one replica an interval, which is claimed before. Nothing is decided here, and no transaction is open
/// while a server is waited for.
/// </summary>
internal sealed class FindLists(
    ComplianceOptions options, ListDownloads downloads, IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>After a failure a server is asked again sooner than its interval says.</summary>
    private const int RetryMinutes = 5;

    public async Task<List<(ListSource Source, FetchedList Fetched)>> RunAsync(CancellationToken cancellationToken)
    {
        var found = new List<(ListSource, FetchedList)>();
        foreach (var source in options.Lists.Count > 0 ? options.Lists : await InFolderAsync(cancellationToken))
        {
            if (source.Urls.Count == 0)
            {
                DateTimeOffset? writtenSince = source.MaxFileAgeHours is { } hours
                    ? clock.GetUtcNow().AddHours(-hours)
                    : null;
                found.Add((source, await ListFolder.FetchAsync(source.Format, source.Folder ?? options.ListsFolder,
                    options.MaxListBytes, writtenSince, cancellationToken)));
            }
            else if (await ClaimAsync(source, cancellationToken) is { } held)
            {
                var fetched = await downloads.FetchAsync(source, held, cancellationToken);
                if (fetched.Problem is not null)
                    await LookAgainSoonAsync(source, cancellationToken);
                found.Add((source, fetched));
            }
        }
        return found;
    }

    /// <summary>
    /// What lies in the folder, be it only in part, and what came from it before: a list that vanishes is missed.
    /// </summary>
    private async Task<List<ListSource>> InFolderAsync(CancellationToken cancellationToken)
    {
        var known = await scopes.InPlatformSessionAsync(
            async session => (await ListEditionStore.ReadInForceAsync(session, cancellationToken))
                .ToDictionary(edition => edition.List, edition => edition.Format), cancellationToken);
        var sources = new List<ListSource>();
        foreach (var format in FormatsInFolder())
        {
            if (known.GetValueOrDefault(format.List, format.Name) == format.Name
                && sources.TrueForAll(source => source.Name != format.List))
                sources.Add(SourceOf(format));
        }
        foreach (var (list, format) in known)
        {
            if (sources.TrueForAll(source => source.Name != list) && ListFormat.Find(format) is { } missed)
                sources.Add(SourceOf(missed) with { Name = list });
        }
        return sources;
    }

    private List<ListFormat> FormatsInFolder()
    {
        try
        {
            var files = ListFolder.Find(options.ListsFolder);
            return [.. ListFormat.All.Where(format => files.Keys.Any(file => file.Format == format.Name))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Each list that is in force is refused for it; where none is, nothing is screened anyway.
            return [];
        }
    }

    private ListSource SourceOf(ListFormat format) =>
        new(format.List, format, [], null, options.ListsIntervalSeconds, options.MaxListAgeHours,
            ListGates.RefusedLossPercent, IsRequired: true, options.MaxFileAgeHours);

    /// <summary>The files that are in force, when this replica is the one to ask the server now.</summary>
    private Task<Dictionary<string, FetchedPart>?> ClaimAsync(ListSource source, CancellationToken cancellationToken) =>
        scopes.InPlatformSessionAsync(async session =>
        {
            if (!await ListStore.ClaimLookAsync(session, source, clock.GetUtcNow(), cancellationToken))
                return null;
            var standings = await ListStore.ReadStandingsAsync(session, cancellationToken);
            var edition = await ListEditionStore.ReadAsync(session, source.Name,
                standings.Find(one => one.List == source.Name)?.Edition, cancellationToken);
            return edition is null || edition.Format != source.Format.Name
                ? []
                : await ListEditionStore.ReadFilesAsync(session, source.Name, edition.Edition, cancellationToken);
        }, cancellationToken);

    private Task<bool> LookAgainSoonAsync(ListSource source, CancellationToken cancellationToken) =>
        scopes.InPlatformSessionAsync(async session =>
        {
            var soon = TimeSpan.FromMinutes(Math.Min(RetryMinutes, (source.IntervalSeconds + 59) / 60));
            await ListStore.LookAgainAtAsync(session, source, clock.GetUtcNow() + soon, cancellationToken);
            return true;
        }, cancellationToken);
}
