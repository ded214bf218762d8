using System.CommandLine;
using FinCode.Messaging;

namespace FinCode.Standalone.Commands;

/// <summary>
/// What brings evidence from the audit topic to files. Brokers are reached as the services reach them: the environment
/// may have what theirs has, <c>ConnectionStrings__kafka</c> and <c>Kafka__...</c>, so that a password is in no list of
/// processes.
/// </summary>
internal static class CollectCommand
{
    private const string ConnectionVariable = "ConnectionStrings__" + KafkaAddress.ConnectionName;
    private const char Separator = '=';

    /// <param name="collect">Gets the brokers, the folder and what was parsed; returns the exit code.</param>
    public static Command Create(
        string name, string description, Func<KafkaAddress, string, ParseResult, CancellationToken, int> collect)
    {
        var kafka = new Option<string?>("--kafka")
        {
            Description = $"The brokers, host:port and several with commas; or {ConnectionVariable}.",
        };
        var settings = new Option<string?>("--kafka-settings")
        {
            Description = "A file with librdkafka's settings for TLS, SASL and others, name=value a line;"
                + " or Kafka__<name> in the environment.",
        };
        var output = new Option<string>("--out") { Description = "The folder; what it has stays.", Required = true };
        var command = new Command(name, description) { kafka, settings, output };
        command.SetAction(parsed =>
        {
            using var signals = new EndSignals();
            try
            {
                return Address(parsed.GetValue(kafka), parsed.GetValue(settings), Console.Error) is { } address
                    ? collect(address, parsed.GetValue(output)!, parsed, signals.Token)
                    : LedgerCommand.Unreadable;
            }
            catch (OperationCanceledException)
            {
                Console.Error.WriteLine("Ended before it was through; what was written stays.");
                return LedgerCommand.Unreadable;
            }
        });
        return command;
    }

    /// <summary>Null when it is not known or cannot be read, which is said then.</summary>
    internal static KafkaAddress? Address(string? brokers, string? settingsFile, TextWriter errors)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables();
        try
        {
            if (settingsFile is not null)
                configuration.AddInMemoryCollection([.. File.ReadLines(settingsFile)
                    .Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').Select(Setting)]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            errors.WriteLine($"Cannot read {settingsFile}: {exception.Message}");
            return null;
        }
        var all = configuration.Build();
        if ((brokers ?? all.GetConnectionString(KafkaAddress.ConnectionName)) is { Length: > 0 } address)
            return KafkaAddress.With(address, all);
        errors.WriteLine($"Say where the brokers are: --kafka, or {ConnectionVariable}.");
        return null;
    }

    /// <summary>The line's text is not repeated: it may hold a password.</summary>
    private static KeyValuePair<string, string?> Setting(string line) => line.IndexOf(Separator) is > 0 and var at
        ? new($"{KafkaAddress.Section}:{line[..at].Trim()}", line[(at + 1)..].Trim())
        : throw new FormatException("each line is name=value.");
}
