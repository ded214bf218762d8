using FinCode.Messaging;

namespace FinCode.Transactions.Storage;

/// <summary>
/// Runs one unit of work of one tenant: a scope, a session and its commit. For jobs and callbacks, which do several.
/// </summary>
internal sealed class UnitsOfWork(IServiceScopeFactory scopes)
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
}
