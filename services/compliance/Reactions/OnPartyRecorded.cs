using FinCode.Compliance.CaseFiles;
using FinCode.Compliance.Customers;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Reactions;

/// <summary>
/// Screens a party when it is created or corrected. A hit on one that was registered or changed by itself is an alert
/// and a case of that customer; on one that a transfer brought along it is recorded only, because the case, if there is
/// to be one, belongs to the transfer, which is screened when its money is there.
/// </summary>
internal sealed partial class OnPartyRecorded(
    DbSession session, ComplianceDb db, ListSnapshots lists, PartyDirectory parties, FalsePositives falsePositives,
    PepMatches peps, ComplianceOptions options, TimeProvider clock, ILogger<OnPartyRecorded> logger)
    : IReaction<PartyRecorded>
{
    public async Task HandleAsync(PartyRecorded message, EventMeta meta, CancellationToken cancellationToken)
    {
        var policy = await db.RequirePolicyAsync(meta.Tenant, cancellationToken);
        var snapshot = await lists.RequireAsync(session, policy.Content, cancellationToken);
        if (await parties.FindAsync(meta.Tenant, message.PartyId, cancellationToken) is not { } party)
        {
            // Erased since: there is nobody left to screen, and asking again would find nobody either.
            session.AfterCommit(() => LogGone(logger, message.PartyId, message.Version));
            return;
        }
        await CustomerStore.RecordAsync(session, message, clock.GetUtcNow(), cancellationToken);
        // It may have been corrected since: what is screened is what there is, under its own version.
        var screening = await db.Screenings.AsNoTracking().SingleOrDefaultAsync(known => known.TenantId == meta.Tenant
            && known.PartyId == party.Id && known.PartyVersion == party.Version, cancellationToken);
        if (screening is null)
        {
            var terms = new ScreeningTerms(snapshot.Index, policy.Content, options.PepLists);
            var found = await peps.MarkAsync(party, await falsePositives.MarkAsync(
                party, PartyScreener.Screen(party, message.Role, terms), cancellationToken), cancellationToken);
            var evidence = new Evidence(Screener.AlgorithmVersion, snapshot.Version, policy.Version,
                policy.Content.ReviewThreshold, found, [],
                [.. CountryScreener.Screen(party, message.Role, policy.Content)]);
            screening = ScreeningRecord.OfParty(meta.Tenant, party.Id, party.Version, evidence, clock);
            db.Screenings.Add(screening);
            await db.SaveChangesAsync(cancellationToken);
            session.AfterCommit(() => LogScreened(logger, party.Id, party.Version, screening.Outcome));
        }
        // The message of another version may have screened this one: whether it is work is asked each time.
        if (message.OutsideTransfer && screening.Evidence.Parties.Any(one => one.HasUnknownHits))
            await AlertAsync(party, screening.Evidence, cancellationToken);
    }

    /// <summary>Once, and not again where nothing has changed that matters to it.</summary>
    private async Task AlertAsync(Party party, Evidence evidence, CancellationToken cancellationToken)
    {
        await CustomerCases.LockAsync(session, party.Id, cancellationToken);
        if (await CustomerAlerts.IsKnownAsync(session, party, evidence, null, cancellationToken)
            || await CustomerAlerts.AddAsync(session, null, party.Id, party.Version, evidence, clock.GetUtcNow(),
            cancellationToken) is not { } alert)
            return;
        await CustomerCases.OpenAsync(
            db, session.Tenant, alert, TimeSpan.FromHours(options.CaseDueHours), clock, cancellationToken);
        session.AfterCommit(() => LogAlert(logger, party.Id, party.Version, alert.ListVersion));
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "There is no {PartyId} any more; its version {Version} is not screened")]
    private static partial void LogGone(ILogger logger, PartyId partyId, int version);

    [LoggerMessage(Level = LogLevel.Information, Message = "Screened {PartyId}, version {Version}: {Outcome}")]
    private static partial void LogScreened(ILogger logger, PartyId partyId, int version, ScreeningOutcome outcome);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{PartyId}, version {Version}, is a hit as it was recorded; list version {ListVersion}")]
    private static partial void LogAlert(ILogger logger, PartyId partyId, int version, long listVersion);
}
