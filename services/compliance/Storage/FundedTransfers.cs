using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>What the history keeps of a transfer whose money came.</summary>
/// <param name="FundedAt">Event time: when the money came, not when we heard of it.</param>
/// <param name="DeviceKey">
/// Opaque; null while nothing is known of the device. So is <paramref name="PhoneKey"/>.
/// </param>
internal sealed record FundedTransfer(
    TransactionId Id, PartyId SenderId, PartyId BeneficiaryId, Money SendAmount, Money ReceiveAmount,
    string SendCountry, string ReceiveCountry, PayoutMethod PayoutMethod, DateTimeOffset FundedAt,
    string? DeviceKey = null, string? PhoneKey = null)
{
    public static FundedTransfer Of(TransactionId id, TransactionFacts facts, DateTimeOffset fundedAt) => new(
        id, facts.SenderId, facts.BeneficiaryId, facts.SendAmount, facts.ReceiveAmount, facts.SendCountry,
        facts.ReceiveCountry, facts.PayoutMethod, fundedAt);
}

/// <summary>The history that rules count over, by the time at which the money came (event time).</summary>
internal static class FundedTransfers
{
    /// <summary>
    /// Remembers the transfer once; returns the time under which it is remembered. It commits before the transfer is
    /// screened: of two that were funded at the same moment, the one that looks later sees the other.
    /// </summary>
    public static async Task<DateTimeOffset> RememberAsync(
        DbSession session, FundedTransfer transfer, CancellationToken cancellationToken)
    {
        await using var add = session.Command(
            "insert into funded_transfers (tenant_id, transaction_id, sender_id, beneficiary_id, send_minor, "
            + "send_currency, receive_minor, receive_currency, send_country, receive_country, payout_method, "
            + "funded_at, device_key, phone_key) "
            + "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::text, $14::text) "
            + "on conflict do nothing",
            session.Tenant.Value, transfer.Id.Value, transfer.SenderId.Value, transfer.BeneficiaryId.Value,
            transfer.SendAmount.MinorUnits, transfer.SendAmount.Currency.Code,
            transfer.ReceiveAmount.MinorUnits, transfer.ReceiveAmount.Currency.Code,
            transfer.SendCountry, transfer.ReceiveCountry, Words.Of(transfer.PayoutMethod),
            transfer.FundedAt.ToUniversalTime(), transfer.DeviceKey, transfer.PhoneKey);
        await add.ExecuteNonQueryAsync(cancellationToken);
        await using var read = session.Command(
            "select funded_at from funded_transfers where tenant_id = $1 and transaction_id = $2",
            session.Tenant.Value, transfer.Id.Value);
        return new DateTimeOffset((DateTime)(await read.ExecuteScalarAsync(cancellationToken))!);
    }
}
