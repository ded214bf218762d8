using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;

namespace FinCode.Transactions.Operations;

/// <summary>
/// A sender or a beneficiary. Give <c>fullName</c>, or <c>firstName</c> and <c>lastName</c>. Countries are ISO 3166-1
/// alpha-2, the phone E.164 ("+2348012345678"), the date of birth RFC 3339.
/// </summary>
/// <param name="Identifiers">Numbers of documents and registers, at most five.</param>
/// <param name="Reference">
/// The caller's own id of the party, by which it is known again: 1 to 64 letters, digits, dots, underscores, colons and
/// dashes. No personal data.
/// </param>
internal sealed record PartyInput(
    PersonKind? Kind,
    string? FullName,
    string? FirstName,
    string? LastName,
    DateOnly? DateOfBirth,
    string? Country,
    string? Nationality,
    string? Address,
    string? Email,
    string? Phone,
    PartyGender? Gender,
    string? PlaceOfBirth,
    IReadOnlyList<PartyIdentifierInput>? Identifiers,
    string? Reference)
{
    private const int MaxName = 140;
    private const int MaxAddress = 300;
    private const int MaxEmail = 254;
    private const int AdultYears = 18;
    private const int MaxIdentifiers = 5;
    private const int MaxReference = 64;

    public void Validate(Validation validation, string at, PartyRole role, DateOnly today)
    {
        validation.Require(Kind, $"{at}/kind");
        if (FullName is null && (FirstName is not null || LastName is not null))
        {
            OneLine.Require(validation, FirstName, $"{at}/firstName", MaxName / 2);
            OneLine.Require(validation, LastName, $"{at}/lastName", MaxName / 2);
        }
        else
        {
            OneLine.Require(validation, FullName, $"{at}/fullName", MaxName);
            validation.Check(FirstName is null && LastName is null, $"{at}/fullName",
                "Give fullName, or firstName and lastName, not both.");
        }
        validation.RequireCountry(Country, $"{at}/country");
        if (Nationality is not null)
            validation.RequireCountry(Nationality, $"{at}/nationality");
        if (DateOfBirth is { } born)
            validation.Check(born <= (role == PartyRole.Sender ? today.AddYears(-AdultYears) : today)
                && born.Year >= 1900,
                $"{at}/dateOfBirth", role == PartyRole.Sender
                    ? $"A sender is at least {AdultYears} years old."
                    : "A date of birth is not in the future.");
        validation.OptionalText(Address, $"{at}/address", MaxAddress);
        OneLine.Optional(validation, Email, $"{at}/email", MaxEmail);
        if (Email is not null)
            validation.Check(Email.Contains('@', StringComparison.Ordinal), $"{at}/email",
                "This is not an e-mail address.");
        if (Phone is not null)
            validation.Check(PayoutDetailsInput.IsPhone(Phone), $"{at}/phone", PayoutDetailsInput.PhoneSentence);
        OneLine.Optional(validation, PlaceOfBirth, $"{at}/placeOfBirth", MaxName);
        if (Identifiers is not null && validation.Check(Identifiers.Count <= MaxIdentifiers, $"{at}/identifiers",
            $"At most {MaxIdentifiers} identifiers."))
        {
            for (var i = 0; i < Identifiers.Count; i++)
            {
                if (validation.Require(Identifiers[i], $"{at}/identifiers/{i}"))
                    Identifiers[i].Validate(validation, $"{at}/identifiers/{i}");
            }
        }
        validation.Check(IsReference(Reference), $"{at}/reference", $"A reference has 1 to {MaxReference} letters, "
            + "digits, dots, underscores, colons and dashes.");
    }

    public PartyRecord ToRecord(PayoutDetails? payout) => new(
        Kind!.Value, FullName?.Trim() ?? $"{FirstName!.Trim()} {LastName!.Trim()}", DateOfBirth, Country!, Nationality,
        Address, Email, Phone, payout, Gender, PlaceOfBirth,
        Identifiers is { Count: > 0 } ? [.. Identifiers.Select(identifier => identifier.ToIdentifier())] : null);

    // A record prints all of its fields; personal data must not appear in any log.
    public override string ToString() => "(personal data)";

    private static bool IsReference(string? text) => text is null || (text.Length is >= 1 and <= MaxReference
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-'));
}

/// <param name="Country">Of who issued it, ISO 3166-1 alpha-2.</param>
/// <param name="ExpiresOn">RFC 3339 full-date.</param>
internal sealed record PartyIdentifierInput(
    PartyIdentifierType? Type, string? Number, string? Country, DateOnly? ExpiresOn)
{
    private const int MaxNumber = 64;

    public void Validate(Validation validation, string at)
    {
        validation.Require(Type, $"{at}/type");
        if (validation.RequireText(Number, $"{at}/number", MaxNumber))
            validation.Check(Number.Any(char.IsLetterOrDigit) && !Number.Any(char.IsControl), $"{at}/number",
                "A number has letters or digits.");
        validation.RequireCountry(Country, $"{at}/country");
    }

    public PartyIdentifier ToIdentifier() => new(Type!.Value, Number!.Trim(), Country!, ExpiresOn);

    // A record prints all of its fields; personal data must not appear in any log.
    public override string ToString() => "(personal data)";
}

