namespace FinCode.Contracts;

/// <summary>Values of the token's <c>role</c> claim. A role holds inside one tenant, PLATFORM in none.</summary>
public static class Roles
{
    public const string Manager = "MANAGER";
    public const string Agent = "AGENT";
    public const string Cashier = "CASHIER";
    public const string Customer = "CUSTOMER";
    public const string Compliance = "COMPLIANCE";

    /// <summary>
    /// Who answers for reports of suspicion: writes, approves and exports them. Nobody else learns that there is one.
    /// </summary>
    public const string Mlro = "MLRO";
    public const string Finance = "FINANCE";
    public const string Partner = "PARTNER";
    public const string Platform = "PLATFORM";

    /// <summary>One of our own services calling another; never given to a person or a partner.</summary>
    public const string Service = "SERVICE";
}

/// <summary>Values of the token's <c>scope</c> claim (one string, separated by spaces; RFC 9068).</summary>
public static class Scopes
{
    public const string QuotesWrite = "quotes:write";
    public const string TransactionsRead = "transactions:read";
    public const string TransactionsWrite = "transactions:write";
    public const string WebhooksManage = "webhooks:manage";

    /// <summary>Screen names against the sanctions lists, outside any transfer.</summary>
    public const string ScreeningsRun = "screenings:run";

    /// <summary>See what is awaited of customers, and bring it: documents, answers, identity verifications.</summary>
    public const string KycWrite = "kyc:write";

    /// <summary>Services only: read the personal data of parties in order to screen them.</summary>
    public const string PartiesInternal = "parties:internal";

    /// <summary>
    /// Services only: book entries. Never a partner's or a person's: what people book needs a second person.
    /// </summary>
    public const string LedgerPost = "ledger:post";

    /// <summary>What a partner's client may ask for.</summary>
    public static IReadOnlyList<string> Partner { get; } =
        [QuotesWrite, TransactionsRead, TransactionsWrite, WebhooksManage, ScreeningsRun, KycWrite];
}
