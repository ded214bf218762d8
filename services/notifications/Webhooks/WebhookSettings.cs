using FinCode.ServiceDefaults;

namespace FinCode.Notifications.Webhooks;

/// <summary>
/// <c>Notifications:MasterKey</c> (base64 of 32 bytes; encrypts the secrets of endpoints), and of the section
/// <c>Webhooks</c>:
/// <c>AllowPrivateAddresses</c> (http and addresses inside the network; for development only), <c>TimeoutSeconds</c>,
/// <c>SecretOverlapHours</c>, <c>DisableAfterHours</c>, <c>PollMilliseconds</c>.
/// </summary>
internal sealed record WebhookSettings(
    byte[] MasterKey,
    bool AllowPrivateAddresses,
    TimeSpan Timeout,
    TimeSpan SecretOverlap,
    TimeSpan DisableAfter,
    TimeSpan PollInterval)
{
    /// <exception cref="InvalidOperationException">A setting is missing or wrong; the sentence says which.</exception>
    public static WebhookSettings From(IConfiguration configuration) => new(
        SealedBytes.ReadMasterKey(configuration, "Notifications:MasterKey"),
        ReadFlag(configuration, "Webhooks:AllowPrivateAddresses"),
        TimeSpan.FromSeconds(ReadNumber(configuration, "Webhooks:TimeoutSeconds", otherwise: 10, min: 1, max: 30)),
        TimeSpan.FromHours(ReadNumber(configuration, "Webhooks:SecretOverlapHours", otherwise: 24, min: 0, max: 720)),
        TimeSpan.FromHours(ReadNumber(configuration, "Webhooks:DisableAfterHours", otherwise: 72, min: 1, max: 720)),
        TimeSpan.FromMilliseconds(
            ReadNumber(configuration, "Webhooks:PollMilliseconds", otherwise: 1_000, min: 10, max: 60_000)));

    private static bool ReadFlag(IConfiguration configuration, string key) => configuration[key] switch
    {
        null or "" => false,
        var text when bool.TryParse(text, out var flag) => flag,
        _ => throw new InvalidOperationException($"The setting {key} is true or false."),
    };

    private static int ReadNumber(IConfiguration configuration, string key, int otherwise, int min, int max)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return otherwise;
        return int.TryParse(text, out var value) && value >= min && value <= max
            ? value
            : throw new InvalidOperationException($"The setting {key} is a whole number from {min} to {max}.");
    }
}
