using System.Globalization;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Transactions;

/// <summary>The service's settings, read and checked once at start; what is wrong stops it with a sentence.</summary>
internal sealed record TransactionsSettings(
    byte[] MasterKey,
    Uri PublicUrl,
    TimeSpan PayInWindow,
    IReadOnlyDictionary<PayInMethod, TimeSpan> PayInWindows,
    TimeSpan QuoteValidity,
    TimeSpan ProviderTimeout,
    TimeSpan PayoutRetryBase,
    TimeSpan EnquireAfter,
    TimeSpan EnquiryBase,
    TimeSpan ReservationRetryBase,
    TimeSpan JobInterval,
    TimeSpan DetailsWindow)
{
    private const int MaxSeconds = 30 * 24 * 3600;
    private const int MaxHours = 90 * 24;

    public TimeSpan PayInWindowOf(PayInMethod method) => PayInWindows.GetValueOrDefault(method, PayInWindow);

    public static TransactionsSettings Read(IConfiguration configuration) => new(
        SealedBytes.ReadMasterKey(configuration, "Transactions:MasterKey"),
        ReadUrl(configuration, "Transactions:PublicUrl"),
        Seconds(configuration, "Transactions:PayInWindowSeconds", 600),
        ReadWindows(configuration),
        Seconds(configuration, "Transactions:QuoteSeconds", 900),
        Seconds(configuration, "Payouts:TimeoutSeconds", 10),
        Seconds(configuration, "Payouts:RetryBaseSeconds", 30),
        Seconds(configuration, "Payouts:EnquireAfterSeconds", 60),
        Seconds(configuration, "Payouts:EnquiryBaseSeconds", 5),
        Seconds(configuration, "Transactions:ReservationRetrySeconds", 5),
        Seconds(configuration, "Transactions:JobIntervalSeconds", 2),
        Hours(configuration, "Transactions:DetailsWindowHours", 168));

    internal static Uri ReadUrl(IConfiguration configuration, string key)
    {
        var text = configuration.Require(key);
        var isWebAddress = Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
        return isWebAddress ? url! : throw new InvalidOperationException(
            $"The setting {key} is not an http or https address.");
    }

    private static Dictionary<PayInMethod, TimeSpan> ReadWindows(IConfiguration configuration)
    {
        var windows = new Dictionary<PayInMethod, TimeSpan>();
        foreach (var method in Enum.GetValues<PayInMethod>())
        {
            var key = $"Transactions:PayInWindowSecondsOf:{method}";
            if (configuration[key] is not null)
                windows[method] = Seconds(configuration, key, 0);
        }
        return windows;
    }

    private static TimeSpan Hours(IConfiguration configuration, string key, int otherwise) =>
        configuration[key] is not { } text ? TimeSpan.FromHours(otherwise)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            && hours is > 0 and <= MaxHours
            ? TimeSpan.FromHours(hours)
            : throw new InvalidOperationException(
                $"The setting {key} is not a whole number of hours from 1 to {MaxHours}.");

    private static TimeSpan Seconds(IConfiguration configuration, string key, int otherwise)
    {
        if (configuration[key] is not { } text)
            return TimeSpan.FromSeconds(otherwise);
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= MaxSeconds
            ? TimeSpan.FromMilliseconds((long)(seconds * 1000))
            : throw new InvalidOperationException(
                $"The setting {key} is not a positive number of seconds up to {MaxSeconds}.");
    }
}
