namespace FinCode.Ledger.Reconciliation.Model.Reports;

/// <summary>Which balances say what is owed to customers, and which are held for them.</summary>
internal static class SafeguardingFamilies
{
    /// <summary>
    /// Money of customers until it has reached whom they sent it to: paid in (transit), on its way out (payable, as
    /// what was paid in for it: that is the money we hold, whatever a partner was prefunded with), kept for them
    /// (wallet), blocked but still theirs (frozen), and received without knowing from whom (suspense: not ours, so
    /// somebody's). Commission is owed to agents and "owed" to partners: they are creditors like any other, not
    /// customers whose money we keep.
    /// </summary>
    public static IReadOnlyList<string> Required { get; } = ["transit", Payable, "wallet", "frozen", "suspense"];

    public const string Payable = "payable";

    /// <summary>Only the bank's safeguarding accounts: what a provider, a till or a partner has is not safe
    /// yet.</summary>
    public const string Held = "safeguarding";

    /// <summary>Shown beside: money that is coming from providers and agents.</summary>
    public static IReadOnlyList<string> Receivable { get; } = ["psp", "till"];

    public const string Position = "fx";

    public static IReadOnlyList<string> All { get; } = [.. Required, Held, .. Receivable, Position];
}

/// <summary>Whose word the held amount is.</summary>
internal enum HeldBy
{
    /// <summary>The bank's: a statement covers the day.</summary>
    Statement,

    /// <summary>Only ours: no statement of that day is imported.</summary>
    Book,
}

/// <summary>One currency of a tenant at the end of a day, by value date, in minor units.</summary>
/// <param name="Liabilities">Per family of <see cref="SafeguardingFamilies.Required"/>.</param>
/// <param name="OtherLiabilities">
/// Per family of accounts that are liabilities and of none of them: what is owed to others, unless somebody keeps
/// customers' money there.
/// </param>
/// <param name="Position">The balance of fx:&lt;ccy&gt;: promised in the currency above what was bought.</param>
internal sealed record SafeguardingDay(
    Currency Currency, DateOnly Day, IReadOnlyDictionary<string, long> Liabilities, long Held, HeldBy HeldBy,
    long Receivable, IReadOnlyDictionary<string, long> OtherLiabilities, long Position)
{
    public long Required => Liabilities.Values.Aggregate(0L, (sum, one) => checked(sum + one));

    /// <summary>Less than zero is an excess, which may be swept.</summary>
    public long Shortfall => checked(Required - Held);
}
