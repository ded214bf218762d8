using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Messaging;

namespace FinCode.Compliance.Jobs;

/// <summary>
/// Compares some customers of one tenant with changed entries. Their details are asked for and not kept. They are
/// screened as always, with all lists, because scores depend on them, and only hits on the changed entries count:
/// an alert here is exactly what screening the customer anew would find, less what was known before.
/// </summary>
internal sealed partial class RescreenParties(
    IServiceScopeFactory scopes, ListSnapshots lists, PartyDirectory directory, ComplianceOptions options,
    TimeProvider clock, ILogger<RescreenParties> logger)
{
    private const int ParallelRequests = 8;

    /// <summary>How many of them raised an alert.</summary>
    /// <exception cref="TransientException">Lists or the transactions service are away; nothing was kept.</exception>
    public async Task<int> RunAsync(TenantId tenant, IReadOnlyList<KnownParty> known,
        IReadOnlySet<ChangedEntry> entries, CancellationToken cancellationToken)
    {
        var details = await FetchAsync(tenant, known, cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, cancellationToken);
        var snapshot = await lists.RequireAsync(session, cancellationToken);
        var db = scope.ServiceProvider.GetRequiredService<ComplianceDb>();
        var policy = await db.CurrentPolicyAsync(tenant, cancellationToken);
        var alerts = 0;
        foreach (var (one, party) in known.Zip(details))
        {
            if (party is null)
                continue;
            var found = Screener.Screen(party, one.Role, snapshot.Index, policy.ReviewThreshold);
            if (!found.Any(evidence => Concerns(evidence, entries)))
                continue;
            var whole = new Evidence(Screener.AlgorithmVersion, snapshot.Version, policy.Version,
                policy.ReviewThreshold, found, []);
            if (await CustomerAlerts.AddAsync(session, party.Id, party.Version, whole, clock.GetUtcNow(),
                cancellationToken) is not { } alert)
                continue;
            await CustomerCases.OpenAsync(
                db, tenant, alert, TimeSpan.FromHours(options.CaseDueHours), clock, cancellationToken);
            alerts++;
            session.AfterCommit(() => LogAlert(logger, party.Id, party.Version, snapshot.Version));
        }
        await session.CommitAsync(cancellationToken);
        return alerts;
    }

    /// <summary>Evidence holds the first hits only: where there are more, one of the others may be the one.</summary>
    private static bool Concerns(PartyEvidence evidence, IReadOnlySet<ChangedEntry> entries) =>
        evidence.HitCount > evidence.Hits.Count
        || evidence.Hits.Any(hit => entries.Contains(new ChangedEntry(hit.List, hit.EntryId)));

    /// <summary>In the same order; null where the transactions service knows the party no more.</summary>
    private async Task<Party?[]> FetchAsync(
        TenantId tenant, IReadOnlyList<KnownParty> known, CancellationToken cancellationToken)
    {
        var details = new Party?[known.Count];
        await Parallel.ForAsync(0, known.Count,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelRequests, CancellationToken = cancellationToken },
            async (i, stop) => details[i] = await directory.FindAsync(tenant, known[i].Id, stop));
        return details;
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{PartyId}, version {Version}, resembles an entry that list version {ListVersion} added or changed")]
    private static partial void LogAlert(ILogger logger, PartyId partyId, int version, long listVersion);
}
