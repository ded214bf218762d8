using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;

namespace FinCode.Messaging;

/// <summary>
/// An event as it travels: CloudEvents 1.0, structured JSON, with the extension attributes <c>tenantid</c>,
/// <c>sequence</c> (a string of digits, as the Sequence extension has it) and <c>traceparent</c> (the Distributed
/// Tracing extension).
/// </summary>
internal sealed record Envelope(
    Guid EventId, string Type, TenantId Tenant, string Key, long Sequence, DateTimeOffset Time, string? TraceParent,
    JsonElement Data)
{
    public const string ContentType = "application/cloudevents+json; charset=utf-8";

    private const int MaxKeyLength = 200;

    private static readonly CloudEventAttribute s_tenant =
        CloudEventAttribute.CreateExtension("tenantid", CloudEventAttributeType.String);
    private static readonly CloudEventAttribute s_sequence =
        CloudEventAttribute.CreateExtension("sequence", CloudEventAttributeType.String);
    private static readonly CloudEventAttribute s_traceParent =
        CloudEventAttribute.CreateExtension("traceparent", CloudEventAttributeType.String);
    private static readonly CloudEventAttribute[] s_extensions = [s_tenant, s_sequence, s_traceParent];
    private static readonly RawDataFormatter s_formatter = new();
    private static readonly ContentType s_contentType = new(ContentType);

    /// <summary>Writes an event whose data is JSON already.</summary>
    public static byte[] Write(
        Guid eventId, string source, string type, TenantId tenant, string key, long sequence, DateTimeOffset time,
        string? traceParent, string data)
    {
        var message = new CloudEvent(CloudEventsSpecVersion.V1_0, s_extensions)
        {
            Id = eventId.ToString(),
            Source = new Uri($"/fincode/{source}", UriKind.Relative),
            Type = type,
            Subject = key,
            Time = time,
            DataContentType = MediaTypeNames.Application.Json,
            Data = data,
        };
        message[s_tenant] = tenant.ToString();
        message[s_sequence] = sequence.ToString(CultureInfo.InvariantCulture);
        message[s_traceParent] = traceParent;
        return s_formatter.EncodeStructuredModeMessage(message, out _).ToArray();
    }

    /// <exception cref="UnreadableMessageException">It is not a CloudEvent as we send them; the text says why, without
    /// its content.</exception>
    public static Envelope Read(byte[] value)
    {
        CloudEvent message;
        try
        {
            message = s_formatter.DecodeStructuredModeMessage(value, s_contentType, s_extensions);
        }
        catch (Exception exception) when (exception is ArgumentException or JsonException or InvalidOperationException
            or FormatException or NotSupportedException)
        {
            throw new UnreadableMessageException("The message is not a CloudEvent in structured JSON.");
        }
        if (!Guid.TryParse(message.Id, out var eventId))
            throw new UnreadableMessageException("The id is not a UUID.");
        if (message[s_tenant] is not string tenantText)
            throw new UnreadableMessageException("The extension tenantid is missing.");
        if (!TenantId.TryParse(tenantText, null, out var tenant))
            throw new UnreadableMessageException("The extension tenantid is not the id of a tenant.");
        if (!IsKey(message.Subject))
            throw new UnreadableMessageException("The subject, which is the key, is missing or no key.");
        if (!long.TryParse(message[s_sequence] as string, NumberStyles.None, CultureInfo.InvariantCulture,
            out var sequence))
            throw new UnreadableMessageException("The extension sequence is not a number.");
        if (message.Time is not { } time || message.Data is not JsonElement data)
            throw new UnreadableMessageException("The time or the data is missing.");
        return new Envelope(
            eventId, message.Type!, tenant, message.Subject!, sequence, time, message[s_traceParent] as string, data);
    }

    /// <summary>What PostgreSQL can store and an index can hold.</summary>
    public static bool IsKey([NotNullWhen(true)] string? key) =>
        key is { Length: > 0 and <= MaxKeyLength } && !key.Any(char.IsControl);

    /// <summary>
    /// The outbox holds data as JSON text; parsing it only to write it again would be work for nothing.
    /// </summary>
    private sealed class RawDataFormatter : JsonEventFormatter
    {
        protected override void EncodeStructuredModeData(CloudEvent cloudEvent, Utf8JsonWriter writer)
        {
            writer.WritePropertyName(DataPropertyName);
            writer.WriteRawValue((string)cloudEvent.Data!);
        }
    }
}

/// <summary>A message that no reaction could ever be given.</summary>
internal sealed class UnreadableMessageException(string message) : Exception(message);
