using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Contracts;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Compliance.Storage;

/// <summary>The alerts of the session's tenant; only added to.</summary>
internal static class CustomerAlerts
{
    /// <summary>Transfers that may still be stopped or recalled are not older than this.</summary>
    private const int TransferDays = 30;

    private const int MaxTransfers = 50;

    private const string Columns = "id, party_id, party_version, list_version, policy_version, evidence, "
        + "transaction_ids, found_at from customer_alerts";

    /// <summary>Null when this customer has one of this rescreening, or of this recorded version, already.</summary>
    /// <param name="rescreening">
    /// The list version whose changes it is about; the evidence says under which one it was found. Null for what was
    /// found as the customer was recorded.
    /// </param>
    public static async Task<CustomerAlert?> AddAsync(
        DbSession session, long? rescreening, PartyId party, int version, Evidence evidence, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(now);
        await using var add = session.Command(
            """
            insert into customer_alerts (tenant_id, id, party_id, party_version, list_version, policy_version,
                evidence, transaction_ids, found_at, rescreening)
            select $1, $2, $3, $4, $5, $6, $7::jsonb, array(
                select transaction_id from screenings
                where tenant_id = $1 and subject = 'TRANSFER' and screened_at > $9 and evidence @> $8::jsonb
                group by transaction_id order by max(screened_at) desc limit $10), $11, $12::bigint
            on conflict do nothing
            """,
            session.Tenant.Value, id, party.Value, version, evidence.ListVersion,
            evidence.PolicyVersion, JsonSerializer.Serialize(evidence, ContractJson.Options),
            JsonSerializer.Serialize(new { parties = new[] { new { partyId = party } } }, ContractJson.Options),
            now.AddDays(-TransferDays), MaxTransfers, now, rescreening);
        return await add.ExecuteNonQueryAsync(cancellationToken) == 1
            ? await FindAsync(session, id, cancellationToken)
            : null;
    }

    public static async Task<CustomerAlert?> FindAsync(
        DbSession session, Guid id, CancellationToken cancellationToken) =>
        (await ReadAsync(session.Command($"select {Columns} where tenant_id = $1 and id = $2",
            session.Tenant.Value, id), cancellationToken)).SingleOrDefault();

    /// <summary>Whether the customer's newest alert was about it already: the same hits of the same details.</summary>
    /// <param name="since">
    /// Asked by a rescreening: the newest of those that were found as the customer was recorded, under this list
    /// version or a newer one.
    /// </param>
    public static async Task<bool> IsKnownAsync(
        DbSession session, Party party, Evidence evidence, long? since, CancellationToken cancellationToken) =>
        (await ReadAsync(session.Command(
            $"select {Columns} where tenant_id = $1 and party_id = $2 and ($3::bigint is null "
            + "or (rescreening is null and list_version >= $3)) order by found_at desc, id desc limit 1",
            session.Tenant.Value, party.Id.Value, since), cancellationToken)).SingleOrDefault() is { } newest
        && PartyScreener.AreTheSame(newest.Evidence.Parties, party)
        && evidence.HitsNothingBeyond(newest.Evidence);

    /// <summary>The newest first.</summary>
    public static Task<List<CustomerAlert>> ReadAsync(
        DbSession session, Guid? before, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session.Command(
            $"select {Columns} where tenant_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3",
            session.Tenant.Value, before, limit), cancellationToken);

    private static async Task<List<CustomerAlert>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var owned = command;
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
