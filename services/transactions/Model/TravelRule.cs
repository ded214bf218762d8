using FinCode.Contracts;

namespace FinCode.Transactions.Model;

/// <summary>Words for details that a party may have; each is a field of the party, or two together.</summary>
internal static class TravelDetails
{
    public const string Address = "address";
    public const string Identifiers = "identifiers";
    public const string Reference = "reference";
    public const string DateAndPlaceOfBirth = "dateOfBirth and placeOfBirth";

    /// <summary>Numbers that a state or a register gave.</summary>
    private static readonly PartyIdentifierType[] Official =
    [
        PartyIdentifierType.Passport, PartyIdentifierType.NationalId, PartyIdentifierType.DriversLicense,
        PartyIdentifierType.ResidencePermit, PartyIdentifierType.TaxNumber, PartyIdentifierType.CompanyNumber,
        PartyIdentifierType.Lei,
    ];

    public static bool Has(PartyRecord party, string? reference, string detail) => detail switch
    {
        Address => !string.IsNullOrWhiteSpace(party.Address),
        Identifiers => party.Identifiers?.Any(identifier => Official.Contains(identifier.Type)) == true,
        Reference => reference is not null,
        DateAndPlaceOfBirth => party.DateOfBirth is not null && !string.IsNullOrWhiteSpace(party.PlaceOfBirth),
        _ => throw new ArgumentOutOfRangeException(nameof(detail), detail, "No such detail."),
    };
}

/// <summary>One of the details is needed of that party.</summary>
internal sealed record DetailNeeded(PartyRole Party, IReadOnlyList<string> AnyOf);

/// <summary>
/// What has to travel with a transfer from these countries, besides both names and the account or reference of both
/// sides, which every transfer has (the PCN is its unique reference).
/// </summary>
/// <param name="SendCountries">ISO 3166-1 alpha-2.</param>
/// <param name="Threshold">
/// Of the amount that is sent. Below it nothing more is needed; an amount in another currency counts as above it. Null:
/// always needed.
/// </param>
internal sealed record TravelRule(
    IReadOnlyList<string> SendCountries, Money? Threshold, IReadOnlyList<DetailNeeded> Details)
{
    public bool AppliesTo(Money sent) =>
        Threshold is not { } threshold || sent.Currency != threshold.Currency || sent >= threshold;

    /// <summary>What is not there yet; empty when the transfer may go.</summary>
    public IReadOnlyList<DetailNeeded> Missing(
        Money sent, (PartyRecord Record, string? Reference) sender, (PartyRecord Record, string? Reference) beneficiary)
    {
        if (!AppliesTo(sent))
            return [];
        return [.. Details.Where(needed =>
        {
            var (record, reference) = needed.Party == PartyRole.Sender ? sender : beneficiary;
            return !needed.AnyOf.Any(detail => TravelDetails.Has(record, reference, detail));
        })];
    }
}

/// <summary>
/// The travel rule by sending country: FATF Recommendation 16 with its interpretive note, and how countries made it
/// law. What is not listed is asked as the Recommendation has it, from the first penny.
/// </summary>
internal static class TravelRules
{
    /// <summary>INR.16: the address, or an official number, or a customer number, or date and place of birth.</summary>
    private static readonly DetailNeeded OneOfMany = new(PartyRole.Sender,
        [TravelDetails.Address, TravelDetails.Identifiers, TravelDetails.Reference, TravelDetails.DateAndPlaceOfBirth]);

    private static readonly TravelRule Otherwise = new([], null, [OneOfMany]);

    public static IReadOnlyList<TravelRule> All { get; } =
    [
        // Regulation (EU) 2015/847 as retained in the United Kingdom: 1,000 EUR. In pounds it is set lower, because the
        // rate moves and asking a little early is no breach.
        new(["GB"], Money.Of(800_00, "GBP"), [OneOfMany]),

        // Regulation (EU) 2023/1113, articles 4 and 6. Countries with a currency of their own are asked always.
        new(["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
            "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"], Money.Of(1_000_00, "EUR"), [OneOfMany]),

        // 31 CFR 1010.410(f).
        new(["US"], Money.Of(3_000_00, "USD"), [new(PartyRole.Sender, [TravelDetails.Address])]),
    ];

    public static TravelRule Of(string sendCountry) =>
        All.FirstOrDefault(rule => rule.SendCountries.Contains(sendCountry)) ?? Otherwise;
}
