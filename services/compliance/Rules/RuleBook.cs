using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Rules;

/// <summary>Tries a tenant's active rules on a transfer. What they say is hold: a person decides.</summary>
internal sealed class RuleBook(DbSession session, ComplianceDb db)
{
    public async Task<IReadOnlyList<RuleHit>> HitsAsync(
        TransactionFacts facts, DateTimeOffset fundedAt, CancellationToken cancellationToken)
    {
        var rules = await db.Rules
            .Where(rule => rule.TenantId == session.Tenant && rule.State == RuleState.Active)
            .OrderBy(rule => rule.Id).AsNoTracking().ToListAsync(cancellationToken);
        var hits = new List<RuleHit>();
        foreach (var rule in rules)
        {
            var explanation = rule.Type == RuleType.AmountLimit
                ? OfAmount(rule.AmountLimit!, facts)
                : await OfVelocityAsync(rule.Velocity!, facts, fundedAt, cancellationToken);
            if (explanation is not null)
                hits.Add(new RuleHit(rule.Id, rule.Name, rule.Type, explanation));
        }
        return hits;
    }

    /// <summary>A limit holds for its own currency: amounts are not converted to compare them.</summary>
    internal static string? OfAmount(AmountLimit rule, TransactionFacts facts)
    {
        var applies = facts.SendAmount.Currency == rule.Limit.Currency
            && (rule.SendCountry is null || rule.SendCountry == facts.SendCountry)
            && (rule.ReceiveCountry is null || rule.ReceiveCountry == facts.ReceiveCountry);
        return applies && facts.SendAmount > rule.Limit
            ? $"{facts.SendAmount} from {facts.SendCountry} to {facts.ReceiveCountry} "
                + $"is above the limit of {rule.Limit}."
            : null;
    }

    private async Task<string?> OfVelocityAsync(
        VelocityLimit rule, TransactionFacts facts, DateTimeOffset fundedAt, CancellationToken cancellationToken)
    {
        var count = await FundedTransfers.CountAsync(
            session, facts.SenderId, fundedAt, rule.WindowHours, cancellationToken);
        return count > rule.MaxTransfers
            ? $"{count} transfers of the sender within {rule.WindowHours} hours, where {rule.MaxTransfers} are allowed."
            : null;
    }
}
