using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Identity;

/// <summary>
/// The provider that verifies identities, under <c>Identity:</c>; without <c>Identity:Provider</c> there is none, and
/// people review documents instead.
/// </summary>
/// <param name="Name">Lower-case letters, digits and dashes; callbacks come to a path of that name.</param>
/// <param name="CallbackUrl">Where the provider reaches us: <c>Identity:PublicUrl</c> and the path.</param>
/// <param name="CallbackSecret">The provider signs callbacks with it.</param>
/// <param name="Timeout">How long it may take to answer.</param>
/// <param name="OverdueAfter">A person looks at what had no answer for so long.</param>
internal sealed record IdentitySettings(
    string Name, Uri BaseUrl, string ApiKey, string CallbackSecret, Uri CallbackUrl, TimeSpan Timeout,
    TimeSpan OverdueAfter)
{
    public const string CallbackPath = "v1/kyc/callbacks";

    private const int MaxNameLength = 40;
    private const int DefaultTimeoutSeconds = 10;
    private const int DefaultOverdueHours = 48;

    public static IdentitySettings? Read(IConfiguration configuration)
    {
        if (configuration["Identity:Provider"] is not { Length: > 0 } name)
            return null;
        if (name.Length > MaxNameLength
            || name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
            throw new InvalidOperationException(
                "The setting Identity:Provider has lower-case letters, digits and dashes.");
        return new IdentitySettings(name, Url(configuration, "Identity:BaseUrl"),
            configuration.Require("Identity:ApiKey"), configuration.Require("Identity:CallbackSecret"),
            new Uri(Url(configuration, "Identity:PublicUrl"), $"{CallbackPath}/{name}"),
            TimeSpan.FromSeconds(Positive(configuration, "Identity:TimeoutSeconds", DefaultTimeoutSeconds)),
            TimeSpan.FromHours(Positive(configuration, "Identity:OverdueHours", DefaultOverdueHours)));
    }

    private static Uri Url(IConfiguration configuration, string key) =>
        Uri.TryCreate(configuration.Require(key).TrimEnd('/') + "/", UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https"
            ? url
            : throw new InvalidOperationException($"The setting {key} is not an http or https address.");

    private static int Positive(IConfiguration configuration, string key, int otherwise)
    {
        var value = configuration.GetValue(key, otherwise);
        return value > 0 ? value : throw new InvalidOperationException($"The setting {key} has to be positive.");
    }
}
