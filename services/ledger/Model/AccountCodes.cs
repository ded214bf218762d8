namespace FinCode.Ledger.Model;

public enum Side
{
    Debit,
    Credit,
}

public enum AccountClass
{
    Asset,
    Liability,
    Position,
    Income,
    Expense,
}

/// <summary>An account of a book: a code and a currency.</summary>
internal sealed record AccountName(string Code, Currency Currency) : IComparable<AccountName>
{
    /// <summary>The order in which accounts are locked: by code, byte by byte, then by currency.</summary>
    public int CompareTo(AccountName? other) => other is null ? 1
        : string.CompareOrdinal(Code, other.Code) is var byCode and not 0 ? byCode
        : string.CompareOrdinal(Currency.Code, other.Currency.Code);

    public override string ToString() => $"{Code} ({Currency.Code})";
}

/// <summary>What a code's family says about its accounts.</summary>
/// <param name="Minimum">The lowest available balance, in minor units; null is none.</param>
internal sealed record AccountRule(Side NormalSide, AccountClass Class, long? Minimum);

/// <summary>
/// Codes are segments between colons: a family, then what the family asks for (a name, the currency, or both). A family
/// whose codes carry no currency has one account per currency under the same code.
/// </summary>
internal static class AccountCodes
{
    public const string IncomeFees = "income:fees";
    public const string IncomeFx = "income:fx";
    public const string ExpensePayout = "expense:payout";
    public const string LossPaidAfterRefund = "loss:paid-after-refund";

    public const int MaxNameLength = 64;
    private const string PrefundFamily = "prefund";
    private const long NotBelowZero = 0;

    private enum Tail
    {
        None,
        Name,
        Currency,
        NameAndCurrency,
    }

    private sealed record Family(Tail Tail, AccountRule Rule);

    private static readonly Dictionary<string, Family> Families = new(StringComparer.Ordinal)
    {
        ["safeguarding"] = new(Tail.Currency, Asset()),
        ["psp"] = new(Tail.Name, Asset()),
        ["till"] = new(Tail.Name, Asset()),
        ["own"] = new(Tail.Currency, Asset()),
        [PrefundFamily] = new(Tail.NameAndCurrency, Asset(NotBelowZero)),
        ["transit"] = new(Tail.Name, Liability(NotBelowZero)),
        ["payable"] = new(Tail.Name, Liability(NotBelowZero)),
        ["frozen"] = new(Tail.Name, Liability(NotBelowZero)),
        ["wallet"] = new(Tail.NameAndCurrency, Liability(NotBelowZero)),
        ["owed"] = new(Tail.NameAndCurrency, Liability(NotBelowZero)),
        ["suspense"] = new(Tail.None, Liability()),
        ["commission"] = new(Tail.Name, Liability()),
        ["fx"] = new(Tail.Currency, new AccountRule(Side.Debit, AccountClass.Position, null)),
        ["income"] = new(Tail.Name, new AccountRule(Side.Credit, AccountClass.Income, null)),
        ["expense"] = new(Tail.Name, Expense()),
        ["loss"] = new(Tail.Name, Expense()),
        ["rounding"] = new(Tail.Currency, Expense()),
    };

    public static string Transit(TransactionId transaction) => $"transit:{transaction}";

    public static string Payable(TransactionId transaction) => $"payable:{transaction}";

    public static string Frozen(TransactionId transaction) => $"frozen:{transaction}";

    public static string Fx(Currency currency) => $"fx:{currency.Code}";

    public static string Own(Currency currency) => $"own:{currency.Code}";

    public static string Prefund(string partner, Currency currency) => $"{PrefundFamily}:{partner}:{currency.Code}";

    /// <summary>Fees that a payout partner took when our prefunded balance there was too low to bear them.</summary>
    public static string Owed(string partner, Currency currency) => $"owed:{partner}:{currency.Code}";

    public static string Wallet(PartyId party, Currency currency) => $"wallet:{party}:{currency.Code}";

    public static bool IsPrefund(AccountName? account) =>
        account?.Code.StartsWith(PrefundFamily + ":", StringComparison.Ordinal) == true;

    /// <summary>
    /// "safeguarding" held in GBP stands under "safeguarding:GBP"; a code that is whole stays as it is.
    /// </summary>
    public static string Complete(string code, Currency currency) =>
        Families.TryGetValue(code, out var family) && family.Tail == Tail.Currency ? $"{code}:{currency.Code}" : code;

    /// <summary>The rule of the code's family, or null where there is no such account in that currency.</summary>
    public static AccountRule? Find(AccountName account)
    {
        var segments = account.Code.Split(':');
        if (!Families.TryGetValue(segments[0], out var family))
            return null;
        var fits = (family.Tail, segments.Length) switch
        {
            (Tail.None, 1) => true,
            (Tail.Name, 2) => IsName(segments[1]),
            (Tail.Currency, 2) => segments[1] == account.Currency.Code,
            (Tail.NameAndCurrency, 3) => IsName(segments[1]) && segments[2] == account.Currency.Code,
            _ => false,
        };
        return fits ? family.Rule : null;
    }

    /// <summary>Whether the rule of a family says what the account is.</summary>
    public static bool IsKnownFamily(string code) => Families.ContainsKey(code.Split(':')[0]);

    /// <summary>A segment of a code: 1 to 64 letters, digits, dots, hyphens or underscores.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= MaxNameLength
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    private static AccountRule Asset(long? minimum = null) => new(Side.Debit, AccountClass.Asset, minimum);

    private static AccountRule Liability(long? minimum = null) => new(Side.Credit, AccountClass.Liability, minimum);

    private static AccountRule Expense() => new(Side.Debit, AccountClass.Expense, null);
}
