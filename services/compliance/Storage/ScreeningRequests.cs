using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>
/// The screenings that were asked for, with their answers. While one of a transfer has none, its case is not decided.
/// </summary>
internal sealed class ScreeningRequests(IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>
    /// Writes the request and the transfer's facts down in a transaction of its own: they stay when the screening
    /// itself has to wait. Returns the time at which the transfer was funded.
    /// </summary>
    public async Task<DateTimeOffset> RecordAsync(
        TenantId tenant, FundedTransfer transfer, int round, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, cancellationToken);
        await using var add = session.Command(
            "insert into screening_requests (tenant_id, transaction_id, screening_round, requested_at) "
            + "values ($1, $2, $3, $4) on conflict do nothing",
            tenant.Value, transfer.Id.Value, round, clock.GetUtcNow());
        await add.ExecuteNonQueryAsync(cancellationToken);
        var fundedAt = await FundedTransfers.RememberAsync(session, transfer, cancellationToken, round);
        await session.CommitAsync(cancellationToken);
        return fundedAt;
    }

    /// <summary>When the transfer was heard of first; by our clock.</summary>
    public static async Task<DateTimeOffset> FirstAsync(
        DbSession session, TransactionId transaction, CancellationToken cancellationToken)
    {
        await using var find = session.Command(
            "select min(requested_at) from screening_requests where tenant_id = $1 and transaction_id = $2",
            session.Tenant.Value, transaction.Value);
        return new DateTimeOffset((DateTime)(await find.ExecuteScalarAsync(cancellationToken))!);
    }

    public static async Task AnswerAsync(DbSession session, TransactionId transaction, int round, ScreeningId screening,
        CancellationToken cancellationToken)
    {
        await using var answer = session.Command(
            "update screening_requests set screening_id = $4 "
            + "where tenant_id = $1 and transaction_id = $2 and screening_round = $3",
            session.Tenant.Value, transaction.Value, round, screening.Value);
        await answer.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<bool> IsPendingAsync(
        DbSession session, TransactionId transaction, CancellationToken cancellationToken)
    {
        await using var find = session.Command(
            "select exists (select 1 from screening_requests "
            + "where tenant_id = $1 and transaction_id = $2 and screening_id is null)",
            session.Tenant.Value, transaction.Value);
        return (bool)(await find.ExecuteScalarAsync(cancellationToken))!;
    }
}
