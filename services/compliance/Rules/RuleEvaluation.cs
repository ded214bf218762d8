using System.Text.Json.Serialization;
using FinCode.Compliance.Model;
using FinCode.Compliance.Rules.Language;

namespace FinCode.Compliance.Rules;

internal enum RuleMode
{
    Live,

    /// <summary>Recorded, without effect.</summary>
    Shadow,
}

/// <summary>A version of a rule that is tried on transfers.</summary>
internal sealed record RunningRule(Guid RuleId, int Version, string Name, string Text, RuleMode Mode);

/// <summary>What one version said of one transfer, as the log keeps it.</summary>
internal sealed record RuleResult(
    Guid RuleId, int Version, string Name, RuleMode Mode, RuleVerdict Verdict, RuleEffect Effect,
    IReadOnlyList<string> Documents, int RiskPoints, string? Explanation)
{
    [JsonIgnore]
    public bool IsAlert => Verdict != RuleVerdict.NotMatched;

    public RuleHit ToHit() => new(RuleId, Version, Name, Effect, Verdict == RuleVerdict.Undecided, Documents,
        RiskPoints, Explanation!);

    /// <summary>Whether two evaluations say the same, figures and words included.</summary>
    public bool SaysTheSameAs(RuleResult other) =>
        (RuleId, Version, Mode, Verdict, Effect, RiskPoints, Explanation)
        == (other.RuleId, other.Version, other.Mode, other.Verdict, other.Effect, other.RiskPoints, other.Explanation)
        && Documents.SequenceEqual(other.Documents);
}

/// <summary>All that rules were told of one transfer, and all that they said.</summary>
internal sealed record RuleEvaluation(
    TransactionId TransactionId, RuleFacts Facts, IReadOnlyDictionary<string, Figure> Figures,
    IReadOnlyList<RuleResult> Results)
{
    public IReadOnlyList<RuleHit> Hits =>
        [.. Results.Where(result => result is { Mode: RuleMode.Live, IsAlert: true }).Select(result => result.ToHit())];
}

/// <summary>
/// The one evaluator: live rules, those in the shadow, backtests and replays of the log all ask here, with facts and
/// figures as their only input.
/// </summary>
internal static class RuleEvaluator
{
    /// <summary>
    /// A text that this version of the service cannot read is undecided, so it holds: it was put into force once.
    /// </summary>
    public static RuleResult Try(
        RunningRule rule, CompiledRule? compiled, RuleFacts facts, IReadOnlyDictionary<string, Figure> figures)
    {
        var answer = compiled?.Try(facts, figures) ?? new RuleAnswer(
            RuleVerdict.Undecided, "This could not be decided: the rule cannot be read any more.");
        var actions = compiled?.Actions ?? [new RuleAction(ActionKind.Hold, null, 0, default)];
        return answer.Verdict switch
        {
            RuleVerdict.NotMatched => Result(rule, answer, RuleEffect.Warn, [], 0),
            // Nobody is asked for documents, and nobody's risk rises, because something is not known to us.
            RuleVerdict.Undecided => Result(rule, answer, (RuleEffect)Math.Min(
                (int)EffectOf(actions), (int)RuleEffect.Hold), [], 0),
            _ => Result(rule, answer, EffectOf(actions),
                [.. actions.Where(action => action.Kind == ActionKind.Ask).Select(action => action.Document!)],
                actions.Sum(action => action.Points)),
        };
    }

    private static RuleResult Result(
        RunningRule rule, RuleAnswer answer, RuleEffect effect, IReadOnlyList<string> documents, int points) => new(
        rule.RuleId, rule.Version, rule.Name, rule.Mode, answer.Verdict, effect, documents, points,
        answer.Explanation);

    private static RuleEffect EffectOf(IReadOnlyList<RuleAction> actions) =>
        actions.Any(action => action.Kind == ActionKind.Block) ? RuleEffect.Block
        : actions.Any(action => action.Kind == ActionKind.Hold) ? RuleEffect.Hold
        : RuleEffect.Warn;
}
