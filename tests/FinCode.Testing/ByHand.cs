using Npgsql;

namespace FinCode.Testing;

/// <summary>
/// What somebody with the owner's rights does by hand who does not want to be seen: no trigger fires.
/// </summary>
public static class ByHand
{
    /// <summary>The rows that the statement changed. Others see all of it or nothing.</summary>
    public static async Task<int> ByHandAsync(
        this ServiceUnderTest service, IReadOnlyCollection<string> tables, string sql, params object[] arguments)
    {
        int? changed = null;
        await Eventually.TrueAsync(
            async () => (changed = await TryAsync(service, tables, sql, arguments)) is not null,
            "nobody to write to the tables");
        return changed!.Value;
    }

    /// <summary>
    /// All tables are taken first, against whoever writes or holds a row, and none is waited for: who holds some and
    /// waits for more stands in the way of the service's own work, which takes them in another order. Null when
    /// somebody else is at it; nothing has happened then.
    /// </summary>
    private static async Task<int?> TryAsync(
        ServiceUnderTest service, IReadOnlyCollection<string> tables, string sql, object[] arguments)
    {
        await using var connection = await service.Owner.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        try
        {
            await ExecuteAsync($"lock table {string.Join(", ", tables)} in exclusive mode nowait");
            await ExecuteAsync(Each("disable"));
            var changed = await ExecuteAsync(sql, arguments);
            await ExecuteAsync(Each("enable"));
            await transaction.CommitAsync();
            return changed;
        }
        catch (PostgresException inUse) when (inUse.SqlState is PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.DeadlockDetected)
        {
            return null;
        }

        string Each(string what) =>
            string.Concat(tables.Select(table => $"alter table {table} {what} trigger user; "));

        async Task<int> ExecuteAsync(string text, params object[] values)
        {
            await using var command = new NpgsqlCommand(text, connection, transaction);
            foreach (var value in values)
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            return await command.ExecuteNonQueryAsync();
        }
    }
}
