using FinCode.Compliance.Storage;
using FinCode.Messaging;

namespace FinCode.Compliance.Rules;

/// <summary>An answer of the log that asking again does not give.</summary>
public sealed record ReplayDifference(
    ScreeningId ScreeningId, TransactionId TransactionId, Guid RuleId, int Version, string? Logged, string? Replayed);

/// <summary>What replaying a stretch of the log showed.</summary>
/// <param name="Evaluations">Screenings.</param>
/// <param name="Answers">Of rules, live and in the shadow.</param>
/// <param name="Differences">At most 100; none, unless the log or the evaluator is not what it was.</param>
public sealed record ReplayFigures(
    int Evaluations, int Answers, int Different, IReadOnlyList<ReplayDifference> Differences);

/// <summary>
/// Asks the rules of the log again, each in the version that was asked, with the facts and figures that it was told,
/// and compares what they say word by word.
/// </summary>
internal sealed class RuleReplay(DbSession session, RuleCache cache)
{
    public const int MaxEvaluations = 20_000;

    private const int PageSize = 500;
    private const int MaxDifferences = 100;

    /// <returns>Null when there are more than <see cref="MaxEvaluations"/>.</returns>
    public async Task<ReplayFigures?> RunAsync(
        DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        if (await RuleLog.CountAsync(session, from, to, MaxEvaluations + 1, cancellationToken) > MaxEvaluations)
            return null;
        var (evaluations, answers, different) = (0, 0, 0);
        var differences = new List<ReplayDifference>();
        IReadOnlyList<LoggedEvaluation> page = [];
        do
        {
            page = await RuleLog.ReadAsync(session, from, to, page.Count == 0 ? null : page[^1],
                latestRoundOnly: false, PageSize, cancellationToken);
            var versions = await VersionsAsync(page, cancellationToken);
            foreach (var logged in page)
            {
                evaluations++;
                foreach (var result in logged.Evaluation.Results)
                {
                    answers++;
                    var again = Ask(versions[(result.RuleId, result.Version)], result, logged.Evaluation);
                    if (again.SaysTheSameAs(result))
                        continue;
                    different++;
                    if (differences.Count < MaxDifferences)
                    {
                        differences.Add(new ReplayDifference(logged.ScreeningId, logged.Evaluation.TransactionId,
                            result.RuleId, result.Version, result.Explanation, again.Explanation));
                    }
                }
            }
        }
        while (page.Count > 0);
        return new ReplayFigures(evaluations, answers, different, differences);
    }

    private RuleResult Ask(RunningRule version, RuleResult logged, RuleEvaluation evaluation) => RuleEvaluator.Try(
        version with { Mode = logged.Mode }, cache.Get(version.Text), evaluation.Facts, evaluation.Figures);

    private async Task<Dictionary<(Guid, int), RunningRule>> VersionsAsync(
        IReadOnlyList<LoggedEvaluation> page, CancellationToken cancellationToken)
    {
        var wanted = page.SelectMany(logged => logged.Evaluation.Results)
            .Select(result => (result.RuleId, result.Version)).ToHashSet();
        return (await RuleTexts.FindAsync(session, wanted, cancellationToken))
            .ToDictionary(version => (version.RuleId, version.Version));
    }
}
