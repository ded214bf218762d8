using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Storage;

/// <summary>A threshold on what an account has available.</summary>
/// <param name="Threshold">In minor units of the account's currency.</param>
/// <param name="IsBelow">Whether the available balance was below it after the last entry.</param>
internal sealed record BalanceMonitor(
    MonitorId Id, Guid AccountId, string Code, string Currency, long Threshold, bool IsBelow, string CreatedBy,
    DateTimeOffset CreatedAt);

/// <summary>The monitors of the session's tenant.</summary>
internal sealed class MonitorStore(DbSession session)
{
    private const string Select = """
        select m.id, m.account_id, a.code, a.currency, m.threshold, m.is_below, m.created_by, m.created_at
        from monitors m join accounts a on a.id = m.account_id
        where m.tenant_id = $1
        """;

    public async Task<IReadOnlyList<BalanceMonitor>> OfAccountsAsync(
        Guid[] accounts, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            $"{Select} and m.account_id = any($2) order by m.threshold, m.id", session.Tenant.Value, accounts);
        return await ReadAsync(command, cancellationToken);
    }

    public async Task<IReadOnlyList<BalanceMonitor>> ListAsync(
        MonitorId? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            $"{Select} and ($2::uuid is null or m.id > $2) order by m.id limit $3",
            session.Tenant.Value, after?.Value, limit);
        return await ReadAsync(command, cancellationToken);
    }

    public async Task<BalanceMonitor?> FindAsync(MonitorId id, CancellationToken cancellationToken)
    {
        await using var command = session.Command($"{Select} and m.id = $2", session.Tenant.Value, id.Value);
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    public async Task AddAsync(BalanceMonitor monitor, CancellationToken cancellationToken)
    {
        await using var add = session.Command("""
            insert into monitors (tenant_id, id, account_id, threshold, is_below, created_by, created_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            """, session.Tenant.Value, monitor.Id.Value, monitor.AccountId, monitor.Threshold, monitor.IsBelow,
            monitor.CreatedBy, monitor.CreatedAt);
        await add.ExecuteNonQueryAsync(cancellationToken);
        await MarkAsync(monitor.AccountId, cancellationToken);
    }

    /// <summary>It is kept who removed it.</summary>
    public async Task RemoveAsync(
        BalanceMonitor monitor, string removedBy, DateTimeOffset removedAt, CancellationToken cancellationToken)
    {
        await using var remove = session.Command("""
            with removed as (
                delete from monitors where tenant_id = $1 and id = $2 returning tenant_id, id, account_id, threshold)
            insert into removed_monitors (tenant_id, id, account_id, threshold, removed_by, removed_at)
            select tenant_id, id, account_id, threshold, $3, $4 from removed
            """, session.Tenant.Value, monitor.Id.Value, removedBy, removedAt);
        await remove.ExecuteNonQueryAsync(cancellationToken);
        await MarkAsync(monitor.AccountId, cancellationToken);
    }

    /// <summary>Whether people ever removed a monitor of the account.</summary>
    public async Task<bool> WasRemovedAsync(Guid account, CancellationToken cancellationToken)
    {
        await using var look = session.Command(
            "select exists (select from removed_monitors where tenant_id = $1 and account_id = $2)",
            session.Tenant.Value, account);
        return (bool)(await look.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>These are on the other side now, and whoever remembers their accounts learns of it.</summary>
    public async Task CrossAsync(IReadOnlyCollection<MonitorId> ids, CancellationToken cancellationToken)
    {
        await using var save = session.Command("""
            with crossed as (
                update monitors set is_below = not is_below where tenant_id = $1 and id = any($2))
            update books set watch_revision = watch_revision + 1 where tenant_id = $1
            """, session.Tenant.Value, ids.Select(id => id.Value).ToArray());
        await save.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// The account says whether it has any, so that a posting need not ask for each; the book, so that whoever
    /// remembers the account learns of it. The book is held.
    /// </summary>
    private async Task MarkAsync(Guid account, CancellationToken cancellationToken)
    {
        await using var mark = session.Command("""
            with marked as (
                update accounts set monitored = exists (select from monitors where tenant_id = $1 and account_id = $2)
                where tenant_id = $1 and id = $2)
            update books set watch_revision = watch_revision + 1 where tenant_id = $1
            """, session.Tenant.Value, account);
        await mark.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<BalanceMonitor>> ReadAsync(
        NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<BalanceMonitor>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new BalanceMonitor(new MonitorId(reader.GetGuid(0)), reader.GetGuid(1), reader.GetString(2),
                reader.GetString(3), reader.GetInt64(4), reader.GetBoolean(5), reader.GetString(6),
                reader.GetFieldValue<DateTimeOffset>(7)));
        }
        return found;
    }
}
