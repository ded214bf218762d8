using FinCode.ServiceDefaults;

namespace FinCode.Messaging;

/// <summary>
/// Deletes what is remembered long enough: inbox rows after <see cref="MessagingOptions.InboxRetentionDays"/> (longer
/// than topics keep their messages, so no message that can still be delivered is forgotten) and answers to idempotent
/// requests.
/// </summary>
internal sealed class ForgetOldRows(DbSession session, TimeProvider clock) : IJob
{
    public const int BatchSize = 1_000;
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        await session.BeginForAllTenantsAsync(cancellationToken);
        var inbox = await DeleteAsync(
            "inbox", "processed_at", MessagingOptions.InboxRetentionDays, cancellationToken);
        var requests = await DeleteAsync(
            "idempotent_requests", "created_at", MessagingOptions.IdempotencyRetentionDays, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return inbox == BatchSize || requests == BatchSize;
    }

    /// <summary>Rows that another replica is just deleting are left to it.</summary>
    private async Task<int> DeleteAsync(string table, string column, int days, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            $"delete from {table} where ctid = any(array(select ctid from {table} where {column} < $1 "
            + $"order by {column} limit {BatchSize} for update skip locked))",
            clock.GetUtcNow().AddDays(-days));
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
