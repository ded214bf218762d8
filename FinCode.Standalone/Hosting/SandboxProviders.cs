namespace FinCode.Standalone.Hosting;

/// <summary>The sandbox as the providers that the platform knows it as, and the settings that make it known.</summary>
internal static class SandboxProviders
{
    public const string Bank = "sandbox-bank";
    public const string MobileMoney = "sandbox-momo";
    public const string Cash = "sandbox-cash";
    public const string PayIn = "sandbox";

    /// <summary>Verifies identities.</summary>
    public const string Identity = "sandbox";

    /// <summary>Payouts that stay inside the platform.</summary>
    public const string Wallet = "wallet";

    public static IEnumerable<(string Key, string Value)> Settings(string address, PlatformSecrets secrets)
    {
        foreach (var (name, kind) in new[]
                 {
                     (Bank, "BANK"), (MobileMoney, "MOBILE_MONEY"), (Cash, "CASH_PICKUP"), (PayIn, "PAY_IN"),
                 })
        {
            yield return ($"Providers:{name}:Kind", kind);
            yield return ($"Providers:{name}:BaseUrl", address);
            yield return ($"Providers:{name}:ApiKey", secrets.SandboxApiKey);
            yield return ($"Providers:{name}:CallbackSecret", secrets.SandboxCallbackSecret);
        }
        yield return ($"Providers:{PayIn}:PublicUrl", address);
        yield return ($"Providers:{PayIn}:MerchantSecret", secrets.SandboxMerchantSecret);
    }
}
