using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>Short units of work about the lists, which are the platform's and no tenant's.</summary>
internal static class PlatformSessions
{
    /// <summary>Does the work in a transaction of its own and commits it.</summary>
    public static async Task<T> InPlatformSessionAsync<T>(
        this IServiceScopeFactory scopes, Func<DbSession, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(Tenants.Platform, cancellationToken);
        var result = await work(session);
        await session.CommitAsync(cancellationToken);
        return result;
    }
}
