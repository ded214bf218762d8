using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>
/// Parties that were erased where their details are kept and never sent anything: no customer's file says so. The words
/// of a case of theirs are kept for the tenant's years after its last step.
/// </summary>
internal static class ErasedParties
{
    /// <summary>Of a case that is over, as are its years; its key stands, or none was made.</summary>
    public const string HasOldCase = "exists (select from cases c where c.tenant_id = e.tenant_id "
        + "and c.party_id = e.party_id and is_of_erased_customer(c.tenant_id, c.id) and not exists (select "
        + "from case_keys k where k.tenant_id = c.tenant_id and k.case_id = c.id and k.destroyed_at is not null))";

    public static async Task AddAsync(
        DbSession session, PartyId party, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var add = session.Command("insert into erased_parties (tenant_id, party_id, erased_at) "
            + "values ($1, $2, $3) on conflict do nothing", session.Tenant.Value, party.Value, now);
        await add.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Where a case had no words, none are written any more.</summary>
    public static async Task DestroyOldAsync(
        DbSession session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var keys = session.Command(
            """
            insert into case_keys (tenant_id, case_id, master_key_id, destroyed_at)
            select c.tenant_id, c.id, '', $2 from cases c
            join erased_parties e on e.tenant_id = c.tenant_id and e.party_id = c.party_id
            where c.tenant_id = $1 and is_of_erased_customer(c.tenant_id, c.id)
            on conflict (tenant_id, case_id) do update set wrapped_key = null, destroyed_at = $2
                where case_keys.wrapped_key is not null
            """, session.Tenant.Value, now);
        await keys.ExecuteNonQueryAsync(cancellationToken);
    }
}
