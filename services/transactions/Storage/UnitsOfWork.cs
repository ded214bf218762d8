using FinCode.Messaging;

namespace FinCode.Transactions.Storage;

/// <summary>
/// Runs one unit of work of one tenant: a scope, a session and its commit. For jobs and callbacks, which do several.
/// </summary>
internal sealed partial class UnitsOfWork(IServiceScopeFactory scopes, ILogger<UnitsOfWork> logger)
{
    /// <summary>
    /// Commits what <paramref name="work"/> did with the service it is given; an exception rolls it back.
    /// </summary>
    public async Task<TResult> RunAsync<TService, TResult>(
        TenantId tenant, Func<TService, Task<TResult>> work, CancellationToken cancellationToken) where TService
            : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, cancellationToken);
        var result = await work(scope.ServiceProvider.GetRequiredService<TService>());
        await scope.ServiceProvider.GetRequiredService<TransactionsDb>().SaveChangesAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        return result;
    }

    public Task RunAsync<TService>(
        TenantId tenant, Func<TService, Task> work, CancellationToken cancellationToken) where TService : notnull =>
        RunAsync<TService, bool>(tenant, async service =>
        {
            await work(service);
            return true;
        }, cancellationToken);

    /// <summary>
    /// One of many items of a job. One that fails is logged and left for the next time, so that it holds up nobody
    /// behind it.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public async Task<bool> TryRunAsync<TService>(
        TenantId tenant, Func<TService, Task> work, CancellationToken cancellationToken) where TService : notnull
    {
        try
        {
            await RunAsync(tenant, work, cancellationToken);
            return true;
        }
        catch (Exception exception)
            when (!cancellationToken.IsCancellationRequested && exception is not OutOfMemoryException)
        {
            LogFailed(logger, typeof(TService).Name, tenant, exception);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "One item of {Work} of {TenantId} failed and is tried again; others go on")]
    private static partial void LogFailed(ILogger logger, string work, TenantId tenantId, Exception exception);
}
