using FinCode.Messaging;

namespace FinCode.Ledger.Storage;

/// <summary>The reservations that were refused, so that a number keeps its answer.</summary>
internal sealed class RefusedReservationStore(DbSession session)
{
    /// <summary>The code of the refusal, or null.</summary>
    public async Task<string?> FindAsync(TransactionId transaction, int number, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select code from refused_reservations where tenant_id = $1 and transaction_id = $2 and number = $3",
            session.Tenant.Value, transaction.Value, number);
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    public async Task AddAsync(
        TransactionId transaction, int number, string code, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "insert into refused_reservations (tenant_id, transaction_id, number, code, refused_at) "
            + "values ($1, $2, $3, $4, $5)",
            session.Tenant.Value, transaction.Value, number, code, now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
