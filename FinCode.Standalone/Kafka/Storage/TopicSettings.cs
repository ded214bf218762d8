using System.Globalization;

namespace FinCode.Standalone.Kafka.Storage;

/// <summary>
/// What a topic sets for itself, under Kafka's own names; everything else follows the broker's options.
/// </summary>
internal sealed class TopicSettings(IReadOnlyDictionary<string, string> values)
{
    public const string RetentionTimeKey = "retention.ms";
    public const string RetentionBytesKey = "retention.bytes";
    public const string SegmentBytesKey = "segment.bytes";
    public const string MaxMessageBytesKey = "max.message.bytes";
    public const string CleanupPolicyKey = "cleanup.policy";

    public static TopicSettings None { get; } = new(new Dictionary<string, string>());

    public IReadOnlyDictionary<string, string> Values { get; } = values;

    /// <summary>Null when the setting can be kept, else a sentence that says why not.</summary>
    public static string? Refusal(string name, string? value) => name switch
    {
        CleanupPolicyKey => value == "delete" ? null : "This broker only knows cleanup.policy=delete.",
        RetentionTimeKey or RetentionBytesKey => Number(value) >= -1 ? null : $"{name} is a number from -1 on.",
        SegmentBytesKey or MaxMessageBytesKey => Number(value) is >= 1_024 and <= int.MaxValue
            ? null
            : $"{name} is a number from 1024 on.",
        _ => $"This broker does not know the setting {name}.",
    };

    /// <summary>Null keeps messages for ever.</summary>
    public long? RetentionMilliseconds(KafkaBrokerOptions options) =>
        Limit(RetentionTimeKey, (long?)options.RetentionTime?.TotalMilliseconds);

    public long? RetentionBytes(KafkaBrokerOptions options) => Limit(RetentionBytesKey, options.RetentionBytes);

    public int SegmentBytes(KafkaBrokerOptions options) => (int)(Own(SegmentBytesKey) ?? options.SegmentBytes);

    /// <summary>A topic can ask for less than the broker takes, not for more.</summary>
    public int MaxMessageBytes(KafkaBrokerOptions options) =>
        (int)Math.Min(Own(MaxMessageBytesKey) ?? options.MaxMessageBytes, options.MaxMessageBytes);

    private static long? Number(string? value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private long? Own(string key) => Values.TryGetValue(key, out var value) ? Number(value) : null;

    private long? Limit(string key, long? otherwise) => Own(key) switch
    {
        null => otherwise,
        -1 => null,
        var own => own,
    };
}
