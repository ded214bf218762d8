namespace FinCode.Gateway;

/// <summary>Who may pass, and which rate limit counts the request.</summary>
public enum RouteAccess
{
    /// <summary>Needs a valid access token; counted per tenant and client.</summary>
    Caller,

    /// <summary>Open to everybody; counted per address.</summary>
    Anonymous,

    /// <summary>Where people's passwords and clients' secrets are tried; counted per address, strictly.</summary>
    Credentials,

    /// <summary>Providers call it and sign what they send; counted per address, generously.</summary>
    Callback,
}

/// <summary>Requests whose path is the prefix or lies below it go to the service.</summary>
public sealed record Route(string Prefix, string Service, RouteAccess Access = RouteAccess.Caller);

/// <summary>The only table of what the outside can reach. What is not in it does not exist.</summary>
public static class Routes
{
    private const string Auth = "auth";
    private const string Transactions = "transactions";
    private const string Compliance = "compliance";
    private const string Ledger = "ledger";
    private const string Notifications = "notifications";

    public static IReadOnlyList<Route> All { get; } =
    [
        new("/connect", Auth, RouteAccess.Credentials),
        new("/.well-known", Auth, RouteAccess.Anonymous),
        new("/v1/auth/sign-in", Auth, RouteAccess.Credentials),
        new("/v1/auth", Auth),
        new("/v1/principals", Auth),
        new("/v1/users", Auth),
        new("/v1/partner-clients", Auth),

        new("/v1/quotes", Transactions),
        new("/v1/transactions", Transactions),
        new("/v1/corridors", Transactions),
        new("/v1/travel-rules", Transactions),
        new("/v1/customers", Transactions),
        new("/v1/customer-retention", Transactions),
        new("/v1/anomalies", Transactions),
        new("/v1/callbacks", Transactions, RouteAccess.Callback),

        new("/v1/cases", Compliance),
        new("/v1/screenings", Compliance),
        new("/v1/customer-alerts", Compliance),
        new("/v1/screening-lists", Compliance),
        new("/v1/screening-policies", Compliance),
        new("/v1/screening-rules", Compliance),
        new("/v1/kyc", Compliance),
        new("/v1/kyc/callbacks", Compliance, RouteAccess.Callback),
        new("/v1/suppressions", Compliance),
        new("/v1/suspicion-reports", Compliance),

        new("/v1/ledger", Ledger),

        new("/v1/webhook-endpoints", Notifications),
        new("/v1/webhook-deliveries", Notifications),
        new("/v1/customer-emails", Notifications),
    ];
}
