using FinCode.Compliance.Rules.Language;
using FinCode.Compliance.Storage;
using FinCode.Messaging;

namespace FinCode.Compliance.Rules;

/// <summary>Tries a tenant's rules on a transfer: those in force, and beside them those in the shadow.</summary>
internal sealed class RuleBook(DbSession session, RuleCache cache)
{
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);

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
        // Those in force first: what is only tried does not make them wait, nor takes their time.
        var live = WindowsOf(running.Where(one => one.Rule.Mode == RuleMode.Live).Select(one => one.Compiled), facts);
        var tried = WindowsOf(running.Select(one => one.Compiled), facts);
        tried.ExceptWith(live);
        var figures = new Dictionary<string, Figure>(StringComparer.Ordinal);
        foreach (var windows in (HashSet<WindowRequest>[])[live, tried])
        {
            foreach (var (name, figure) in await TransferWindows.TryReadAsync(
                session, transaction, windows, MostTime, cancellationToken))
                figures[name] = figure;
        }
        return new RuleEvaluation(transaction, facts, figures,
            [.. running.Select(one => RuleEvaluator.Try(one.Rule, one.Compiled, facts, figures))]);
    }

    private static HashSet<WindowRequest> WindowsOf(IEnumerable<CompiledRule?> rules, RuleFacts facts) =>
        [.. rules.SelectMany(rule => rule?.WindowsFor(facts) ?? [])];
}
