using FinCode.Compliance.Customers;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Reactions;

/// <summary>
/// Screens a party when it is created or corrected. It is recorded only: the case, if there is to be one, belongs to
/// the transfer, which is screened when its money is there.
/// </summary>
internal sealed partial class OnPartyRecorded(
    DbSession session, ComplianceDb db, ListSnapshots lists, PartyDirectory parties, ComplianceOptions options,
    TimeProvider clock, ILogger<OnPartyRecorded> logger) : IReaction<PartyRecorded>
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
        if (await db.Screenings.AnyAsync(screening => screening.TenantId == meta.Tenant
            && screening.PartyId == party.Id && screening.PartyVersion == party.Version, cancellationToken))
            return;
        var terms = new ScreeningTerms(snapshot.Index, policy.Content, options.PepLists);
        var evidence = new Evidence(Screener.AlgorithmVersion, snapshot.Version, policy.Version,
            policy.Content.ReviewThreshold, PartyScreener.Screen(party, message.Role, terms), [],
            [.. CountryScreener.Screen(party, message.Role, policy.Content)]);
        var screening = ScreeningRecord.OfParty(meta.Tenant, party.Id, party.Version, evidence, clock);
        db.Screenings.Add(screening);
        await db.SaveChangesAsync(cancellationToken);
        session.AfterCommit(() => LogScreened(logger, party.Id, party.Version, screening.Outcome));
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "There is no {PartyId} any more; its version {Version} is not screened")]
    private static partial void LogGone(ILogger logger, PartyId partyId, int version);

    [LoggerMessage(Level = LogLevel.Information, Message = "Screened {PartyId}, version {Version}: {Outcome}")]
    private static partial void LogScreened(ILogger logger, PartyId partyId, int version, ScreeningOutcome outcome);
}
