using FinCode.Compliance.Lists;

namespace FinCode.Compliance.Screening;

/// <summary>
/// Who or what is screened. Only the name is needed; whatever else is known is evidence for or against.
/// </summary>
/// <param name="Countries">ISO 3166-1 alpha-2: of residence, nationality, registration or flag.</param>
internal sealed record ScreenedSubject(
    string Name,
    ListedKind? Kind = null,
    DateOnly? Birth = null,
    IReadOnlyList<string>? Countries = null,
    ListedGender? Gender = null,
    IReadOnlyList<GivenIdentifier>? Identifiers = null)
{
    /// <summary>Never the details: records print themselves into logs too easily.</summary>
    public override string ToString() => nameof(ScreenedSubject);
}
