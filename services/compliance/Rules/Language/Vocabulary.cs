using FinCode.Compliance.Storage;
using FinCode.Contracts;

namespace FinCode.Compliance.Rules.Language;

/// <summary>What <c>for</c> can narrow, and the words that each takes.</summary>
internal static class ScopeDimensions
{
    public const string Corridors = "corridors";
    public const string Currencies = "currencies";
    public const string PayIn = "payin";
    public const string Payout = "payout";
    public const string Senders = "senders";
    public const string Purposes = "purposes";

    public static IReadOnlyList<string> All { get; } = [Corridors, Currencies, PayIn, Payout, Senders, Purposes];

    /// <summary>Null for corridors, which are patterns.</summary>
    public static IReadOnlyCollection<string>? WordsOf(string dimension) => dimension switch
    {
        Currencies => RuleWords.Currencies,
        PayIn => RuleWords.PayInMethods,
        Payout => RuleWords.PayoutMethods,
        Senders => RuleWords.PartyKinds,
        Purposes => RuleWords.Purposes,
        _ => null,
    };
}

/// <summary>
/// The words that attributes can be; comparing one with anything else is an error of the rule, found when it is read.
/// </summary>
internal static class RuleWords
{
    public static IReadOnlyCollection<string> Currencies { get; } =
        Currency.All.Select(currency => currency.Code).ToHashSet(StringComparer.Ordinal);

    public static IReadOnlyCollection<string> PayInMethods { get; } = Of<PayInMethod>();

    public static IReadOnlyCollection<string> PayoutMethods { get; } = Of<PayoutMethod>();

    public static IReadOnlyCollection<string> Purposes { get; } = Of<Purpose>();

    public static IReadOnlyCollection<string> SourcesOfFunds { get; } = Of<SourceOfFunds>();

    public static IReadOnlyCollection<string> PartyKinds { get; } =
        [Screening.PartyKinds.Person, Screening.PartyKinds.Entity];

    /// <summary>What a provider says about the account holder's name.</summary>
    public static IReadOnlyCollection<string> NameMatches { get; } = Of<NameMatch>();

    public static IReadOnlyCollection<string> RiskLevels { get; } = Of<Customers.Model.RiskLevel>();

    /// <summary>What can be asked for.</summary>
    public static IReadOnlyCollection<string> Documents { get; } =
        ["PASSPORT", "DRIVERS_LICENSE", "ID_VERIFICATION", "PROOF_OF_ADDRESS", "UTILITY_BILL", "BANK_STATEMENT"];

    private static string[] Of<TEnum>() where TEnum : struct, Enum => [.. Enum.GetValues<TEnum>().Select(Words.Of)];
}
