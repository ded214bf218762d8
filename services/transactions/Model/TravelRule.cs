using System.Text.Json.Serialization;
using FinCode.Contracts;

namespace FinCode.Transactions.Model;

/// <summary>Words for details that a party may have: fields of its profile, several with "and" between them.</summary>
internal static class TravelDetails
{
    private const string And = " and ";

    /// <summary>Numbers that a state or a register gave.</summary>
    private static readonly PartyIdentifierType[] Official =
    [
        PartyIdentifierType.Passport, PartyIdentifierType.NationalId, PartyIdentifierType.DriversLicense,
        PartyIdentifierType.ResidencePermit, PartyIdentifierType.TaxNumber, PartyIdentifierType.CompanyNumber,
        PartyIdentifierType.Lei,
    ];

    private static readonly Dictionary<string, Func<PartyRecord, string?, bool>> Fields = new(StringComparer.Ordinal)
    {
        ["fullName"] = (party, _) => !string.IsNullOrWhiteSpace(party.FullName),
        ["address"] = (party, _) => !string.IsNullOrWhiteSpace(party.Address),
        ["identifiers"] = (party, _) => party.Identifiers?.Any(one => Official.Contains(one.Type)) == true,
        ["reference"] = (_, reference) => reference is not null,
        ["dateOfBirth"] = (party, _) => party.DateOfBirth is not null,
        ["placeOfBirth"] = (party, _) => !string.IsNullOrWhiteSpace(party.PlaceOfBirth),
        ["nationality"] = (party, _) => !string.IsNullOrWhiteSpace(party.Nationality),
        ["phone"] = (party, _) => !string.IsNullOrWhiteSpace(party.Phone),
    };

    public static IReadOnlyCollection<string> All => Fields.Keys;

    public static bool IsKnown(string? detail) => detail?.Split(And).All(Fields.ContainsKey) == true;

    public static bool Has(PartyRecord party, string? reference, string detail) =>
        detail.Split(And).All(field => Fields[field](party, reference));
}

/// <summary>One of the details is needed of that party.</summary>
internal sealed record DetailNeeded([property: JsonRequired] PartyRole Party, IReadOnlyList<string> AnyOf)
{
    public bool IsTheSameAs(DetailNeeded other) => Party == other.Party && AnyOf.SequenceEqual(other.AnyOf);
}

/// <summary>
/// What has to be known of both sides before money goes between these countries, besides the account or reference of
/// both, which every transfer has (the PCN is its unique reference).
/// </summary>
/// <param name="SendCountries">ISO 3166-1 alpha-2; none: any that no other line has.</param>
/// <param name="ReceiveCountries">Likewise.</param>
/// <param name="Threshold">
/// Of the amount that is sent, or received where that is the one in this currency. Below it nothing is needed; amounts
/// in other currencies count as above it. Null: always needed.
/// </param>
/// <param name="Source">The rule that says so.</param>
internal sealed record TravelRule(
    IReadOnlyList<string> SendCountries, IReadOnlyList<string> ReceiveCountries, Money? Threshold,
    IReadOnlyList<DetailNeeded> Details, string? Source = null)
{
    public bool AppliesTo(Money sent, Money received)
    {
        if (Threshold is not { } threshold)
            return true;
        return sent.Currency == threshold.Currency ? sent >= threshold
            : received.Currency != threshold.Currency || received >= threshold;
    }
}
