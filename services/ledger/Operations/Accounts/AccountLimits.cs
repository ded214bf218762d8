using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Accounts;

internal static class AccountLimits
{
    public static void Check(Money? minimum, Money? maximum, Currency? currency, Validation validation)
    {
        validation.Check(minimum is not { } low || low.Currency == currency, "/minimum",
            "A limit is in the account's currency.");
        validation.Check(maximum is not { } high || high.Currency == currency, "/maximum",
            "A limit is in the account's currency.");
        validation.Check(minimum is not { } least || maximum is not { } most || least.MinorUnits <= most.MinorUnits,
            "/maximum", "The maximum is not below the minimum.");
    }
}
