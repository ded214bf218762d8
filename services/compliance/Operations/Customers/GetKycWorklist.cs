using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

public enum KycWork
{
    /// <summary>A document to accept or refuse.</summary>
    Document,

    /// <summary>A verification that the provider left to a person, or about which it was silent for long.</summary>
    Verification,

    /// <summary>A provider said something else than before, since the customer was last reviewed.</summary>
    Contradiction,

    /// <summary>A decision that waits for its second person.</summary>
    Decision,

    /// <summary>A politically exposed person without a due diligence.</summary>
    DueDiligence,

    /// <summary>A periodic review is due.</summary>
    Review,
}

/// <param name="SubjectId">The document, verification or decision.</param>
public sealed record KycWorkItem(KycWork Kind, PartyId CustomerId, Guid? SubjectId, DateTimeOffset Since);

/// <summary>What waits for a person, the oldest first.</summary>
internal static class GetKycWorklist
{
    private const int MaxItems = 200;

    private const string Sql = """
        select kind, party_id, subject_id, since from (
            select 'DOCUMENT' as kind, party_id, id as subject_id, uploaded_at as since
            from kyc_documents where tenant_id = $1 and state = 'RECEIVED'
            union all
            select 'VERIFICATION', party_id, id, coalesce(overdue_at, requested_at)
            from kyc_verifications where tenant_id = $1 and (state = 'IN_REVIEW'
                or (state not in ('APPROVED', 'REFUSED') and overdue_at is not null))
            union all
            select 'CONTRADICTION', e.party_id, e.subject_id, e.at
            from kyc_events e join kyc_customers c using (tenant_id, party_id)
            where tenant_id = $1 and e.type = 'VERIFICATION_CONTRADICTED'
                and (c.reviewed_at is null or e.at > c.reviewed_at)
            union all
            select 'DECISION', party_id, id, proposed_at
            from kyc_decisions where tenant_id = $1 and state = 'PROPOSED'
            union all
            select 'DUE_DILIGENCE', party_id, null, first_seen_at
            from kyc_customers c where tenant_id = $1 and pep and ended_on is null and not exists (
                select from kyc_decisions d where d.tenant_id = $1 and d.party_id = c.party_id
                    and kind = 'ENHANCED_DUE_DILIGENCE' and state = 'APPROVED' and closed_at > $4)
            union all
            select 'REVIEW', party_id, null, review_due_at
            from kyc_customers where tenant_id = $1 and review_due_at <= $2 and ended_on is null
        ) work order by since, kind, party_id limit $3
        """;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/kyc/worklist", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("GetKycWorklist").WithSummary("What about customers waits for a person")
        .WithTags(CustomerRequests.Tag)
        .Produces<IReadOnlyList<KycWorkItem>>().ProducesProblem(403);

    private static async Task<IResult> HandleAsync(
        Caller caller, DbSession session, TimeProvider clock, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var now = clock.GetUtcNow();
        var rules = (await DefinitionStore.InForceAsync<TierRules>(session, cancellationToken)).Content;
        await using var command = session.Command(
            Sql, session.Tenant.Value, now, MaxItems, now.AddMonths(-rules.ReviewMonths.High));
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<KycWorkItem>();
        while (await rows.ReadAsync(cancellationToken))
            items.Add(new KycWorkItem(Words.Parse<KycWork>(rows.GetString(0)), new PartyId(rows.GetGuid(1)),
                rows.IsDBNull(2) ? null : rows.GetGuid(2), rows.GetFieldValue<DateTimeOffset>(3)));
        return TypedResults.Ok(items);
    }
}
