namespace FinCode.Sandbox.Instructions;

/// <summary>What a provider takes for a payout, in parts of ten thousand of its amount, rounded down; nothing for a
/// refund.</summary>
internal static class Fees
{
    private const int BankPerTenThousand = 10;
    private const int MomoPerTenThousand = 50;
    private const int CashPerTenThousand = 100;

    /// <summary>Null when it would be less than one minor unit.</summary>
    public static Money? Of(Rail rail, Money amount)
    {
        var parts = rail switch
        {
            Rail.Bank => BankPerTenThousand,
            Rail.Momo => MomoPerTenThousand,
            Rail.Cash => CashPerTenThousand,
            _ => 0,
        };
        var minorUnits = (long)((Int128)amount.MinorUnits * parts / 10_000);
        return minorUnits == 0 ? null : new Money(minorUnits, amount.Currency);
    }
}
