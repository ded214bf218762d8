using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>What the history keeps of a transfer whose money came.</summary>
/// <param name="FundedAt">Event time: when the money came, not when we heard of it.</param>
/// <param name="Keys">By which it belongs together with others; opaque.</param>
internal sealed record FundedTransfer(
    TransactionId Id, PartyId SenderId, PartyId BeneficiaryId, Money SendAmount, Money ReceiveAmount,
    string SendCountry, string ReceiveCountry, PayoutMethod PayoutMethod, DateTimeOffset FundedAt, LinkKeys Keys)
{
    public static FundedTransfer Of(TransactionId id, TransactionFacts facts, DateTimeOffset fundedAt) => new(
        id, facts.SenderId, facts.BeneficiaryId, facts.SendAmount, facts.ReceiveAmount, facts.SendCountry,
        facts.ReceiveCountry, facts.PayoutMethod, fundedAt,
        // Events of older versions have no keys: a party is itself only, then.
        facts.Keys ?? new LinkKeys(Itself(facts.SenderId), Itself(facts.BeneficiaryId), Itself(facts.SenderId),
            Itself(facts.BeneficiaryId)));

    private static string Itself(PartyId party) => party.Value.ToString();
}

/// <summary>The history that rules count over, by the time at which the money came (event time).</summary>
internal static class FundedTransfers
{
    /// <summary>
    /// Remembers the transfer; returns the time under which it is remembered. It commits before the transfer is
    /// screened: of two that were funded at the same moment, the one that looks later sees the other. A later round may
    /// know better where the money goes (the account was corrected); an earlier one that comes late does not.
    /// </summary>
    public static async Task<DateTimeOffset> RememberAsync(
        DbSession session, FundedTransfer transfer, CancellationToken cancellationToken, int round = 1)
    {
        await using var add = session.Command(
            "insert into funded_transfers as known (tenant_id, transaction_id, sender_id, beneficiary_id, send_minor, "
            + "send_currency, receive_minor, receive_currency, send_country, receive_country, payout_method, "
            + "funded_at, sender_key, beneficiary_key, sender_name_key, beneficiary_name_key, device_key, phone_key, "
            + "keys_of_round) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
            + "$17::text, $18::text, $19) on conflict (tenant_id, transaction_id) do update set "
            + "beneficiary_key = excluded.beneficiary_key, beneficiary_name_key = excluded.beneficiary_name_key, "
            + "keys_of_round = excluded.keys_of_round where known.keys_of_round < excluded.keys_of_round",
            session.Tenant.Value, transfer.Id.Value, transfer.SenderId.Value, transfer.BeneficiaryId.Value,
            transfer.SendAmount.MinorUnits, transfer.SendAmount.Currency.Code,
            transfer.ReceiveAmount.MinorUnits, transfer.ReceiveAmount.Currency.Code,
            transfer.SendCountry, transfer.ReceiveCountry, Words.Of(transfer.PayoutMethod),
            transfer.FundedAt.ToUniversalTime(), transfer.Keys.Sender, transfer.Keys.Beneficiary,
            transfer.Keys.SenderName, transfer.Keys.BeneficiaryName, transfer.Keys.Device, transfer.Keys.Phone, round);
        await add.ExecuteNonQueryAsync(cancellationToken);
        await using var read = session.Command(
            "select funded_at from funded_transfers where tenant_id = $1 and transaction_id = $2",
            session.Tenant.Value, transfer.Id.Value);
        return new DateTimeOffset((DateTime)(await read.ExecuteScalarAsync(cancellationToken))!);
    }
}
