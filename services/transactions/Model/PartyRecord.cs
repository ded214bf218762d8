using FinCode.Contracts;

namespace FinCode.Transactions.Model;

internal enum PersonKind
{
    Person,
    Entity,
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
    string? PickupPoint = null);

/// <summary>The personal data of a sender or a beneficiary; exists outside the vault only while it is needed.</summary>
internal sealed record PartyRecord(
    PersonKind Kind,
    string FullName,
    DateOnly? DateOfBirth,
    string Country,
    string? Nationality,
    string? Address,
    string? Email,
    string? Phone,
    string? Note,
    PayoutDetails? Payout)
{
    /// <summary>"A*** O***": enough to recognise, too little to learn anything.</summary>
    public string MaskedName() => string.Join(' ', FullName
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(word => $"{word[0]}***"));

    // A record prints all of its fields; this one must not appear in any log.
    public override string ToString() => "(personal data)";
}

/// <summary>A party as it is stored: everything personal is in the sealed bytes.</summary>
internal sealed class PartyRow
{
    public required PartyId Id { get; init; }
    public required TenantId TenantId { get; init; }
    public required PartyRole Role { get; init; }
    public required int Version { get; set; }
    public required string MasterKeyId { get; init; }
    public required byte[] WrappedKey { get; init; }
    public byte[] Sealed { get; set; } = [];
    public required DateTimeOffset UpdatedAt { get; set; }
}
