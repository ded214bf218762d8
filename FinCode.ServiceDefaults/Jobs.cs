using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FinCode.ServiceDefaults;

/// <summary>
/// Work that is due because time passed. Several replicas run it at once, so it claims its rows (for update skip
/// locked, a lease) and may be cut off between any two lines. Each run has a dependency-injection scope of its own.
/// </summary>
public interface IJob
{
    /// <summary>Does a bounded batch. True: there may be more, run again at once.</summary>
    Task<bool> RunOnceAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Wakes a job before its interval is over; cheap, safe from any thread, and only a hint (the interval is the
/// guarantee).
/// </summary>
public sealed class JobSignal<TJob> : IDisposable where TJob : class, IJob
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    public void Wake()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // A wake-up is already waiting.
        }
    }

    internal async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _signal.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The interval is over.
        }
    }

    public void Dispose() => _signal.Dispose();
}

public static class Jobs
{
    /// <summary>
    /// Runs the job at start, then whenever it is woken and at least every <paramref name="interval"/>.
    /// </summary>
    public static IServiceCollection AddJob<TJob>(this IServiceCollection services, TimeSpan interval)
        where TJob : class, IJob
    {
        services.AddScoped<TJob>();
        services.AddSingleton<JobSignal<TJob>>();
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<JobLoop<TJob>>(provider, interval));
        return services;
    }
}

internal sealed partial class JobLoop<TJob>(
    TimeSpan interval, IServiceScopeFactory scopes, JobSignal<TJob> signal, TimeProvider clock, ILogger<TJob> logger)
    : BackgroundService where TJob : class, IJob
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var more = await RunOnceAsync(stoppingToken);
            if (!more)
                await signal.WaitAsync(interval, clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> RunOnceAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<TJob>().RunOnceAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A database or a provider that is away comes back; the next interval tries again.
            LogFailed(logger, typeof(TJob).Name, exception);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job} failed and will run again")]
    private static partial void LogFailed(ILogger logger, string job, Exception exception);
}
