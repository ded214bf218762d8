using FinCode.Compliance.Lists;
using System.Security.Cryptography;
using System.Text;
using FinCode.Contracts;

namespace FinCode.Compliance.Screening;

/// <summary>
/// Compares a party with a list snapshot: the name first, then evidence steps for date of birth, country and kind.
/// A missing detail is no evidence: a name alone is not scored lower for it. Same input, same result.
/// </summary>
internal static class Screener
{
    /// <summary>Raised whenever the same party and lists could give another score.</summary>
    public const int AlgorithmVersion = 1;

    private const int MaxHits = 20;
    private const int SaltBytes = 16;
    private const int PointsPerPoint = 100;

    private const int MostRaise = BirthExact + CountryMatches;
    private const int BirthExact = 500;
    private const int BirthWithin = 300;
    private const int BirthNear = -600;
    private const int BirthFar = -1200;
    private const int NearYears = 2;
    private const int CountryMatches = 200;
    private const int CountryDiffers = -300;
    private const int KindDiffers = -2000;
    private const int WeakName = -1000;

    /// <summary>The party's own name and, where it has one, its bank's.</summary>
    /// <param name="threshold">In points; a hit has at least as many.</param>
    public static IReadOnlyList<PartyEvidence> Screen(
        Party party, PartyRole role, NameIndex index, decimal threshold)
    {
        var results = new List<PartyEvidence>
        {
            Screen(party, role, ScreenedName.Party, party.FullName, index, threshold),
        };
        if (!string.IsNullOrWhiteSpace(party.BankName))
            results.Add(Screen(party, role, ScreenedName.Bank, party.BankName, index, threshold));
        return results;
    }

    private static PartyEvidence Screen(
        Party party, PartyRole role, ScreenedName which, string name, NameIndex index, decimal threshold)
    {
        var query = NameNormalizer.Normalize(name);
        var hits = query.IsComparable ? FindHits(query, party, which, index, threshold) : [];
        var salt = RandomNumberGenerator.GetHexString(SaltBytes * 2, lowercase: true);
        return new PartyEvidence(role, party.Id, party.Version, which, Commit(salt, name, party), salt,
            query.IsComparable, hits.Count, [.. hits.Take(MaxHits)]);
    }

    private static List<ListHit> FindHits(
        NormalName query, Party party, ScreenedName which, NameIndex index, decimal threshold)
    {
        var least = (int)(threshold * PointsPerPoint);
        return index.Search(query, Math.Max(1, least - MostRaise))
            .Select(match => ToHit(match, which == ScreenedName.Party ? StepsFor(match, party) : StepsForBank(match)))
            .Where(hit => hit.Score >= threshold)
            // The best name of an entry stands for it.
            .GroupBy(hit => (hit.List, hit.EntryId))
            .Select(group => group.OrderByDescending(hit => hit.Score).First())
            .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.EntryId, StringComparer.Ordinal)
            .ToList();
    }

    private static List<EvidenceStep> StepsFor(NameMatch match, Party party)
    {
        var steps = new List<EvidenceStep>();
        var isPerson = party.Kind == PartyKinds.Person;
        if (isPerson != (match.Entry.Kind == ListedKind.Person))
            steps.Add(new EvidenceStep("KIND_DIFFERS", KindDiffers));
        if (match.Name.Strength == NameStrength.WeakAlias)
            steps.Add(new EvidenceStep("WEAK_ALIAS", WeakName));
        if (isPerson && party.DateOfBirth is { } birth && match.Entry.Births.Count > 0)
            steps.Add(BirthStep(birth, match.Entry.Births));
        string?[] known = [party.Country, party.Nationality];
        if (known.Any(country => country is not null) && match.Entry.Countries.Count > 0)
        {
            steps.Add(known.Any(country => country is not null && match.Entry.Countries.Contains(country))
                ? new EvidenceStep("COUNTRY_MATCHES", CountryMatches)
                : new EvidenceStep("COUNTRY_DIFFERS", CountryDiffers));
        }
        return steps;
    }

    private static List<EvidenceStep> StepsForBank(NameMatch match)
    {
        var steps = new List<EvidenceStep>();
        if (match.Entry.Kind != ListedKind.Entity)
            steps.Add(new EvidenceStep("KIND_DIFFERS", KindDiffers));
        if (match.Name.Strength == NameStrength.WeakAlias)
            steps.Add(new EvidenceStep("WEAK_ALIAS", WeakName));
        return steps;
    }

    private static EvidenceStep BirthStep(DateOnly birth, IReadOnlyList<BirthSpan> spans)
    {
        if (spans.Any(span => span.From == span.To && span.From == birth))
            return new EvidenceStep("BIRTH_DATE_MATCHES", BirthExact);
        if (spans.Any(span => span.From != span.To && span.Holds(birth)))
            return new EvidenceStep("BIRTH_DATE_WITHIN", BirthWithin);
        return spans.Min(span => span.YearsFrom(birth)) switch
        {
            // Lists often have the year right and the day wrong.
            0 => new EvidenceStep("BIRTH_YEAR_MATCHES", 0),
            <= NearYears => new EvidenceStep("BIRTH_YEAR_NEAR", BirthNear),
            _ => new EvidenceStep("BIRTH_YEAR_DIFFERS", BirthFar),
        };
    }

    private static ListHit ToHit(NameMatch match, List<EvidenceStep> steps)
    {
        var score = Math.Clamp(match.Score + steps.Sum(step => step.Points), 0, NameScore.Full);
        return new ListHit(
            match.Entry.List, match.Entry.EntryId, match.Name.Text, match.Name.Strength, match.Entry.Kind,
            match.Entry.Programmes, [.. match.Entry.Births.Select(span => span.ToString())], match.Entry.Countries,
            ToPoints(match.Score), ToPoints(score), match.Comparison, steps);
    }

    private static decimal ToPoints(int hundredths) => (decimal)hundredths / PointsPerPoint;

    private static string Commit(string salt, string name, Party party)
    {
        // Lengths before the texts: no two different parties write the same line.
        string[] parts = [salt, name, party.Kind, $"{party.DateOfBirth:yyyy-MM-dd}", party.Country ?? "",
            party.Nationality ?? ""];
        var text = string.Concat(parts.Select(part => $"{part.Length}:{part}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
