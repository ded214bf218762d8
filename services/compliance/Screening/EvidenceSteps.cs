using FinCode.Compliance.Lists;

namespace FinCode.Compliance.Screening;

/// <summary>
/// What raises or lowers a score beside the name, each step shown with its sign. A detail that one of the two sides
/// does not have is no evidence.
/// </summary>
internal static class EvidenceSteps
{
    /// <summary>The same passport, registration or code: whatever the name, it is the listed one.</summary>
    public const int IdentifierEqual = 9_500;

    private const string IdentifierMatches = "IDENTIFIER_MATCHES";

    private const int IdentifierDiffers = -500;
    private const int BirthExact = 500;
    private const int BirthWithin = 300;
    private const int BirthNear = -600;
    private const int BirthFar = -1_200;
    private const int NearYears = 2;
    private const int CountryMatches = 200;
    private const int CountryDiffers = -300;
    private const int GenderDiffers = -1_000;
    private const int PersonOrThing = -2_000;
    private const int KindDiffers = -500;
    private const int WeakName = -1_000;

    /// <summary>By how much the details that are known could raise the score of a name.</summary>
    public static int MostRaise(ScreenedSubject subject) =>
        (subject.Birth is null ? 0 : BirthExact)
        + (subject.Countries is { Count: > 0 } ? CountryMatches : 0)
        + (subject.Identifiers is { Count: > 0 } ? IdentifierEqual : 0);

    /// <summary>An equal identifier is not argued away by what else differs.</summary>
    public static int Least(IReadOnlyList<EvidenceStep> steps) =>
        steps.Any(step => step.Code == IdentifierMatches) ? IdentifierEqual : 0;

    public static List<EvidenceStep> For(ScreenedSubject subject, ListedEntry entry, NameStrength strength)
    {
        var steps = new List<EvidenceStep>();
        if (subject.Kind is { } kind && kind != entry.Kind)
        {
            // A person is no ship; a company may be listed by the name of its ship.
            var isPerson = kind == ListedKind.Person || entry.Kind == ListedKind.Person;
            steps.Add(new EvidenceStep("KIND_DIFFERS", isPerson ? PersonOrThing : KindDiffers));
        }
        if (strength == NameStrength.WeakAlias)
            steps.Add(new EvidenceStep("WEAK_ALIAS", WeakName));
        if (subject.Birth is { } birth && entry.Births.Count > 0 && subject.Kind is null or ListedKind.Person)
            steps.Add(BirthStep(birth, entry.Births));
        if (subject.Countries is { Count: > 0 } countries && entry.Countries.Count > 0)
        {
            steps.Add(countries.Any(entry.Countries.Contains)
                ? new EvidenceStep("COUNTRY_MATCHES", CountryMatches)
                : new EvidenceStep("COUNTRY_DIFFERS", CountryDiffers));
        }
        if (subject.Gender is { } gender && entry.Gender is { } listed)
            steps.Add(gender == listed
                ? new EvidenceStep("GENDER_MATCHES", 0)
                : new EvidenceStep("GENDER_DIFFERS", GenderDiffers));
        if (subject.Identifiers is { Count: > 0 } && IdentifierStep(subject.Identifiers, entry) is { } step)
            steps.Add(step);
        return steps;
    }

    private static EvidenceStep? IdentifierStep(IReadOnlyList<GivenIdentifier> given, ListedEntry entry)
    {
        if (given.Any(one => entry.Identifiers.Any(listed => Identifiers.AreEqual(one, listed))))
            return new EvidenceStep(IdentifierMatches, IdentifierEqual);
        return given.Any(one => entry.Identifiers.Any(listed => Identifiers.AreComparable(one, listed)))
            ? new EvidenceStep("IDENTIFIER_DIFFERS", IdentifierDiffers)
            : null;
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
}
