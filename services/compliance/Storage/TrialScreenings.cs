using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>A screening with what a policy is judged by.</summary>
/// <param name="Corridor">Null for a party that was screened outside any transfer.</param>
internal sealed record StoredScreening(
    ScreeningId Id, TransactionId? TransactionId, CaseId? CaseId, Corridor? Corridor, Evidence Evidence);

/// <summary>The stored screenings of the session's tenant.</summary>
internal static class TrialScreenings
{
    /// <summary>
    /// Those since then, the newest first, before the given one: of each transfer its newest round, of each party its
    /// newest version.
    /// </summary>
    public static async Task<List<StoredScreening>> ReadAsync(DbSession session, DateTimeOffset since,
        ScreeningId? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            """
            select s.id, s.transaction_id, (select c.id from cases c
                    where c.tenant_id = s.tenant_id and c.transaction_id = s.transaction_id
                      and c.screening_id = s.id limit 1),
                f.send_country, f.receive_country, s.evidence
            from screenings s left join funded_transfers f using (tenant_id, transaction_id)
            where s.tenant_id = $1 and s.screened_at >= $2 and s.id < $3 and s.id > $5
              and case s.subject when 'TRANSFER' then not exists (
                    select from screenings n where n.tenant_id = s.tenant_id and n.subject = 'TRANSFER'
                        and n.transaction_id = s.transaction_id and n.screening_round > s.screening_round)
                else not exists (
                    select from screenings n where n.tenant_id = s.tenant_id and n.subject = 'PARTY'
                        and n.party_id = s.party_id and n.party_version > s.party_version) end
            order by s.id desc limit $4
            """, session.Tenant.Value, since, before?.Value ?? Guid.AllBitsSet, limit,
            // Ids begin with the time, so that what is older is not even looked at.
            Guid.CreateVersion7(since.AddMinutes(-1)));
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<StoredScreening>();
        while (await rows.ReadAsync(cancellationToken))
        {
            found.Add(new StoredScreening(new ScreeningId(rows.GetGuid(0)),
                rows.IsDBNull(1) ? null : new TransactionId(rows.GetGuid(1)),
                rows.IsDBNull(2) ? null : new CaseId(rows.GetGuid(2)),
                rows.IsDBNull(3) ? null : new Corridor(rows.GetString(3), rows.GetString(4)),
                JsonSerializer.Deserialize<Evidence>(rows.GetString(5), ContractJson.Options)!));
        }
        return found;
    }
}
