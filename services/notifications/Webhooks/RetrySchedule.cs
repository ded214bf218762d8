using System.Security.Cryptography;

namespace FinCode.Notifications.Webhooks;

/// <summary>When a delivery that failed is tried again: thirteen attempts over not quite three days.</summary>
internal static class RetrySchedule
{
    private const int MaxJitterPercent = 20;

    /// <summary>The pause after the first, second, ... attempt; after the last entry's attempt it has failed.</summary>
    public static IReadOnlyList<TimeSpan> Pauses { get; } =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(10),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(4),
        TimeSpan.FromHours(8),
        TimeSpan.FromHours(12),
        TimeSpan.FromHours(16),
        TimeSpan.FromHours(24),
    ];

    /// <summary>Null after the last attempt. Up to a fifth longer than the table says, so that retries do not come in
    /// waves.</summary>
    public static TimeSpan? PauseAfter(int tries) => tries > Pauses.Count
        ? null
        : TimeSpan.FromTicks(
            Pauses[tries - 1].Ticks / 100 * (100 + RandomNumberGenerator.GetInt32(MaxJitterPercent + 1)));
}
