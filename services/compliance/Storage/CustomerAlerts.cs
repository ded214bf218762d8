using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>A customer who resembles an entry that is new or changed.</summary>
/// <param name="TransactionIds">Transfers of the customer that were screened in the days before, newest first.</param>
internal sealed record CustomerAlert(
    Guid Id, PartyId PartyId, int PartyVersion, long ListVersion, long PolicyVersion, Evidence Evidence,
    IReadOnlyList<TransactionId> TransactionIds, DateTimeOffset FoundAt);

/// <summary>The alerts of the session's tenant; only added to.</summary>
internal static class CustomerAlerts
{
    /// <summary>Transfers that may still be stopped or recalled are not older than this.</summary>
    private const int TransferDays = 30;

    private const int MaxTransfers = 50;

    /// <summary>True unless this customer has one of this rescreening already.</summary>
    /// <param name="rescreening">
    /// The list version whose changes it is about; the evidence says under which one it was found.
    /// </param>
    public static async Task<bool> AddAsync(
        DbSession session, long rescreening, PartyId party, int version, Evidence evidence, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var add = session.Command(
            """
            insert into customer_alerts (tenant_id, id, party_id, party_version, list_version, policy_version,
                evidence, transaction_ids, found_at, rescreening)
            select $1, $2, $3, $4, $5, $6, $7::jsonb, array(
                select transaction_id from screenings
                where tenant_id = $1 and subject = 'TRANSFER' and screened_at > $9 and evidence @> $8::jsonb
                group by transaction_id order by max(screened_at) desc limit $10), $11, $12
            on conflict (tenant_id, party_id, rescreening) do nothing
            """,
            session.Tenant.Value, Guid.CreateVersion7(now), party.Value, version, evidence.ListVersion,
            evidence.PolicyVersion, JsonSerializer.Serialize(evidence, ContractJson.Options),
            JsonSerializer.Serialize(new { parties = new[] { new { partyId = party } } }, ContractJson.Options),
            now.AddDays(-TransferDays), MaxTransfers, now, rescreening);
        return await add.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>The newest first.</summary>
    public static async Task<List<CustomerAlert>> ReadAsync(
        DbSession session, Guid? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select id, party_id, party_version, list_version, policy_version, evidence, transaction_ids, found_at "
            + "from customer_alerts where tenant_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3",
            session.Tenant.Value, before, limit);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var alerts = new List<CustomerAlert>();
        while (await rows.ReadAsync(cancellationToken))
        {
            alerts.Add(new CustomerAlert(rows.GetGuid(0), new PartyId(rows.GetGuid(1)), rows.GetInt32(2),
                rows.GetInt64(3), rows.GetInt64(4),
                JsonSerializer.Deserialize<Evidence>(rows.GetString(5), ContractJson.Options)!,
                [.. rows.GetFieldValue<Guid[]>(6).Select(id => new TransactionId(id))],
                rows.GetFieldValue<DateTimeOffset>(7)));
        }
        return alerts;
    }
}
