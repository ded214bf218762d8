using FinCode.Compliance.CaseFiles;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Jobs;

/// <summary>
/// Brings the heads of case chains that have moved outside of the database: as events on the audit topic, which keeps
/// them for ever, and into a folder if one is set. Whoever rewrites a file in the database later cannot rewrite those.
/// </summary>
internal sealed class PublishCaseHeads(
    IServiceScopeFactory scopes, ComplianceOptions options, TimeProvider clock) : IJob
{
    private const int CasesAtOnce = 200;
    private const int TenantsAtOnce = 100;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var moved = await MovedAsync(cancellationToken);
        var more = moved.Count == TenantsAtOnce;
        foreach (var tenant in moved)
            more |= await PublishAsync(tenant, cancellationToken) == CasesAtOnce;
        return more;
    }

    private async Task<List<TenantId>> MovedAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginForAllTenantsAsync(cancellationToken);
        await using var find = session.Command(
            """
            select distinct c.tenant_id from cases c
            left join case_heads h on h.tenant_id = c.tenant_id and h.case_id = c.id
            where h.event_count is distinct from c.event_count limit $1
            """, TenantsAtOnce);
        await using var rows = await find.ExecuteReaderAsync(cancellationToken);
        var tenants = new List<TenantId>();
        while (await rows.ReadAsync(cancellationToken))
            tenants.Add(new TenantId(rows.GetGuid(0)));
        return tenants;
    }

    private async Task<int> PublishAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, cancellationToken);
        var heads = await TakeAsync(session, cancellationToken);
        if (heads.Count == 0)
            return 0;
        var now = clock.GetUtcNow();
        await scope.ServiceProvider.GetRequiredService<Outbox>().AddAsync(
            new CaseFilesPublished(tenant, now, heads), cancellationToken);
        if (options.CaseHeadsFolder is { } folder)
            CaseHeads.Append(folder, [.. heads.Select(head =>
                new CaseHeadLine(tenant, head.CaseId, head.Steps, head.ChainHash))], now);
        await session.CommitAsync(cancellationToken);
        return heads.Count;
    }

    private static async Task<List<CaseHead>> TakeAsync(DbSession session, CancellationToken cancellationToken)
    {
        await using var take = session.Command(
            """
            with moved as (
                select c.id, c.event_count, c.chain_hash from cases c
                left join case_heads h on h.tenant_id = c.tenant_id and h.case_id = c.id
                where c.tenant_id = $1 and h.event_count is distinct from c.event_count
                order by c.id limit $2),
            noted as (
                insert into case_heads (tenant_id, case_id, event_count) select $1, id, event_count from moved
                on conflict (tenant_id, case_id) do update set event_count = excluded.event_count)
            select id, event_count, chain_hash from moved
            """, session.Tenant.Value, CasesAtOnce);
        await using var rows = await take.ExecuteReaderAsync(cancellationToken);
        var heads = new List<CaseHead>();
        while (await rows.ReadAsync(cancellationToken))
            heads.Add(new CaseHead(new CaseId(rows.GetGuid(0)), rows.GetInt32(1),
                Convert.ToHexStringLower(rows.GetFieldValue<byte[]>(2))));
        return heads;
    }
}
