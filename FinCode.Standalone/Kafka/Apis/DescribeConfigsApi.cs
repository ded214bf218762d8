using System.Globalization;
using FinCode.Standalone.Kafka.Protocol;
using FinCode.Standalone.Kafka.Storage;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>The settings of a topic or of the broker, by Kafka's names.</summary>
internal static class DescribeConfigsApi
{
    private const int TopicResource = 2;
    private const int BrokerResource = 4;
    private const int SetOnTopic = 1;
    private const int SetByDefault = 5;
    private const int TypeUnknown = 0;

    public static Api Api { get; } = new(ApiKey.DescribeConfigs, 0, 4, 4, Handle);

    private static void Handle(ApiRequest request)
    {
        var response = request.Response;
        var resources = request.Reader.ReadArray(static r =>
        {
            var resource = (Type: r.ReadInt8(), Name: r.ReadString(),
                Keys: r.ReadNullableArray(static k => k.ReadString()));
            r.SkipTags();
            return resource;
        });
        response.NoThrottle();
        response.ArrayLength(resources.Length);
        foreach (var (type, name, keys) in resources)
        {
            var settings = SettingsOf(request.Broker, type, name);
            response.Error(settings is not null ? ErrorCode.None
                : type == TopicResource ? ErrorCode.UnknownTopicOrPartition : ErrorCode.InvalidRequest);
            response.String(null);
            response.Int8(type);
            response.String(name);
            var shown = (settings ?? []).Where(s => keys is null || keys.Contains(s.Name)).ToList();
            response.ArrayLength(shown.Count);
            foreach (var setting in shown)
                Write(request, setting);
            response.NoTags();
        }
        response.NoTags();
    }

    private static List<Setting>? SettingsOf(BrokerState broker, int type, string name)
    {
        if (type == BrokerResource)
            return [.. Settings(broker.Options, TopicSettings.None)];
        return type == TopicResource && broker.Topics.Find(name) is { } topic
            ? [.. Settings(broker.Options, topic.Settings)]
            : null;
    }

    private static IEnumerable<Setting> Settings(KafkaBrokerOptions options, TopicSettings topic)
    {
        (string Name, object Value)[] values =
        [
            (TopicSettings.CleanupPolicyKey, "delete"),
            (TopicSettings.RetentionTimeKey, topic.RetentionMilliseconds(options) ?? -1),
            (TopicSettings.RetentionBytesKey, topic.RetentionBytes(options) ?? -1),
            (TopicSettings.SegmentBytesKey, topic.SegmentBytes(options)),
            (TopicSettings.MaxMessageBytesKey, topic.MaxMessageBytes(options)),
        ];
        return values.Select(v => new Setting(
            v.Name, Convert.ToString(v.Value, CultureInfo.InvariantCulture)!, topic.Values.ContainsKey(v.Name)));
    }

    private static void Write(ApiRequest request, Setting setting)
    {
        var (response, version) = (request.Response, request.Version);
        response.String(setting.Name);
        response.String(setting.Value);
        // Settings are given when a topic is created or the broker starts; there is no API that alters them.
        response.Boolean(true);
        if (version >= 1)
            response.Int8(setting.IsOwn ? SetOnTopic : SetByDefault);
        else
            response.Boolean(!setting.IsOwn);
        response.Boolean(false);
        if (version >= 1)
            response.ArrayLength(0);
        if (version >= 3)
        {
            response.Int8(TypeUnknown);
            response.String(null);
        }
        response.NoTags();
    }

    private sealed record Setting(string Name, string Value, bool IsOwn);
}
