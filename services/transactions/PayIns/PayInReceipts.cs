using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.PayIns;

/// <summary>A payment that a provider told us of.</summary>
/// <param name="PayerName">Whose account paid, where the provider knows.</param>
internal sealed record Payment(string Provider, string PaymentId, string EventId, Money Amount, string? PayerName)
{
    // A record prints all of its fields; this one must not appear in any log.
    public override string ToString() => PaymentId;
}

/// <summary>
/// Records money that arrived. Exactly the amount asked for funds the transfer, once; anything else is recorded for
/// FINANCE and funds nothing. Unique indexes keep a payment that is told of twice from counting twice; one that is told
/// of differently the second time is recorded for FINANCE as well, for it may be other money.
/// </summary>
internal sealed class PayInReceipts(
    Transfers transfers, MissingDetails missing, PartyVault vault, DbSession session)
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
        {
            if (!await IsKnownAsync(transfer, payment, cancellationToken))
                await RecordForFinanceAsync(transfer, payment, "PAY_IN_CONFLICT",
                    $"pay-in-conflict:{payment.Provider}:{payment.PaymentId}:{payment.EventId}", cancellationToken);
            return;
        }
        if (state != PayInState.Funding)
        {
            await RecordForFinanceAsync(transfer, payment,
                state == PayInState.Excess ? "PAID_TWICE" : "PAY_IN_MISMATCH",
                $"pay-in:{payment.Provider}:{payment.PaymentId}", cancellationToken);
            return;
        }
        // Read before compliance is asked: it looks at these versions or at newer ones.
        transfer.Fund(payment.PaymentId, await SealPayerAsync(transfer, payment, cancellationToken),
            await transfers.PartiesOfAsync(transfer, cancellationToken), transfers.Now);
        // Asked for at once, whatever compliance says later: who is asked learns nothing from it.
        var isAsking = transfer.Status == TransactionStatus.WaitingToPay
            && (await missing.OfAsync(transfer, cancellationToken)).Count > 0;
        var decision = await transfers.ApplyAsync(transfer, TransferEvent.Funded, cancellationToken,
            reason: isAsking ? StatusReasons.DetailsNeeded : null);
        await transfers.PublishAsync(new TransactionFunded(
            transfer.Id, transfer.Facts, payment.Amount, transfer.PayInAccount,
            PaidAfterEnd: decision.To.Status == TransactionStatus.PendingRefund, transfer.ScreeningRound),
                cancellationToken);
    }

    /// <summary>Under the key of the sender, with whom it is erased; compliance reads it before it screens.</summary>
    private async Task<byte[]?> SealPayerAsync(
        Transfer transfer, Payment payment, CancellationToken cancellationToken)
    {
        if (payment.PayerName is not { } name)
            return null;
        var sender = await transfers.Db.Parties.AsNoTracking().SingleAsync(
            row => row.TenantId == transfer.TenantId && row.Id == transfer.SenderId, cancellationToken);
        return sender.ErasedAt is null ? vault.SealFor(sender, transfer.Id, name) : null;
    }

    private Task RecordForFinanceAsync(
        Transfer transfer, Payment payment, string kind, string dedupeKey, CancellationToken cancellationToken) =>
        transfers.RecordAnomalyAsync(
            transfer, kind, TransferEvent.Funded, Contracts.Roles.Finance, cancellationToken,
            $"{payment.Provider}, payment {payment.PaymentId}: expected {transfer.TotalToPay}, "
            + $"received {payment.Amount}", dedupeKey);

    /// <summary>The same payment for the same transfer: told of once more.</summary>
    private async Task<bool> IsKnownAsync(Transfer transfer, Payment payment, CancellationToken cancellationToken)
    {
        await using var find = session.Command(
            "select exists (select from pay_ins where tenant_id = $1 and transaction_id = $2 and provider = $3 "
            + "and provider_payment_id = $4 and amount_minor = $5 and currency = $6)",
            transfer.TenantId.Value, transfer.Id.Value, payment.Provider, payment.PaymentId,
            payment.Amount.MinorUnits, payment.Amount.Currency.Code);
        return (bool)(await find.ExecuteScalarAsync(cancellationToken))!;
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
