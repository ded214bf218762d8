namespace FinCode.Compliance.Lists;

/// <summary>What the European Union's XML and CSV have in common: the words in their fields.</summary>
internal static class EuWords
{
    /// <summary>Open spans ("born by 1980") are closed at an age that people reach.</summary>
    private const int OpenSpanYears = 100;

    public static string Id(string logical, string reference)
    {
        var id = ListText.Clean(logical);
        return id.Length > 0 ? id : ListText.Clean(reference);
    }

    public static ListedKind? KindOf(string word) => word.Trim().ToUpperInvariant() switch
    {
        "PERSON" or "P" => ListedKind.Person,
        "ENTERPRISE" or "E" => ListedKind.Entity,
        "VESSEL" or "SHIP" or "V" => ListedKind.Vessel,
        _ => null,
    };

    public static ListedGender? GenderOf(string word) => word.Trim().ToUpperInvariant() switch
    {
        "M" => ListedGender.Male,
        "F" => ListedGender.Female,
        _ => null,
    };

    /// <param name="yearMonthDay">Three fields, each possibly empty.</param>
    public static BirthSpan? BirthOf(
        string calendar, bool isCirca, string date, ReadOnlySpan<string> yearMonthDay, string from, string to)
    {
        if (calendar.Length > 0 && calendar != "GREGORIAN")
            return null;
        var span = BirthSpans.OfIso(date);
        if (span is null && BirthSpans.Number(yearMonthDay[0]) is { } year)
            span = BirthSpans.Of(year, BirthSpans.Number(yearMonthDay[1]), BirthSpans.Number(yearMonthDay[2]));
        if (span is null && (BirthSpans.Number(from) ?? BirthSpans.Number(to)) is { } bound)
        {
            span = BirthSpans.Years(
                BirthSpans.Number(from) ?? bound - OpenSpanYears, BirthSpans.Number(to) ?? bound + OpenSpanYears);
        }
        return isCirca ? BirthSpans.Circa(span) : span;
    }

    public static IdentifierType IdentifierOf(string code) => code.Trim().ToLowerInvariant() switch
    {
        "passport" or "diplpass" or "servpass" => IdentifierType.Passport,
        "id" or "ssn" or "electionid" or "residentperm" or "driver" or "birthcert" or "travel" or "consid" =>
            IdentifierType.NationalId,
        "fiscalcode" or "tax" => IdentifierType.TaxNumber,
        "regnumber" or "tradelic" => IdentifierType.CompanyNumber,
        "swiftbic" => IdentifierType.SwiftBic,
        "imo" => IdentifierType.Imo,
        "lei" => IdentifierType.Lei,
        "email" => IdentifierType.Email,
        _ => IdentifierType.Other,
    };
}
