using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;

namespace FinCode.Transactions.Operations;

/// <summary>
/// A sender or a beneficiary. Give <c>fullName</c>, or <c>firstName</c> and <c>lastName</c>. Countries are ISO 3166-1
/// alpha-2, the phone E.164 ("+2348012345678"), the date of birth RFC 3339.
/// </summary>
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
    string? Phone)
{
    private const int MaxName = 140;
    private const int MaxAddress = 300;
    private const int MaxEmail = 254;
    private const int AdultYears = 18;

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
    }

    public PartyRecord ToRecord(string? note, PayoutDetails? payout) => new(
        Kind!.Value, FullName?.Trim() ?? $"{FirstName!.Trim()} {LastName!.Trim()}", DateOfBirth, Country!, Nationality,
        Address, Email, Phone, note, payout);

    // A record prints all of its fields; personal data must not appear in any log.
    public override string ToString() => "(personal data)";
}

/// <summary>Where the money goes. What is needed depends on the method; see the corridor's requirements.</summary>
internal sealed record PayoutDetailsInput(
    string? BankCode, string? BankName, string? AccountNumber, string? Iban, string? SwiftBic, string? Operator,
    string? Phone, string? PickupPoint)
{
    public const string PhoneSentence = "A phone number is written as in E.164: a plus sign and 8 to 15 digits.";

    private const int MaxCode = 35;
    private const int MaxName = 140;

    public static bool IsPhone(string text) =>
        text.Length is >= 9 and <= 16 && text[0] == '+' && text.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;

    public void Validate(Validation validation, string at, PayoutMethod method)
    {
        OneLine.Optional(validation, BankCode, $"{at}/bankCode", MaxCode);
        OneLine.Optional(validation, BankName, $"{at}/bankName", MaxName);
        OneLine.Optional(validation, AccountNumber, $"{at}/accountNumber", MaxCode);
        OneLine.Optional(validation, Iban, $"{at}/iban", MaxCode);
        OneLine.Optional(validation, SwiftBic, $"{at}/swiftBic", MaxCode);
        OneLine.Optional(validation, Operator, $"{at}/operator", MaxCode);
        OneLine.Optional(validation, PickupPoint, $"{at}/pickupPoint", MaxName);
        foreach (var field in PayoutRequirements.For(method).Where(field => field.Required))
            validation.Check(!string.IsNullOrWhiteSpace(ValueOf(field.Name)) || HasInstead(field), $"{at}/{field.Name}",
                field.RequiredUnless is { } other ? $"This field is required unless {other} is given."
                    : "This field is required.");
        if (Phone is not null)
            validation.Check(IsPhone(Phone), $"{at}/phone", PhoneSentence);
    }

    public PayoutDetails ToDetails() =>
        new(BankCode, BankName, AccountNumber, Iban, SwiftBic, Operator, Phone, PickupPoint);

    public override string ToString() => "(personal data)";

    private bool HasInstead(RequiredField field) =>
        field.RequiredUnless is { } other && !string.IsNullOrWhiteSpace(ValueOf(other));

    private string? ValueOf(string name) => name switch
    {
        "bankCode" => BankCode,
        "accountNumber" => AccountNumber,
        "iban" => Iban,
        "operator" => Operator,
        "phone" => Phone,
        "pickupPoint" => PickupPoint,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such payout detail."),
    };
}

/// <summary>
/// Texts that go to providers and screening as they are: a line end in one would be part of the value.
/// </summary>
internal static class OneLine
{
    private const string Sentence = "This is one line without control characters.";

    public static void Require(Validation validation, string? value, string pointer, int maxLength)
    {
        if (validation.RequireText(value, pointer, maxLength))
            validation.Check(!value.Any(char.IsControl), pointer, Sentence);
    }

    public static void Optional(Validation validation, string? value, string pointer, int maxLength)
    {
        validation.OptionalText(value, pointer, maxLength);
        validation.Check(value is null || !value.Any(c => c is '\n' or '\r' or '\t'), pointer, Sentence);
    }
}

/// <summary>One field of <c>payoutDetails</c>.</summary>
/// <param name="RequiredUnless">The field that may be given instead.</param>
internal sealed record RequiredField(string Name, bool Required, string Description, string? RequiredUnless = null);

/// <summary>Which payout details a method needs.</summary>
internal static class PayoutRequirements
{
    public static IReadOnlyList<RequiredField> For(PayoutMethod method) => method switch
    {
        PayoutMethod.Bank =>
        [
            new("bankCode", true, "The bank's national code", "iban"),
            new("accountNumber", true, "The account number at that bank", "iban"),
            new("iban", false, "International bank account number (ISO 13616), where the country has them"),
            new("swiftBic", false, "The bank's BIC (ISO 9362)"),
            new("bankName", false, "The bank's name"),
        ],
        PayoutMethod.MobileMoney =>
        [
            new("operator", true, "The mobile-money operator, such as MTN"),
            new("phone", true, "The wallet's number in E.164"),
        ],
        PayoutMethod.CashPickup =>
        [
            new("phone", true, "The beneficiary's number in E.164"),
            new("pickupPoint", true, "Where the cash is collected; the name must be as on the identity document"),
        ],
        _ => [],
    };
}
