using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.PayIns;

/// <summary>A payment that a provider told us of.</summary>
internal sealed record Payment(string Provider, string PaymentId, string EventId, Money Amount);

/// <summary>
/// Records money that arrived. Exactly the amount asked for funds the transfer, once; anything else is recorded for
/// FINANCE and funds nothing. Unique indexes keep a payment that is told of twice from counting twice.
/// </summary>
internal sealed class PayInReceipts(Transfers transfers, DbSession session)
{
    public async Task RecordAsync(Found found, Payment payment, CancellationToken cancellationToken)
    {
        var transfer = await transfers.LockAsync(found.Transaction, cancellationToken)
            ?? throw new InvalidOperationException($"The transfer {found.Transaction} was found and is gone.");
        var fits = payment.Amount == transfer.TotalToPay && payment.Provider == transfer.PayInProvider;
        var state = !fits ? PayInState.Mismatched
            : transfer.FundedAt is null ? PayInState.Funding
            : PayInState.Excess;
        if (!await TryInsertAsync(transfer, payment, state, cancellationToken))
            return;
        if (state != PayInState.Funding)
        {
            await transfers.RecordAnomalyAsync(
                transfer, state == PayInState.Excess ? "PAID_TWICE" : "PAY_IN_MISMATCH", TransferEvent.Funded,
                Contracts.Roles.Finance, cancellationToken,
                $"expected {transfer.TotalToPay}, received {payment.Amount}",
                $"pay-in:{payment.Provider}:{payment.PaymentId}");
            return;
        }
        transfer.Fund(payment.PaymentId, transfers.Now);
        var decision = await transfers.ApplyAsync(transfer, TransferEvent.Funded, cancellationToken);
        await transfers.PublishAsync(new TransactionFunded(
            transfer.Id, transfer.Facts, payment.Amount, transfer.PayInAccount,
            PaidAfterEnd: decision.To.Status == TransactionStatus.PendingRefund, transfer.ScreeningRound),
                cancellationToken);
    }

    private async Task<bool> TryInsertAsync(
        Transfer transfer, Payment payment, PayInState state, CancellationToken cancellationToken)
    {
        await using var insert = session.Command(
            "insert into pay_ins (tenant_id, transaction_id, provider, provider_payment_id, event_id, amount_minor, "
            + "currency, state, received_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
            transfer.TenantId.Value, transfer.Id.Value, payment.Provider, payment.PaymentId, payment.EventId,
            payment.Amount.MinorUnits, payment.Amount.Currency.Code, Words.Of(state), transfers.Now);
        return await insert.ExecuteNonQueryAsync(cancellationToken) == 1;
    }
}
