using System.Globalization;

namespace FinCode.Standalone.Hosting;

/// <summary>
/// A service's log as a text file beside its data: one line an entry, the previous file kept as <c>.1</c> when it
/// has grown too large.
/// </summary>
internal sealed class LogFile(string path, TimeProvider clock) : ILoggerProvider
{
    private const long MaxBytes = 10 * 1024 * 1024;

    private readonly Lock _gate = new();
    private StreamWriter? _writer;

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
        lock (_gate)
            _writer?.Dispose();
    }

    private void Write(LogLevel level, string category, string message, Exception? exception)
    {
        var time = clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var text = message.ReplaceLineEndings(" ");
        lock (_gate)
        {
            if (_writer?.BaseStream.Length > MaxBytes)
            {
                _writer.Dispose();
                _writer = null;
                File.Move(path, path + ".1", overwrite: true);
            }
            try
            {
                _writer ??= new StreamWriter(path, append: true) { AutoFlush = true };
                _writer.WriteLine($"{time} {level,-11} {category}: {text}");
                if (exception is not null)
                    _writer.WriteLine(exception.ToString());
            }
            catch (ObjectDisposedException)
            {
                // A last word after the host has gone.
            }
        }
    }

    private sealed class Category(LogFile file, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
                string> formatter) =>
            file.Write(logLevel, name, formatter(state, exception), exception);
    }
}
