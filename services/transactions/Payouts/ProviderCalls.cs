using System.Threading.Channels;

namespace FinCode.Transactions.Payouts;

/// <summary>
/// Requests to providers that are under way: at most so many at once, each independent of the others, so that a
/// provider that takes its time holds up nobody else. A call that is cut off leaves its attempt leased; when the
/// lease ends, an enquiry finds out.
/// </summary>
internal sealed partial class ProviderCalls(ILogger<ProviderCalls> logger) : BackgroundService
{
    private const int MaxCalls = 32;

    private readonly SemaphoreSlim _slots = new(MaxCalls, MaxCalls);
    private readonly Channel<Func<CancellationToken, Task>> _calls = Channel.CreateBounded<Func<CancellationToken,
        Task>>(MaxCalls);

    /// <summary>
    /// Waits for a free place, then takes the lease, then lets the call run. Nothing is leased that cannot leave at
    /// once.
    /// </summary>
    /// <returns>
    /// Whether there was something to call. A lease that cannot be taken (its provider is not configured any more, for
    /// instance) is logged and left, so that it holds up nobody behind it.
    /// </returns>
    public async Task<bool> StartAsync<TLease>(
        Func<Task<TLease?>> lease, Func<TLease, CancellationToken, Task> call, CancellationToken cancellationToken)
        where TLease : class
    {
        await _slots.WaitAsync(cancellationToken);
        TLease? leased = null;
        try
        {
            leased = await lease();
        }
        catch (Exception exception)
            when (!cancellationToken.IsCancellationRequested && exception is not OutOfMemoryException)
        {
            LogNotLeased(logger, exception);
        }
        finally
        {
            if (leased is null)
                _slots.Release();
        }
        if (leased is not null)
            await _calls.Writer.WriteAsync(token => call(leased, token), cancellationToken);
        return leased is not null;
    }

    public override void Dispose()
    {
        _slots.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, MaxCalls).Select(_ => WorkAsync(stoppingToken)));

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        while (await ReadAsync(stoppingToken) is { } call)
        {
            try
            {
                await call(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // The answer could not be stored, for instance: the attempt stays leased until an enquiry asks again.
                LogLost(logger, exception);
            }
            finally
            {
                _slots.Release();
            }
        }
    }

    private async Task<Func<CancellationToken, Task>?> ReadAsync(CancellationToken stoppingToken)
    {
        try
        {
            return await _calls.Reader.ReadAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An attempt that is due could not be leased; others go on")]
    private static partial void LogNotLeased(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "The outcome of a provider's call was lost; an enquiry will ask for it")]
    private static partial void LogLost(ILogger logger, Exception exception);
}
