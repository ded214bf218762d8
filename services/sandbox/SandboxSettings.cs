using FinCode.ServiceDefaults;

namespace FinCode.Sandbox;

/// <summary>
/// The section <c>Sandbox</c>: <c>ApiKey</c> (what callers of the provider APIs send), <c>CallbackSecret</c> (signs
/// callbacks),
/// <c>MerchantSecret</c> (signs payment pages), <c>DataFolder</c> (keeps the journal; memory only when unset),
/// <c>CallbackDelayMilliseconds</c> and <c>SlowAnswerSeconds</c>.
/// </summary>
internal sealed record SandboxSettings(
    string ApiKey,
    string CallbackSecret,
    string MerchantSecret,
    string? DataFolder,
    TimeSpan CallbackDelay,
    TimeSpan SlowAnswer)
{
    private const int MinSecretLength = 16;
    private const int DefaultCallbackDelayMilliseconds = 300;
    private const int DefaultSlowAnswerSeconds = 30;
    private const int MaxSlowAnswerSeconds = 600;
    private const int MaxCallbackDelayMilliseconds = 60_000;

    /// <exception cref="InvalidOperationException">A setting is missing or wrong; the sentence says which.</exception>
    public static SandboxSettings From(IConfiguration configuration) => new(
        Secret(configuration, "Sandbox:ApiKey"),
        Secret(configuration, "Sandbox:CallbackSecret"),
        Secret(configuration, "Sandbox:MerchantSecret"),
        configuration["Sandbox:DataFolder"] is { Length: > 0 } folder ? folder : null,
        TimeSpan.FromMilliseconds(Number(configuration, "Sandbox:CallbackDelayMilliseconds",
            DefaultCallbackDelayMilliseconds, MaxCallbackDelayMilliseconds)),
        TimeSpan.FromSeconds(Number(configuration, "Sandbox:SlowAnswerSeconds",
            DefaultSlowAnswerSeconds, MaxSlowAnswerSeconds)));

    private static string Secret(IConfiguration configuration, string key)
    {
        var value = configuration.Require(key);
        return value.Length >= MinSecretLength
            ? value
            : throw new InvalidOperationException($"The setting {key} needs at least {MinSecretLength} characters.");
    }

    private static int Number(IConfiguration configuration, string key, int otherwise, int max)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return otherwise;
        return int.TryParse(text, out var value) && value >= 0 && value <= max
            ? value
            : throw new InvalidOperationException($"The setting {key} is a whole number from 0 to {max}.");
    }
}
