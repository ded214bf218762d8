using FinCode.Compliance.Lists;

namespace FinCode.Compliance.Screening;

/// <summary>
/// Compares a subject with a list snapshot: the name first, then evidence steps for date of birth, country, gender,
/// identifiers and kind. A missing detail is no evidence: a name alone is not scored lower for it. Same input, same
/// result.
/// </summary>
internal static class Screener
{
    /// <summary>Raised whenever the same party and lists could give another score.</summary>
    public const int AlgorithmVersion = 6;

    private const int PointsPerPoint = 100;

    [ThreadStatic]
    private static NameTokens? s_tokens;

    /// <summary>Every entry that scores at least the threshold, by the best of its names; the highest first.</summary>
    /// <param name="threshold">In points.</param>
    public static ScreeningResult Find(ScreenedSubject subject, NameIndex index, decimal threshold)
    {
        // One buffer for each thread: a name that hits nothing costs no memory.
        var tokens = s_tokens ??= new NameTokens();
        NameNormalizer.Read(subject.Name, tokens);
        var byName = index.Search(tokens, Math.Max(1, ToHundredths(threshold) - NameRaise(subject)));
        if (byName.Count == 0 && subject.Identifiers is not { Count: > 0 })
            return tokens.IsComparable ? ScreeningResult.Nothing : ScreeningResult.NotComparable;
        var hits = byName.Select(match => ToHit(subject, match))
            .Concat(ByIdentifier(subject, index, tokens, byName))
            .Where(hit => hit.Score >= threshold)
            .GroupBy(hit => (hit.List, hit.EntryId))
            .Select(group => group.MaxBy(hit => hit.Score)!)
            .OrderByDescending(hit => hit.Score)
            .ThenBy(hit => hit.List, StringComparer.Ordinal).ThenBy(hit => hit.EntryId, StringComparer.Ordinal);
        return new ScreeningResult([.. hits], tokens.IsComparable);
    }

    /// <summary>
    /// Entries with a name that stands in the text, the highest score first. A text has no details, so the name says
    /// all.
    /// </summary>
    /// <param name="threshold">In points.</param>
    public static ScreeningResult FindInText(string text, NameIndex index, decimal threshold)
    {
        var found = TextScreener.Find(text, index, Math.Max(1, ToHundredths(threshold)));
        var hits = found.Matches
            .Select(one => ToHit(new ScreenedSubject(one.Words), one.Match) with { Window = one.Window })
            .Where(hit => hit.Score >= threshold)
            .OrderByDescending(hit => hit.Score)
            .ThenBy(hit => hit.List, StringComparer.Ordinal).ThenBy(hit => hit.EntryId, StringComparer.Ordinal);
        return new ScreeningResult([.. hits], found.IsComparable);
    }

    public static decimal ToPoints(int hundredths) => (decimal)hundredths / PointsPerPoint;

    private static int ToHundredths(decimal points) => (int)(points * PointsPerPoint);

    /// <summary>Identifiers find their entries by themselves, so names need not be looked for as low as that.</summary>
    private static int NameRaise(ScreenedSubject subject) =>
        EvidenceSteps.MostRaise(subject.Identifiers is null ? subject : subject with { Identifiers = null });

    /// <summary>Entries that an identifier leads to and the name did not, by their primary name.</summary>
    private static IEnumerable<ListHit> ByIdentifier(
        ScreenedSubject subject, NameIndex index, NameTokens tokens, List<NameMatch> byName)
    {
        foreach (var given in subject.Identifiers ?? [])
        {
            foreach (var entry in index.WithIdentifier(given.Value))
            {
                if (!entry.Identifiers.Any(listed => Identifiers.AreEqual(given, listed))
                    || byName.Exists(match => ReferenceEquals(match.Entry, entry)))
                    continue;
                var comparison = index.Compare(tokens, NameNormalizer.Normalize(entry.Names[0].Text));
                yield return ToHit(subject, new NameMatch(
                    entry, entry.Names[0], comparison, ExplainedScore.OfNames(comparison)));
            }
        }
    }

    private static ListHit ToHit(ScreenedSubject subject, NameMatch match)
    {
        var steps = EvidenceSteps.For(subject, match.Entry, match.Name.Strength);
        var score = Math.Clamp(
            match.Score + steps.Sum(step => step.Points), EvidenceSteps.Least(steps), NameScore.Full);
        return new ListHit(
            match.Entry.List, match.Entry.EntryId, match.Name.Text, match.Name.Strength, match.Entry.Kind,
            match.Entry.Programmes, [.. match.Entry.Births.Select(span => span.ToString())], match.Entry.Countries,
            ToPoints(match.Score), ToPoints(score), match.Comparison, steps,
            OfacScore.Of(subject.Name, match.Name.Text), EntryHash.TextOf(match.Entry));
    }
}

/// <summary>What was found for one name.</summary>
/// <param name="IsComparable">False: the lists cannot clear this name; a person has to look.</param>
internal sealed record ScreeningResult(IReadOnlyList<ListHit> Hits, bool IsComparable)
{
    public static ScreeningResult Nothing { get; } = new([], true);

    public static ScreeningResult NotComparable { get; } = new([], false);
}
