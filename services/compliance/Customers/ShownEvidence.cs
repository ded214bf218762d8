using FinCode.Compliance.Customers.Model;
using FinCode.Messaging;

namespace FinCode.Compliance.Customers;

/// <summary>All that a customer showed: by documents, by a provider's verification, by filled forms.</summary>
internal sealed record ShownEvidence(IReadOnlyList<KycEvidence> Evidence, IReadOnlyList<KycAttempt> Attempts)
{
    // A verification proves the document that the provider saw, and the selfie; while it is open, it may be any.
    // What was destroyed is not shown any more.
    private const string Sql = """
        select * from (
        select type, coalesce(reviewed_at, uploaded_at), expires_on, refusal_code, state = 'ACCEPTED'
        from kyc_documents where tenant_id = $1 and party_id = $2
        union all
        select kind, coalesce(answered_at, requested_at),
            case when kind <> 'SELFIE' then document_expires_on end, refusal_code, state = 'APPROVED'
        from kyc_verifications, unnest(case when document_type is null then $3 else array[document_type, 'SELFIE'] end)
            as kind
        where tenant_id = $1 and party_id = $2
        union all
        select 'FORM:' || form, submitted_at, null, null, true
        from kyc_answers where tenant_id = $1 and party_id = $2
        ) shown where not exists (select from kyc_customer_keys
            where tenant_id = $1 and party_id = $2 and destroyed_at is not null)
        """;

    private static readonly string[] s_anyIdentity = [.. DocumentTypes.Identity, DocumentTypes.Selfie];

    public static async Task<ShownEvidence> ReadAsync(
        DbSession session, PartyId customer, CancellationToken cancellationToken)
    {
        await using var command = session.Command(Sql, session.Tenant.Value, customer.Value, s_anyIdentity);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var (evidence, attempts) = (new List<KycEvidence>(), new List<KycAttempt>());
        while (await rows.ReadAsync(cancellationToken))
        {
            var (kind, at) = (rows.GetString(0), rows.GetFieldValue<DateTimeOffset>(1));
            if (rows.GetBoolean(4))
                evidence.Add(new KycEvidence(kind, at, rows.IsDBNull(2) ? null : rows.GetFieldValue<DateOnly>(2)));
            else
                attempts.Add(new KycAttempt(kind, at, rows.IsDBNull(3) ? null : rows.GetString(3)));
        }
        return new ShownEvidence(evidence, attempts);
    }
}
