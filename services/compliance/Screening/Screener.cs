using System.Security.Cryptography;
using System.Text;
using FinCode.Compliance.Lists;
using FinCode.Contracts;

namespace FinCode.Compliance.Screening;

/// <summary>
/// Compares a party with a list snapshot: the name first, then evidence steps for date of birth, country, gender,
/// identifiers and kind. A missing detail is no evidence: a name alone is not scored lower for it. Same input, same
/// result.
/// </summary>
internal static class Screener
{
    /// <summary>Raised whenever the same party and lists could give another score.</summary>
    public const int AlgorithmVersion = 2;

    private const int MaxHits = 20;
    private const int SaltBytes = 16;
    private const int PointsPerPoint = 100;

    [ThreadStatic]
    private static NameTokens? s_tokens;

    /// <summary>The party's own name and, where it has one, its bank's.</summary>
    /// <param name="threshold">In points; a hit has at least as many.</param>
    public static IReadOnlyList<PartyEvidence> Screen(
        Party party, PartyRole role, NameIndex index, decimal threshold)
    {
        string[] countries = [.. new[] { party.Country, party.Nationality }.OfType<string>()];
        var kind = party.Kind == PartyKinds.Person ? ListedKind.Person : ListedKind.Entity;
        var results = new List<PartyEvidence>
        {
            Screen(party, role, ScreenedName.Party,
                new ScreenedSubject(party.FullName, kind, party.DateOfBirth, countries, party.KnownGender(),
                    party.GivenIdentifiers()), index, threshold),
        };
        if (!string.IsNullOrWhiteSpace(party.BankName))
            results.Add(Screen(party, role, ScreenedName.Bank,
                new ScreenedSubject(party.BankName, ListedKind.Entity), index, threshold));
        return results;
    }

    /// <summary>Every entry that scores at least the threshold, by the best of its names; the highest first.</summary>
    /// <param name="threshold">In points.</param>
    public static ScreeningResult Find(ScreenedSubject subject, NameIndex index, decimal threshold)
    {
        // One buffer for each thread: a name that hits nothing costs no memory.
        var tokens = s_tokens ??= new NameTokens();
        NameNormalizer.Read(subject.Name, tokens);
        var least = (int)(threshold * PointsPerPoint);
        var byName = index.Search(tokens, Math.Max(1, least - NameRaise(subject)));
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

    public static decimal ToPoints(int hundredths) => (decimal)hundredths / PointsPerPoint;

    private static PartyEvidence Screen(Party party, PartyRole role, ScreenedName which, ScreenedSubject subject,
        NameIndex index, decimal threshold)
    {
        var result = Find(subject, index, threshold);
        var salt = RandomNumberGenerator.GetHexString(SaltBytes * 2, lowercase: true);
        return new PartyEvidence(role, party.Id, party.Version, which, Commit(salt, subject.Name, party), salt,
            result.IsComparable, result.Hits.Count, [.. result.Hits.Take(MaxHits)]);
    }

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

    private static string Commit(string salt, string name, Party party)
    {
        // Lengths before the texts: no two different parties write the same line.
        string[] parts = [salt, name, party.Kind, $"{party.DateOfBirth:yyyy-MM-dd}", party.Country ?? "",
            party.Nationality ?? "", party.Gender ?? "",
            .. (party.Identifiers ?? []).SelectMany(one => (string[])[one.Type, one.Number, one.Country ?? ""])];
        var text = string.Concat(parts.Select(part => $"{part.Length}:{part}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}

/// <summary>What was found for one name.</summary>
/// <param name="IsComparable">False: the lists cannot clear this name; a person has to look.</param>
internal sealed record ScreeningResult(IReadOnlyList<ListHit> Hits, bool IsComparable)
{
    public static ScreeningResult Nothing { get; } = new([], true);

    public static ScreeningResult NotComparable { get; } = new([], false);
}
