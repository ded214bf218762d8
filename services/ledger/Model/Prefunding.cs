namespace FinCode.Ledger.Model;

/// <summary>How a partner's prefunded balance is topped up.</summary>
internal static class Prefunding
{
    /// <summary>
    /// Bought with another currency, the amount passes the positions of both: Dr prefund, Cr fx of the one; Dr fx, Cr
    /// own of the other. In one currency it is Dr prefund, Cr own.
    /// </summary>
    public static Post TopUp(EntryKey key, string partner, Money amount, Money cost)
    {
        var prefund = Leg.Debit(AccountCodes.Prefund(partner, amount.Currency), amount);
        var own = Leg.Credit(AccountCodes.Own(cost.Currency), cost);
        return amount.Currency == cost.Currency
            ? new Post(key, [prefund, own])
            : new Post(key,
                [
                    prefund, Leg.Credit(AccountCodes.Fx(amount.Currency), amount),
                    Leg.Debit(AccountCodes.Fx(cost.Currency), cost), own,
                ]);
    }

    /// <summary>Fees that waited for the balance are taken from it now; null when none do.</summary>
    public static Post? SettleFees(EntryKey key, string partner, Money owed, Money toppedUp)
    {
        if (!owed.IsPositive)
            return null;
        var settled = owed < toppedUp ? owed : toppedUp;
        return new Post(key,
            [
                Leg.Debit(AccountCodes.Owed(partner, settled.Currency), settled),
                Leg.Credit(AccountCodes.Prefund(partner, settled.Currency), settled),
            ]);
    }
}
