using FinCode.Auth.Keys;
using FinCode.Auth.Storage;
using FinCode.ServiceDefaults;

namespace FinCode.Auth.Jobs;

/// <summary>Adds the next key in time, and takes over those that another replica added.</summary>
internal sealed class RotateSigningKeys(AuthDbContext database, SigningKeyStore keys) : IJob
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (await keys.IsDueAsync(cancellationToken))
        {
            await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
            await database.LockAsync(cancellationToken);
            await keys.AddIfDueAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        await keys.LoadAsync(cancellationToken);
        return false;
    }
}
