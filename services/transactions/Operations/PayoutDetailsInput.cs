using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;

namespace FinCode.Transactions.Operations;

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

    /// <param name="method">Null: of no transfer yet, so nothing is missing.</param>
    public void Validate(Validation validation, string at, PayoutMethod? method)
    {
        OneLine.Optional(validation, BankCode, $"{at}/bankCode", MaxCode);
        OneLine.Optional(validation, BankName, $"{at}/bankName", MaxName);
        OneLine.Optional(validation, AccountNumber, $"{at}/accountNumber", MaxCode);
        OneLine.Optional(validation, Iban, $"{at}/iban", MaxCode);
        OneLine.Optional(validation, SwiftBic, $"{at}/swiftBic", MaxCode);
        OneLine.Optional(validation, Operator, $"{at}/operator", MaxCode);
        OneLine.Optional(validation, PickupPoint, $"{at}/pickupPoint", MaxName);
        foreach (var field in RequiredBy(method))
            validation.Check(!string.IsNullOrWhiteSpace(ValueOf(field.Name)) || HasInstead(field), $"{at}/{field.Name}",
                field.RequiredUnless is { } other ? $"This field is required unless {other} is given."
                    : "This field is required.");
        if (Phone is not null)
            validation.Check(IsPhone(Phone), $"{at}/phone", PhoneSentence);
    }

    public PayoutDetails ToDetails() =>
        new(BankCode, BankName, AccountNumber, Iban, SwiftBic, Operator, Phone, PickupPoint);

    public static PayoutDetailsInput Of(PayoutDetails details) => new(
        details.BankCode, details.BankName, details.AccountNumber, details.Iban, details.SwiftBic, details.Operator,
        details.Phone, details.PickupPoint);

    public override string ToString() => "(personal data)";

    private static IEnumerable<RequiredField> RequiredBy(PayoutMethod? method) =>
        method is { } known ? PayoutRequirements.For(known).Where(field => field.Required) : [];

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
