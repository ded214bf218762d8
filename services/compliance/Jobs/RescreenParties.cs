using FinCode.Compliance.CaseFiles;
using FinCode.Compliance.Customers;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Messaging;

namespace FinCode.Compliance.Jobs;

/// <summary>
/// Compares some customers of one tenant with changed entries, or with all under a changed policy. Their details are
/// asked for and not kept. Scores depend on all lists, so changed entries are scored as they are among all, and only
/// hits that are new count: an alert here is exactly what screening the customer anew would find, less what was known
/// before. A customer who cannot be read while others can is skipped, said, and tried again: one bad record holds back
/// nobody else. So are all of a tenant whose policy or own list does not let them be screened.
/// </summary>
internal sealed partial class RescreenParties(
    IServiceScopeFactory scopes, ListSnapshots lists, PartyDirectory directory, ComplianceOptions options,
    TimeProvider clock, ILogger<RescreenParties> logger)
{
    private const int ParallelRequests = 8;

    /// <summary>How many of them raised an alert.</summary>
    /// <param name="listVersion">The rescreening's; the lists in force may be newer.</param>
    /// <exception cref="TransientException">
    /// The platform's lists or the transactions service are away; nothing was kept.
    /// </exception>
    public async Task<int> RunAsync(TenantId tenant, IReadOnlyList<KnownParty> known, long listVersion,
        RescreeningReason again, CancellationToken cancellationToken)
    {
        if (await WhyNotAsync(tenant, cancellationToken) is { } reason)
            return await SkipAllAsync(tenant, known, listVersion, reason, cancellationToken);
        var details = await FetchAsync(tenant, known, cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, cancellationToken);
        var db = scope.ServiceProvider.GetRequiredService<ComplianceDb>();
        var policy = await db.RequirePolicyAsync(tenant, cancellationToken);
        var snapshot = await lists.RequireAsync(session, policy.Content, cancellationToken);
        var terms = new ScreeningTerms(snapshot.Index, policy.Content, options.PepLists);
        var isNew = new NewHits(again.Entries, again.PolicyBefore is not null, again.PolicyBefore is { } before
            ? await db.FindPolicyAsync(tenant, before, cancellationToken)
            : null);
        var falsePositives = scope.ServiceProvider.GetRequiredService<FalsePositives>();
        var peps = scope.ServiceProvider.GetRequiredService<PepMatches>();
        var alerts = 0;
        var done = new List<PartyId>();
        foreach (var (one, (party, unread)) in known.Zip(details))
        {
            var (found, failure) = unread is null ? TryScreen(party, one, isNew, terms) : ([], unread);
            if (failure is not null)
            {
                await SkipAsync(session, listVersion, one, failure, cancellationToken);
                continue;
            }
            done.Add(one.Id);
            if (party is null || found.Count == 0)
                continue;
            // What two people said of it before is said in the alert, and is no news.
            var marked = await peps.MarkAsync(
                party, await falsePositives.MarkAsync(party, found, cancellationToken), cancellationToken);
            if (!marked.Any(isNew.AreIn))
                continue;
            var whole = new Evidence(Screener.AlgorithmVersion, snapshot.Version, policy.Version,
                policy.Content.ReviewThreshold, marked, []);
            await CustomerCases.LockAsync(session, party.Id, cancellationToken);
            // Whoever was recorded under these lists already met the change then.
            if (await CustomerAlerts.IsKnownAsync(session, party, whole, listVersion, cancellationToken)
                || await CustomerAlerts.AddAsync(session, listVersion, party.Id, party.Version, whole,
                clock.GetUtcNow(), cancellationToken) is not { } alert)
                continue;
            await CustomerCases.OpenAsync(
                db, tenant, alert, TimeSpan.FromHours(options.CaseDueHours), clock, cancellationToken);
            alerts++;
            session.AfterCommit(() => LogAlert(logger, party.Id, party.Version, snapshot.Version));
        }
        await RescreeningSkips.RemoveAsync(session, listVersion, done, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return alerts;
    }

    /// <summary>What is wrong with this tenant's policy or own list; null when it can be screened.</summary>
    /// <exception cref="TransientException">It is the platform's lists: nobody can be screened.</exception>
    private async Task<string?> WhyNotAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        await scopes.InPlatformSessionAsync(
            session => lists.RequireAsync(session, cancellationToken), cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, cancellationToken);
        try
        {
            var policy = await scope.ServiceProvider.GetRequiredService<ComplianceDb>()
                .RequirePolicyAsync(tenant, cancellationToken);
            await lists.RequireAsync(session, policy.Content, cancellationToken);
            return null;
        }
        catch (TransientException waiting)
        {
            return waiting.Message;
        }
    }

    private async Task<int> SkipAllAsync(TenantId tenant, IReadOnlyList<KnownParty> known, long listVersion,
        string reason, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, cancellationToken);
        foreach (var one in known)
            await RescreeningSkips.AddAsync(session, listVersion, one, clock.GetUtcNow(), cancellationToken);
        await session.CommitAsync(cancellationToken);
        LogTenantSkipped(logger, known.Count, tenant, listVersion, reason);
        return 0;
    }

    /// <summary>Details that cannot be compared at all hold back nobody else.</summary>
    private static (IReadOnlyList<PartyEvidence> Found, string? Failure) TryScreen(
        Party? party, KnownParty known, NewHits isNew, ScreeningTerms terms)
    {
        try
        {
            return (party is null ? [] : isNew.Find(party, known.Role, terms), null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Its message could hold a piece of the details; only its kind is passed on.
            return ([], exception.GetType().Name);
        }
    }

    private async Task SkipAsync(DbSession session, long listVersion, KnownParty party, string reason,
        CancellationToken cancellationToken)
    {
        var tries = await RescreeningSkips.AddAsync(session, listVersion, party, clock.GetUtcNow(), cancellationToken);
        session.AfterCommit(() => LogSkipped(logger, party.Id, listVersion, tries, reason));
    }

    /// <summary>In the same order; no party where the transactions service knows it no more.</summary>
    private async Task<(Party? Party, string? Failure)[]> FetchAsync(
        TenantId tenant, IReadOnlyList<KnownParty> known, CancellationToken cancellationToken)
    {
        try
        {
            var found = new Dictionary<PartyId, Party>();
            foreach (var some in known.Select(one => one.Id).Chunk(PartyDirectory.MaxAtOnce))
                foreach (var (id, party) in await directory.FindManyAsync(tenant, some, cancellationToken))
                    found.Add(id, party);
            return [.. known.Select(one => (found.GetValueOrDefault(one.Id), default(string)))];
        }
        catch (TransientException)
        {
            return await FetchOneByOneAsync(tenant, known, cancellationToken);
        }
    }

    /// <summary>So that one of them who cannot be read holds back nobody else.</summary>
    private async Task<(Party? Party, string? Failure)[]> FetchOneByOneAsync(
        TenantId tenant, IReadOnlyList<KnownParty> known, CancellationToken cancellationToken)
    {
        var details = new (Party?, string? Failure)[known.Count];
        await Parallel.ForAsync(0, known.Count,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelRequests, CancellationToken = cancellationToken },
            async (i, stop) =>
            {
                try
                {
                    details[i] = (await directory.FindAsync(tenant, known[i].Id, stop), null);
                }
                catch (TransientException exception)
                {
                    details[i] = (null, exception.Message);
                }
            });
        // Whether it is these customers or the service: nobody has this id, and a service that works says so.
        if (details.Any(one => one.Failure is not null))
            await directory.FindAsync(tenant, PartyId.New(clock), cancellationToken);
        return details;
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{PartyId}, version {Version}, is a hit that it was not before; list version {ListVersion}")]
    private static partial void LogAlert(ILogger logger, PartyId partyId, int version, long listVersion);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Parties} customers of {TenantId} did not meet the entries of "
        + "list version {ListVersion}; other tenants go on, and it is tried again: {Reason}")]
    private static partial void LogTenantSkipped(
        ILogger logger, int parties, TenantId tenantId, long listVersion, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{PartyId} did not meet the entries of list version "
        + "{ListVersion}, the {Tries}. time; the others go on, and it is tried again: {Reason}")]
    private static partial void LogSkipped(
        ILogger logger, PartyId partyId, long listVersion, int tries, string reason);
}
