using FinCode.Compliance.Jobs;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Messaging;

namespace FinCode.Compliance.Screening;

/// <summary>
/// The lists of one version, made for searching. Immutable: who holds it goes on using it during a swap.
/// </summary>
internal sealed record ListSnapshot(long Version, NameIndex Index);

/// <summary>
/// The snapshot that this replica screens with. Which version is in force stands in the database; a replica that is
/// behind loads it before it screens, so all replicas answer alike. A tenant with a list of its own is screened with
/// an index of all lists and its own: one index, so that scores mean the same in both.
/// </summary>
internal sealed partial class ListSnapshots(
    ComplianceOptions options, ListEditions editions, ListConfigurationGuard guard, TimeProvider clock,
    ILogger<ListSnapshots> logger) : IDisposable
{
    /// <summary>Each holds an index of all lists; a tenant beyond these has its index built again.</summary>
    private const int MaxOwnIndexes = 8;

    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly SemaphoreSlim _loadingOwn = new(1, 1);
    private readonly LinkedList<OwnSnapshot> _own = new();
    private volatile ListSnapshot? _current;

    /// <summary>The lists in force for the session's tenant, as its transaction sees them.</summary>
    /// <exception cref="TransientException">
    /// There are none yet, one that is required is missing, one was last found good too long ago, or the tenant's own
    /// cannot be read.
    /// </exception>
    public async Task<ListSnapshot> RequireAsync(DbSession session, CancellationToken cancellationToken)
    {
        if (await guard.WhyNotAsync(cancellationToken) is { } conflict)
            throw new TransientException(conflict);
        var (active, own) = await OwnListStore.ReadInForceAsync(session, cancellationToken);
        var version = active ?? throw new TransientException("There are no screening lists yet.");
        var standings = await ListStore.ReadStandingsAsync(session, cancellationToken);
        if (ListAges.WhyNotUsable(options, standings, clock.GetUtcNow()) is { } reason)
            throw new TransientException(reason);
        return own is null
            ? await LoadAsync(session, version, cancellationToken)
            : await LoadOwnAsync(session, version, own, cancellationToken);
    }

    /// <summary>The same where the policy may not allow lists as old as the installation does.</summary>
    /// <exception cref="TransientException">Also when a list is older than the policy allows.</exception>
    public async Task<ListSnapshot> RequireAsync(
        DbSession session, PolicyContent policy, CancellationToken cancellationToken)
    {
        if (policy.ListAges.Count > 0)
        {
            var standings = await ListStore.ReadStandingsAsync(session, cancellationToken);
            if (ListAges.WhyTooOldFor(policy, standings, clock.GetUtcNow()) is { } reason)
                throw new TransientException(reason);
        }
        return await RequireAsync(session, cancellationToken);
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
            var entries = await editions.ReadAsync(session, version, cancellationToken);
            var snapshot = new ListSnapshot(version, new NameIndex(entries));
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

    public void Dispose()
    {
        _loading.Dispose();
        _loadingOwn.Dispose();
    }

    private async Task<ListSnapshot> LoadOwnAsync(
        DbSession session, long version, OwnListEdition own, CancellationToken cancellationToken)
    {
        await _loadingOwn.WaitAsync(cancellationToken);
        try
        {
            for (var node = _own.First; node is not null; node = node.Next)
            {
                if (node.Value.Tenant != session.Tenant)
                    continue;
                _own.Remove(node);
                if (node.Value.Edition == own.Edition && node.Value.PlatformVersion == version)
                {
                    _own.AddFirst(node);
                    return node.Value.Snapshot;
                }
                break;
            }
            var entries = await editions.ReadAsync(session, version, cancellationToken);
            entries.AddRange(await ReadOwnAsync(session, own.Edition, cancellationToken));
            // Both number their versions from one sequence: the newer of the two says what was screened with.
            var snapshot = new ListSnapshot(Math.Max(version, own.ListVersion!.Value), new NameIndex(entries));
            _own.AddFirst(new OwnSnapshot(session.Tenant, own.Edition, version, snapshot));
            if (_own.Count > MaxOwnIndexes)
                _own.RemoveLast();
            return snapshot;
        }
        finally
        {
            _loadingOwn.Release();
        }
    }

    private static async Task<IReadOnlyList<ListedEntry>> ReadOwnAsync(
        DbSession session, long edition, CancellationToken cancellationToken)
    {
        try
        {
            return OwnList.Read(await OwnListStore.ReadContentAsync(session, edition, cancellationToken)).Entries;
        }
        catch (DamagedListException)
        {
            // It was read when it was proposed; readers are stricter now. Its text may hold names.
            throw new TransientException($"Edition {edition} of the list of the tenant's own cannot be read.");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Screening with list version {ListVersion}: {Names} names")]
    private static partial void LogLoaded(ILogger logger, long listVersion, int names);

    private sealed record OwnSnapshot(TenantId Tenant, long Edition, long PlatformVersion, ListSnapshot Snapshot);
}
