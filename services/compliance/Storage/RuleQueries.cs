using FinCode.Compliance.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Storage;

/// <summary>What the operations on rules share.</summary>
internal static class RuleQueries
{
    /// <summary>The rule and the version asked for, or its newest; null when there is none of either.</summary>
    public static async Task<(ScreeningRule Rule, RuleVersion Version)?> FindRuleAsync(
        this ComplianceDb db, TenantId tenant, Guid id, int? version, CancellationToken cancellationToken)
    {
        var rule = await db.Rules.SingleOrDefaultAsync(
            one => one.TenantId == tenant && one.Id == id, cancellationToken);
        if (rule is null)
            return null;
        // The newest is loaded in any case: answers show it.
        var wanted = version ?? rule.LatestVersion;
        var versions = await db.RuleVersions.Where(one => one.TenantId == tenant && one.RuleId == id
            && (one.Version == wanted || one.Version == rule.LatestVersion)).ToListAsync(cancellationToken);
        return versions.Find(one => one.Version == wanted) is { } chosen ? (rule, chosen) : null;
    }

    /// <summary>The highest version that ever was in force; 0 before the first.</summary>
    public static async Task<int> NewestActivatedAsync(
        this ComplianceDb db, ScreeningRule rule, CancellationToken cancellationToken) =>
        await db.RuleEvents.Where(one => one.TenantId == rule.TenantId && one.RuleId == rule.Id
            && one.Type == RuleEvent.Activated).MaxAsync(one => one.Version, cancellationToken) ?? 0;

    /// <summary>The newest version of a rule that was found.</summary>
    public static RuleVersion LatestOf(this ComplianceDb db, ScreeningRule rule) =>
        db.RuleVersions.Local.Single(one => one.RuleId == rule.Id && one.Version == rule.LatestVersion);

    /// <summary>
    /// What runs has changed, so that the policy is a new one: the same content under the next number, announced. The
    /// policy is locked by the caller.
    /// </summary>
    public static async Task<long> NextPolicyAsync(this ComplianceWork work, Outbox outbox, string madeBy,
        string approvedBy, TimeProvider clock, CancellationToken cancellationToken)
    {
        var tenant = work.Session.Tenant;
        var current = await work.Db.CurrentPolicyAsync(tenant, cancellationToken);
        var next = current.Next(current.Content, madeBy, approvedBy, clock);
        work.Db.PolicyVersions.Add(next);
        await outbox.AddAsync(new ScreeningBasisChanged(tenant, null, next.Version), cancellationToken);
        return next.Version;
    }
}
