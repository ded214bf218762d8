using System.Text.Json;
using FinCode.Contracts;

namespace FinCode.Transactions.Model;

internal enum PersonKind
{
    Person,
    Entity,
}

internal enum PartyGender
{
    Male,
    Female,
}

/// <summary>What kind of number identifies a party.</summary>
internal enum PartyIdentifierType
{
    Passport,
    NationalId,
    DriversLicense,
    ResidencePermit,
    TaxNumber,
    CompanyNumber,
    Lei,
    Other,
}

/// <param name="Country">Of who issued it, ISO 3166-1 alpha-2.</param>
internal sealed record PartyIdentifier(
    PartyIdentifierType Type, string Number, string Country, DateOnly? ExpiresOn = null)
{
    // A record prints all of its fields; this one must not appear in any log.
    public override string ToString() => "(personal data)";
}

/// <summary>
/// Where the beneficiary's money goes; which fields are needed depends on the method and the country.
/// </summary>
internal sealed record PayoutDetails(
    string? BankCode = null,
    string? BankName = null,
    string? AccountNumber = null,
    string? Iban = null,
    string? SwiftBic = null,
    string? Operator = null,
    string? Phone = null,
    string? PickupPoint = null)
{
    // A record prints all of its fields; this one must not appear in any log.
    public override string ToString() => "(personal data)";
}

/// <summary>The personal data of a sender or a beneficiary; exists outside the vault only while it is needed.</summary>
/// <param name="Payout">Of a beneficiary: where money goes unless a transfer says otherwise.</param>
internal sealed record PartyRecord(
    PersonKind Kind,
    string FullName,
    DateOnly? DateOfBirth,
    string Country,
    string? Nationality,
    string? Address,
    string? Email,
    string? Phone,
    PayoutDetails? Payout,
    PartyGender? Gender = null,
    string? PlaceOfBirth = null,
    IReadOnlyList<PartyIdentifier>? Identifiers = null)
{
    /// <summary>"A*** O***": enough to recognise, too little to learn anything.</summary>
    public string MaskedName() => string.Join(' ', FullName
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(word => $"{word[0]}***"));

    /// <summary>What was given now, and what was known before where nothing was given.</summary>
    public PartyRecord FilledFrom(PartyRecord known) => this with
    {
        DateOfBirth = DateOfBirth ?? known.DateOfBirth,
        Nationality = Nationality ?? known.Nationality,
        Address = Address ?? known.Address,
        Email = Email ?? known.Email,
        Phone = Phone ?? known.Phone,
        Payout = Payout ?? known.Payout,
        Gender = Gender ?? known.Gender,
        PlaceOfBirth = PlaceOfBirth ?? known.PlaceOfBirth,
        Identifiers = Identifiers ?? known.Identifiers,
    };

    /// <summary>By what would be stored: lists inside records do not compare by their items.</summary>
    public bool SaysTheSameAs(PartyRecord other) => Bytes(this).AsSpan().SequenceEqual(Bytes(other));

    // A record prints all of its fields; this one must not appear in any log.
    public override string ToString() => "(personal data)";

    private static byte[] Bytes(PartyRecord record) =>
        JsonSerializer.SerializeToUtf8Bytes(record, ContractJson.Options);
}

/// <summary>A party as it is stored: everything personal is in the sealed bytes or behind a key.</summary>
internal sealed class PartyRow
{
    public required PartyId Id { get; init; }
    public required TenantId TenantId { get; init; }
    public required PartyRole Role { get; init; }
    public required int Version { get; set; }
    public required string MasterKeyId { get; init; }
    public required byte[] WrappedKey { get; set; }
    public byte[] Sealed { get; set; } = [];
    public required DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The customer whose beneficiary this is.</summary>
    public PartyId? OwnerId { get; set; }

    /// <summary>
    /// Known by its id or its reference. The others are known again by their <see cref="Fingerprint"/>, if they have
    /// one.
    /// </summary>
    public bool IsRegistered { get; set; }

    /// <summary>The partner's own id of it.</summary>
    public string? Reference { get; set; }
    public string? Fingerprint { get; set; }

    /// <summary>By which the transfers of this person or firm belong together, as its details are now.</summary>
    public string LinkKey { get; set; } = "";

    /// <summary>By name and country alone.</summary>
    public string NameKey { get; set; } = "";
    public string? EmailKey { get; set; }
    public string? PhoneKey { get; set; }
    public DateTimeOffset? RestrictedAt { get; set; }
    public DateTimeOffset? EraseAfter { get; set; }

    /// <summary>Who asked for the erasure first; somebody else has to approve it.</summary>
    public string? ErasureAskedBy { get; set; }
    public string? ErasureApprovedBy { get; set; }
    public DateTimeOffset? ErasedAt { get; set; }
}
