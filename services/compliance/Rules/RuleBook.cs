using FinCode.Compliance.Storage;
using FinCode.Messaging;

namespace FinCode.Compliance.Rules;

/// <summary>Tries a tenant's rules on a transfer: those in force, and beside them those in the shadow.</summary>
internal sealed class RuleBook(DbSession session, RuleCache cache)
{
    /// <summary>
    /// The transfer is remembered already (<see cref="FundedTransfers"/>). Rules tell in advance which figures of the
    /// history they need, so that one statement reads them all.
    /// </summary>
    public async Task<RuleEvaluation> EvaluateAsync(
        TransactionId transaction, RuleFacts facts, CancellationToken cancellationToken)
    {
        var running = (await RuleTexts.RunningAsync(session, cancellationToken))
            .Select(rule => (Rule: rule, Compiled: cache.Get(rule.Text)))
            .Where(one => one.Compiled is null || one.Compiled.Concerns(facts)).ToArray();
        var windows = running.SelectMany(one => one.Compiled?.Windows ?? []).ToHashSet();
        var history = await TransferWindows.ReadAsync(session, [transaction], windows, cancellationToken);
        var figures = history[transaction];
        return new RuleEvaluation(transaction, facts, figures,
            [.. running.Select(one => RuleEvaluator.Try(one.Rule, one.Compiled, facts, figures))]);
    }
}
