using FinCode.Compliance.Model;
using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>The cases that are about customers, and what they hold.</summary>
internal static class CustomerCases
{
    private const int MaxCases = 20;

    /// <summary>
    /// Alerts of one customer come one after the other until the transaction ends: of two at once, the second one finds
    /// the case of the first.
    /// </summary>
    public static async Task LockAsync(DbSession session, PartyId party, CancellationToken cancellationToken)
    {
        await using var take = session.Command(
            "select pg_advisory_xact_lock(hashtextextended('customer-case:' || $1::text, 0))", party.Value);
        await take.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>An alert becomes a case; one of this customer that is open is superseded by it.</summary>
    public static async Task OpenAsync(ComplianceDb db, TenantId tenant, CustomerAlert alert, TimeSpan timeToDecide,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await db.LockOpenCaseAsync(tenant, alert.PartyId, cancellationToken) is { } earlier)
        {
            earlier.Supersede(clock);
            await db.SaveStepsAsync(earlier, cancellationToken);
        }
        var opened = Case.OpenForCustomer(tenant, alert, timeToDecide, clock);
        db.Cases.Add(opened);
        await db.SaveStepsAsync(opened, cancellationToken);
    }

    /// <summary>Whether one of them holds the transfer that a case is about, by either party.</summary>
    public static async Task<bool> HoldAsync(ComplianceWork work, Case one, CancellationToken cancellationToken)
    {
        var basis = await CaseBasis.OfAsync(work, one, cancellationToken);
        return (await HoldingAsync(
            work.Session, basis.Evidence.Parties.Select(party => party.PartyId), cancellationToken)).Count > 0;
    }

    /// <summary>Whether one of them freezes the transfer that a case is about, by a party that was screened.</summary>
    public static async Task<bool> FreezeAsync(ComplianceWork work, Case one, CancellationToken cancellationToken)
    {
        var basis = await CaseBasis.OfAsync(work, one, cancellationToken);
        await using var find = work.Session.Command(
            "select exists (select from cases where tenant_id = $1 and party_id = any($2) "
            + "and decision = 'FREEZE' and freeze_ended_at is null)",
            work.Session.Tenant.Value,
            basis.Evidence.Parties.Select(party => party.PartyId.Value).Distinct().ToArray());
        return (bool)(await find.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Whether a case of one of these parties, or of a transfer of theirs, is open or freezes.</summary>
    public static async Task<bool> AreHeldAsync(
        DbSession session, IEnumerable<PartyId> parties, CancellationToken cancellationToken)
    {
        await using var find = session.Command(
            """
            select exists (select from cases c
                left join funded_transfers f on f.tenant_id = c.tenant_id and f.transaction_id = c.transaction_id
                where c.tenant_id = $1
                    and (c.party_id = any($2) or f.sender_id = any($2) or f.beneficiary_id = any($2))
                    and (c.status <> 'CLOSED' or (c.decision = 'FREEZE' and c.freeze_ended_at is null)))
            """, session.Tenant.Value, parties.Select(party => party.Value).Distinct().ToArray());
        return (bool)(await find.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>
    /// The cases of these customers that hold their transfers: those that are open, and those that two people found to
    /// be true matches, until a licence ends that.
    /// </summary>
    public static async Task<IReadOnlyList<CaseId>> HoldingAsync(DbSession session, IEnumerable<PartyId> parties,
        CancellationToken cancellationToken)
    {
        await using var find = session.Command(
            """
            select id from cases where tenant_id = $1 and party_id = any($2)
                and (status <> 'CLOSED' or (decision = 'FREEZE' and freeze_ended_at is null))
            order by id limit $3
            """, session.Tenant.Value, parties.Select(party => party.Value).Distinct().ToArray(), MaxCases);
        await using var rows = await find.ExecuteReaderAsync(cancellationToken);
        var found = new List<CaseId>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(new CaseId(rows.GetGuid(0)));
        return found;
    }
}
