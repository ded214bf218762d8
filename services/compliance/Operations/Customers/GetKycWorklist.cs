using System.Globalization;
using FinCode.Compliance.Identity;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

public enum KycWork
{
    /// <summary>A document to accept or refuse.</summary>
    Document,

    /// <summary>A verification that the provider left to a person, about which it was silent for long, or that is
    /// of a provider that is not asked any more.</summary>
    Verification,

    /// <summary>A provider said something else than before, since the customer was last reviewed.</summary>
    Contradiction,

    /// <summary>Name or date of birth changed after something was shown, since the customer was last
    /// reviewed.</summary>
    Identity,

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
    /// <param name="Next">Pass it as <c>after</c> to get the next page; missing on the last one.</param>
    public sealed record KycWorkPage(IReadOnlyList<KycWorkItem> Items, string? Next);

    private const string Sql = """
        select kind, party_id, subject_id, since from (
            select 'DOCUMENT' as kind, party_id, id as subject_id, uploaded_at as since
            from kyc_documents where tenant_id = $1 and state = 'RECEIVED'
            union all
            select 'VERIFICATION', party_id, id, coalesce(overdue_at, requested_at)
            from kyc_verifications where tenant_id = $1 and (state = 'IN_REVIEW'
                or (state not in ('APPROVED', 'REFUSED')
                    and (overdue_at is not null or provider is distinct from $3::text)))
            union all
            select case e.type when 'IDENTITY_CHANGED' then 'IDENTITY' else 'CONTRADICTION' end,
                e.party_id, e.subject_id, e.at
            from kyc_events e join kyc_customers c using (tenant_id, party_id)
            where tenant_id = $1 and e.type in ('VERIFICATION_CONTRADICTED', 'IDENTITY_CHANGED')
                and (c.reviewed_at is null or e.at > c.reviewed_at)
            union all
            select 'DECISION', party_id, id, proposed_at
            from kyc_decisions where tenant_id = $1 and state = 'PROPOSED'
            union all
            select 'DUE_DILIGENCE', party_id, null, due_diligence_since
            from kyc_customers where tenant_id = $1 and due_diligence_since is not null
            union all
            select 'REVIEW', party_id, null, review_due_at
            from kyc_customers where tenant_id = $1 and review_due_at <= $2 and ended_on is null
        ) work
        where ($4::text is null or kind = $4)
            and ($5::timestamptz is null or (since, kind, party_id, coalesce(subject_id, party_id))
                > ($5, $6::text, $7::uuid, $8::uuid))
        order by since, kind, party_id, coalesce(subject_id, party_id) limit $9
        """;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/kyc/worklist", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("GetKycWorklist").WithSummary("What about customers waits for a person, the oldest first")
        .WithTags(CustomerRequests.Tag)
        .Produces<KycWorkPage>().ProducesProblem(403).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(string? kind, string? after, int? limit, Caller caller,
        DbSession session, IdentitySetup identity, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.Check(kind is null || Words.Find<KycWork>(kind) is not null, "kind",
            $"One of {string.Join(", ", Enum.GetValues<KycWork>().Select(Words.Of))}.");
        var edge = Parse(after);
        validation.Check(after is null || edge is not null, "after", "The value of next in an earlier page.");
        var size = Page.Size(validation, limit);
        if (validation.Failed)
            return validation.ToProblem();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        await using var command = session.Command(Sql, session.Tenant.Value, clock.GetUtcNow(),
            identity.Settings?.Name, kind, edge?.Since, edge is null ? null : Words.Of(edge.Kind),
            edge?.CustomerId.Value, edge?.SubjectId, size + 1);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<KycWorkItem>();
        while (await rows.ReadAsync(cancellationToken))
            items.Add(new KycWorkItem(Words.Parse<KycWork>(rows.GetString(0)), new PartyId(rows.GetGuid(1)),
                rows.IsDBNull(2) ? null : rows.GetGuid(2), rows.GetFieldValue<DateTimeOffset>(3)));
        return TypedResults.Ok(items.Count > size
            ? new KycWorkPage(items[..size], Edge(items[size - 1]))
            : new KycWorkPage(items, null));
    }

    /// <summary>Where a page ends: time (ticks), kind, customer, and the subject or else the customer again.</summary>
    private static string Edge(KycWorkItem last) =>
        $"{last.Since.UtcTicks}.{Words.Of(last.Kind)}.{last.CustomerId}.{last.SubjectId ?? last.CustomerId.Value:N}";

    private static KycWorkItem? Parse(string? edge) =>
        edge?.Split('.') is [var ticks, var kind, var customer, var subject]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var since)
        && since <= DateTimeOffset.MaxValue.UtcTicks && Words.Find<KycWork>(kind) is { } work
        && PartyId.TryParse(customer, null, out var party) && Guid.TryParseExact(subject, "N", out var id)
            ? new KycWorkItem(work, party, id, new DateTimeOffset(since, TimeSpan.Zero))
            : null;
}
