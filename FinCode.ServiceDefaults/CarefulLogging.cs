using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FinCode.ServiceDefaults;

/// <summary>
/// Whoever logs an exception, a service's job or the web server, its texts do not reach a log: only its kinds and
/// where it was thrown. Every provider gets it so, whichever are configured.
/// </summary>
internal static class CarefulLogging
{
    public static void AddCarefulLogging(this IServiceCollection services)
    {
        // These write the exception's text into their own; who called them throws it on, and it is logged there.
        services.AddLogging(logging => logging
            .AddFilter("Microsoft.EntityFrameworkCore.Update", LogLevel.None)
            .AddFilter("Microsoft.EntityFrameworkCore.Query", LogLevel.None));
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(provider => new CarefulLoggerFactory(
            new LoggerFactory(
                provider.GetServices<ILoggerProvider>(),
                provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(),
                provider.GetRequiredService<IOptions<LoggerFactoryOptions>>(),
                provider.GetService<IExternalScopeProvider>()))));
    }

    private sealed class CarefulLoggerFactory(LoggerFactory inner) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => new CarefulLogger(inner.CreateLogger(categoryName));

        public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

        public void Dispose() => inner.Dispose();
    }

    private sealed class CarefulLogger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            inner.Log(logLevel, eventId, state, exception is null ? null : new LoggedException(exception), formatter);
    }

    /// <summary>An exception as logs may have it.</summary>
    private sealed class LoggedException(Exception original) : Exception(ExceptionText.Of(original))
    {
        public override string? StackTrace => original.StackTrace;

        public override string ToString() => ExceptionText.WithTraces(original);
    }
}
