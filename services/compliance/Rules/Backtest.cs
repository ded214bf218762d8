using FinCode.Compliance.Rules.Language;
using FinCode.Compliance.Storage;
using FinCode.Messaging;

namespace FinCode.Compliance.Rules;

/// <summary>Alerts of a backtest.</summary>
/// <param name="Undecided">Of them, those that could not be decided for want of a fact.</param>
/// <param name="ByLabel">
/// By what became of the transfer: RELEASE, REJECT or FREEZE as two people decided, OPEN while its case waits, NONE.
/// Empty for all but COMPLIANCE, as the examples are.
/// </param>
/// <param name="Examples">At most 20 transfers, the oldest first.</param>
public sealed record BacktestAlerts(
    int Count, int Undecided, IReadOnlyDictionary<string, int> ByLabel, IReadOnlyList<TransactionId> Examples);

/// <summary>What a text would have said of stored transfers, beside what is in force.</summary>
/// <param name="Transfers">How many were tried, each with its newest round's facts.</param>
/// <param name="Present">Of the rule's version in force; empty when none is.</param>
/// <param name="Gained">Alerts of the candidate that the present version does not give.</param>
/// <param name="Lost">Alerts of the present version that the candidate does not give.</param>
public sealed record BacktestFigures(
    int Transfers, BacktestAlerts Candidate, BacktestAlerts Present, BacktestAlerts Gained, BacktestAlerts Lost);

/// <summary>
/// Tries a text on transfers of the past: their logged facts, their windows worked out anew (so that what came late is
/// in them), the evaluator that screens live.
/// </summary>
internal sealed class Backtest(DbSession session)
{
    /// <summary>So many transfers at most: beyond that a backtest is narrowed, not made to wait for.</summary>
    public const int MaxTransfers = 20_000;

    private const int PageSize = 500;

    private static readonly Guid NoRule = Guid.Empty;

    /// <returns>Null when there are more than <see cref="MaxTransfers"/>.</returns>
    public async Task<BacktestFigures?> RunAsync(CompiledRule candidate, CompiledRule? present, DateTimeOffset from,
        DateTimeOffset to, CancellationToken cancellationToken)
    {
        if (await RuleLog.CountAsync(session, from, to, MaxTransfers + 1, cancellationToken) > MaxTransfers)
            return null;
        var tallies = (Candidate: new Tally(), Present: new Tally(), Gained: new Tally(), Lost: new Tally());
        var transfers = 0;
        var page = await ReadAsync(from, to, null, cancellationToken);
        while (page.Count > 0)
        {
            var history = await TransferWindows.ReadAsync(session,
                page.Select(one => (one.Evaluation.TransactionId, WindowsFor(one.Evaluation.Facts))),
                cancellationToken);
            foreach (var logged in page)
            {
                transfers++;
                var facts = logged.Evaluation.Facts;
                var figures = history[logged.Evaluation.TransactionId];
                var after = Say(candidate, facts, figures);
                var before = present is null ? null : Say(present, facts, figures);
                if (after.IsAlert)
                    tallies.Candidate.Add(logged, after);
                if (before is { IsAlert: true })
                    tallies.Present.Add(logged, before);
                if (after.IsAlert && before is not { IsAlert: true })
                    tallies.Gained.Add(logged, after);
                if (before is { IsAlert: true } && !after.IsAlert)
                    tallies.Lost.Add(logged, before);
            }
            page = await ReadAsync(from, to, page[^1], cancellationToken);
        }
        return new BacktestFigures(transfers, tallies.Candidate.Total(), tallies.Present.Total(),
            tallies.Gained.Total(), tallies.Lost.Total());

        IReadOnlyCollection<WindowRequest> WindowsFor(RuleFacts facts) =>
            [.. candidate.WindowsFor(facts).Union(present?.WindowsFor(facts) ?? [])];
    }

    private Task<IReadOnlyList<LoggedEvaluation>> ReadAsync(
        DateTimeOffset from, DateTimeOffset to, LoggedEvaluation? after, CancellationToken cancellationToken) =>
        RuleLog.ReadAsync(session, from, to, after, latestRoundOnly: true, PageSize, cancellationToken);

    private static RuleResult Say(
        CompiledRule rule, RuleFacts facts, IReadOnlyDictionary<string, Figure> figures) => RuleEvaluator.Try(
        new RunningRule(NoRule, 0, rule.Name, "", RuleMode.Shadow), rule, facts, figures);

    private sealed class Tally
    {
        private const int MaxExamples = 20;

        private readonly SortedDictionary<string, int> _byLabel = new(StringComparer.Ordinal);
        private readonly List<TransactionId> _examples = [];
        private int _count;
        private int _undecided;

        public void Add(LoggedEvaluation logged, RuleResult result)
        {
            _count++;
            _undecided += result.Verdict == RuleVerdict.Undecided ? 1 : 0;
            _byLabel[logged.Label] = _byLabel.GetValueOrDefault(logged.Label) + 1;
            if (_examples.Count < MaxExamples)
                _examples.Add(logged.Evaluation.TransactionId);
        }

        public BacktestAlerts Total() => new(_count, _undecided, _byLabel, _examples);
    }
}
