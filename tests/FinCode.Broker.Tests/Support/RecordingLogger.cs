using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FinCode.Broker.Tests.Support;

/// <summary>Keeps what is logged as an error: the broker blames itself there, not its clients.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly ConcurrentQueue<string> _errors = new();

    public IReadOnlyCollection<string> Errors => _errors;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error)
            _errors.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
