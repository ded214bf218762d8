using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.CaseFiles;

/// <summary>What two people let pass of a transfer.</summary>
internal sealed record StandingRelease(CaseId CaseId, Evidence Evidence);

/// <summary>
/// A decision to let a transfer go stands for its later rounds too, as far as they find nothing else: facts that came
/// late, or newer lists and policies that say the same, do not ask two people the same again. The newest decided case
/// of the transfer counts alone, and none while another one freezes it.
/// </summary>
internal sealed class StandingReleases(DbSession session, ComplianceDb db, TimeProvider clock)
{
    /// <param name="isRefund">The money goes back: then so does what two people had go back.</param>
    public async Task<StandingRelease?> FindAsync(
        TransactionId transaction, bool isRefund, CancellationToken cancellationToken)
    {
        var tenant = session.Tenant;
        var decided = await db.Cases.AsNoTracking()
            .Where(one => one.TenantId == tenant && one.TransactionId == transaction
                && one.Closure == CaseClosure.Decided)
            .OrderByDescending(one => one.ScreeningRound).ToListAsync(cancellationToken);
        if (decided.Count == 0 || decided.Exists(one => one.IsFrozen)
            || !await LetsGoAsync(decided[0], isRefund, cancellationToken))
            return null;
        var newest = decided[0];
        var screening = await db.Screenings.AsNoTracking().SingleAsync(
            one => one.TenantId == tenant && one.Id == newest.ScreeningId, cancellationToken);
        return new StandingRelease(newest.Id, screening.Evidence);
    }

    /// <summary>Released; or frozen until a licence, which is still valid, let it go.</summary>
    private async Task<bool> LetsGoAsync(Case decided, bool isRefund, CancellationToken cancellationToken)
    {
        if (decided.Decision == CaseDecision.Release || (isRefund && decided.Decision == CaseDecision.Reject))
            return true;
        if (decided.FreezeEndedAt is null || (decided.FreezeOutcome != FreezeOutcome.Release && !isRefund))
            return false;
        var (_, terms) = await session.LatestStepAsync(decided.Id, CaseEvent.FreezeEndProposed, cancellationToken)
            ?? throw new InvalidOperationException($"The freeze of {decided.Id} ended, and nobody proposed it.");
        var licence = JsonSerializer.Deserialize<FreezeEndTerms>(terms!, ContractJson.Options)!.Licence;
        return licence.ValidUntil >= DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
    }
}
