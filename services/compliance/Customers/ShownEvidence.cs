using FinCode.Compliance.Customers.Model;
using FinCode.Messaging;

namespace FinCode.Compliance.Customers;

/// <summary>All that a customer showed: by documents, by a provider's verification, by filled forms.</summary>
internal sealed record ShownEvidence(IReadOnlyList<KycEvidence> Evidence, IReadOnlyList<KycAttempt> Attempts)
{
    /// <summary>Brought in this very transaction: its step is not written yet.</summary>
    private const int JustNow = int.MaxValue;

    // A verification proves the document that the provider saw, and the selfie; while it is open, it may be any.
    // What was destroyed is not shown any more.
    private const string Sql = """
        select kind, shown.at, valid_until, refusal_code, is_good, coalesce(step.number, $5) from (
        select id, type as kind, coalesce(reviewed_at, uploaded_at) as at, expires_on as valid_until, refusal_code,
            state = 'ACCEPTED' as is_good, identity_hash, 'DOCUMENT_RECEIVED' as brought
        from kyc_documents where tenant_id = $1 and party_id = $2
        union all
        select id, kind, coalesce(answered_at, requested_at),
            case when kind <> 'SELFIE' then document_expires_on end, refusal_code, state = 'APPROVED', identity_hash,
            'VERIFICATION_REQUESTED'
        from kyc_verifications, unnest(case when document_type is null then $3 else array[document_type, 'SELFIE'] end)
            as kind
        where tenant_id = $1 and party_id = $2
        union all
        select id, 'FORM:' || form, submitted_at, null, null, true, identity_hash, 'ANSWERS_RECEIVED'
        from kyc_answers where tenant_id = $1 and party_id = $2
        ) shown
        left join kyc_events step on step.tenant_id = $1 and step.party_id = $2 and step.subject_id = shown.id
            and step.type = shown.brought
        where identity_hash is not distinct from $4::text
            and not exists (select from kyc_customer_keys
                where tenant_id = $1 and party_id = $2 and destroyed_at is not null)
        """;

    private static readonly string[] s_anyIdentity = [.. DocumentTypes.Identity, DocumentTypes.Selfie];

    /// <param name="identityHash">Whose evidence: what was shown for somebody else is not shown.</param>
    public static async Task<ShownEvidence> ReadAsync(
        DbSession session, PartyId customer, string? identityHash, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            Sql, session.Tenant.Value, customer.Value, s_anyIdentity, identityHash, JustNow);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var (evidence, attempts) = (new List<KycEvidence>(), new List<KycAttempt>());
        while (await rows.ReadAsync(cancellationToken))
        {
            var (kind, at, number) =
                (rows.GetString(0), rows.GetFieldValue<DateTimeOffset>(1), rows.GetInt32(5));
            if (rows.GetBoolean(4))
                evidence.Add(
                    new KycEvidence(kind, at, rows.IsDBNull(2) ? null : rows.GetFieldValue<DateOnly>(2), number));
            else
                attempts.Add(new KycAttempt(kind, at, rows.IsDBNull(3) ? null : rows.GetString(3), number));
        }
        return new ShownEvidence(evidence, attempts);
    }
}
