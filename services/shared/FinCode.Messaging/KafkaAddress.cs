using Microsoft.Extensions.Configuration;

namespace FinCode.Messaging;

/// <summary>Brokers, and how they want to be spoken to.</summary>
/// <param name="BootstrapServers"><c>host:port</c>, several with commas.</param>
/// <param name="Settings">Any of librdkafka's, by its own name; what is said here goes before our own.</param>
public sealed record KafkaAddress(string BootstrapServers, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>Of <see cref="BootstrapServers"/> in every service's configuration.</summary>
    public const string ConnectionName = "kafka";

    /// <summary>Of <see cref="Settings"/> there.</summary>
    public const string Section = "Kafka";

    /// <summary>
    /// With the settings of the section <c>Kafka</c>, such as <c>Kafka:security.protocol</c>, for brokers that want TLS
    /// and a password.
    /// </summary>
    public static KafkaAddress With(string bootstrapServers, IConfiguration configuration) => new(
        bootstrapServers,
        configuration.GetSection(Section).GetChildren().Where(setting => setting.Value is not null)
            .ToDictionary(setting => setting.Key, setting => setting.Value!));
}
