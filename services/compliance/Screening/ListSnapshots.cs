using FinCode.Compliance.Lists;
using FinCode.Compliance.Storage;
using FinCode.Messaging;

namespace FinCode.Compliance.Screening;

/// <summary>
/// The lists of one version, made for searching. Immutable: who holds it goes on using it during a swap.
/// </summary>
internal sealed record ListSnapshot(long Version, NameIndex Index);

/// <summary>
/// The snapshot that this replica screens with. Which version is in force stands in the database; a replica that is
/// behind loads it before it screens, so all replicas answer alike.
/// </summary>
internal sealed partial class ListSnapshots(
    ComplianceOptions options, TimeProvider clock, ILogger<ListSnapshots> logger) : IDisposable
{
    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile ListSnapshot? _current;

    /// <summary>The lists in force, as the session's transaction sees them.</summary>
    /// <exception cref="TransientException">There are none yet, or they were last found good too long ago.</exception>
    public async Task<ListSnapshot> RequireAsync(DbSession session, CancellationToken cancellationToken)
    {
        var state = await ListStore.ReadStateAsync(session, cancellationToken);
        if (state is not { ActiveVersion: { } version, CheckedAt: { } checkedAt })
            throw new TransientException("There are no screening lists yet.");
        if (clock.GetUtcNow() - checkedAt > TimeSpan.FromHours(options.MaxListAgeHours))
            throw new TransientException($"The screening lists are older than {options.MaxListAgeHours} hours.");
        return await LoadAsync(session, version, cancellationToken);
    }

    /// <summary>Brings this replica to that version; does nothing when it is there.</summary>
    public async Task<ListSnapshot> LoadAsync(DbSession session, long version, CancellationToken cancellationToken)
    {
        if (_current is { } current && current.Version == version)
            return current;
        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (_current is { } loaded && loaded.Version == version)
                return loaded;
            var files = await ListStore.ReadFilesAsync(session, version, cancellationToken);
            var snapshot = new ListSnapshot(version, new NameIndex(OfacLists.Read(files).Entries));
            // A session that began before the newest version committed may ask for the one before: never swap back.
            if (_current is null || _current.Version < version)
                _current = snapshot;
            LogLoaded(logger, version, snapshot.Index.NameCount);
            return snapshot;
        }
        finally
        {
            _loading.Release();
        }
    }

    public void Dispose() => _loading.Dispose();

    [LoggerMessage(Level = LogLevel.Information, Message = "Screening with list version {ListVersion}: {Names} names")]
    private static partial void LogLoaded(ILogger logger, long listVersion, int names);
}
