using FinCode.ServiceDefaults;

namespace FinCode.Auth;

/// <summary>A machine client that configuration brings along: its id and its secret.</summary>
internal sealed record ConfiguredClient(string ClientId, string ClientSecret);

/// <summary>The settings of this service, read and checked once at start.</summary>
/// <param name="Issuer"><c>Auth:Issuer</c>: the public address of the platform, without a path.</param>
/// <param name="MasterKey"><c>Auth:MasterKey</c>: 32 bytes in base64; wraps the private keys that sign.</param>
/// <param name="Platform"><c>Auth:Platform:ClientId</c> and <c>Auth:Platform:ClientSecret</c>; optional.</param>
/// <param name="Service"><c>Auth:ServiceClientId</c> and <c>Auth:ServiceClientSecret</c>, which the services ask
/// with.</param>
/// <param name="KeySignsFor"><c>Auth:Keys:SignsForDays</c>, 90 unless set.</param>
/// <param name="KeyPublishedAhead"><c>Auth:Keys:PublishAheadHours</c>, 24 unless set.</param>
/// <param name="LockoutAfter"><c>Auth:Lockout:Attempts</c>, 5 unless set.</param>
/// <param name="LockoutFor"><c>Auth:Lockout:Minutes</c>, 15 unless set.</param>
internal sealed record AuthSettings(
    Uri Issuer, byte[] MasterKey, ConfiguredClient? Platform, ConfiguredClient Service,
    TimeSpan KeySignsFor, TimeSpan KeyPublishedAhead, int LockoutAfter, TimeSpan LockoutFor)
{
    public const int MasterKeyBytes = 32;
    public const int MinSecretLength = 32;

    /// <summary>Access tokens cannot be called back, so they are short.</summary>
    public static readonly TimeSpan StaffAccessTokenLifetime = TimeSpan.FromMinutes(15);

    public static readonly TimeSpan MachineAccessTokenLifetime = TimeSpan.FromHours(1);

    public static readonly TimeSpan RefreshTokenLifetime = TimeSpan.FromHours(12);

    public static AuthSettings Read(IConfiguration configuration)
    {
        var platformId = configuration["Auth:Platform:ClientId"];
        return new AuthSettings(
            ReadIssuer(configuration),
            SealedBytes.ReadMasterKey(configuration, "Auth:MasterKey"),
            string.IsNullOrEmpty(platformId) ? null
                : ReadClient(configuration, "Auth:Platform:ClientId", "Auth:Platform:ClientSecret"),
            ReadClient(configuration, "Auth:ServiceClientId", "Auth:ServiceClientSecret"),
            TimeSpan.FromDays(Positive(configuration, "Auth:Keys:SignsForDays", 90)),
            TimeSpan.FromHours(Positive(configuration, "Auth:Keys:PublishAheadHours", 24)),
            Positive(configuration, "Auth:Lockout:Attempts", 5),
            TimeSpan.FromMinutes(Positive(configuration, "Auth:Lockout:Minutes", 15)));
    }

    private static Uri ReadIssuer(IConfiguration configuration) =>
        Uri.TryCreate(configuration.Require("Auth:Issuer"), UriKind.Absolute, out var issuer)
            && issuer.Scheme is "http" or "https" && issuer.PathAndQuery == "/"
            ? issuer
            : throw new InvalidOperationException(
                "The setting Auth:Issuer is the public http(s) address of the platform, without a path.");

    private static ConfiguredClient ReadClient(IConfiguration configuration, string idKey, string secretKey)
    {
        var secret = configuration.Require(secretKey);
        return secret.Length >= MinSecretLength
            ? new ConfiguredClient(configuration.Require(idKey), secret)
            : throw new InvalidOperationException(
                $"The setting {secretKey} is too short: a machine's secret has at least {MinSecretLength} characters.");
    }

    private static int Positive(IConfiguration configuration, string key, int otherwise)
    {
        var value = configuration.GetValue(key, otherwise);
        return value > 0 ? value
            : throw new InvalidOperationException($"The setting {key} is a positive whole number.");
    }
}
