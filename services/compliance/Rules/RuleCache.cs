using System.Collections.Concurrent;
using FinCode.Compliance.Rules.Language;

namespace FinCode.Compliance.Rules;

/// <summary>Texts that were compiled already. A text always compiles to the same, so nothing here grows old.</summary>
internal sealed class RuleCache
{
    private const int MaxTexts = 2_000;

    private readonly ConcurrentDictionary<string, CompiledRule?> _compiled = new(StringComparer.Ordinal);

    /// <summary>Null for a text that cannot be read.</summary>
    public CompiledRule? Get(string text)
    {
        if (_compiled.TryGetValue(text, out var known))
            return known;
        // Starting over is cheaper than remembering what was used last, and as rare as two thousand changes.
        if (_compiled.Count >= MaxTexts)
            _compiled.Clear();
        return _compiled.GetOrAdd(text, one => CompiledRule.Compile(one).Rule);
    }
}
