using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>The history that rules count over, by the time at which the money came (event time).</summary>
internal static class FundedTransfers
{
    /// <summary>Remembers the transfer once; returns the time under which it is remembered.</summary>
    public static async Task<DateTimeOffset> RememberAsync(DbSession session, TransactionId transaction, PartyId sender,
        DateTimeOffset fundedAt, CancellationToken cancellationToken)
    {
        await using var add = session.Command(
            "insert into funded_transfers (tenant_id, transaction_id, sender_id, funded_at) values ($1, $2, $3, $4) "
            + "on conflict do nothing",
            session.Tenant.Value, transaction.Value, sender.Value, fundedAt.ToUniversalTime());
        await add.ExecuteNonQueryAsync(cancellationToken);
        await using var read = session.Command(
            "select funded_at from funded_transfers where tenant_id = $1 and transaction_id = $2",
            session.Tenant.Value, transaction.Value);
        return new DateTimeOffset((DateTime)(await read.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <summary>The sender's transfers in the hours up to and with that time.</summary>
    public static async Task<long> CountAsync(
        DbSession session, PartyId sender, DateTimeOffset until, int hours, CancellationToken cancellationToken)
    {
        await using var count = session.Command(
            "select count(*) from funded_transfers "
            + "where tenant_id = $1 and sender_id = $2 and funded_at > $3 and funded_at <= $4",
            session.Tenant.Value, sender.Value, until.AddHours(-hours), until);
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }
}
