using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Compliance.Customers;

/// <summary>
/// How long what a customer showed is kept: the tenant's years after the relationship ended, and as long as a case
/// holds. Then two people destroy the customer's key, and with it documents, answers, reasons and the inputs of
/// ratings, and the words of the customer's cases; the history stays.
/// </summary>
internal static class Retention
{
    public const string StillRetained = "RETAINED";

    public static async Task<ProblemHttpResult?> WhyNotAsync(
        DbSession session, CustomerFile file, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (file.EndedOn is not { } ended)
            return Problems.Conflict(StillRetained, "The relationship with this customer has not ended.");
        var term = (await DefinitionStore.InForceAsync<RetentionTerm>(session, cancellationToken)).Content;
        var until = ended.AddYears(term.Years);
        if (CustomerStore.Today(now) <= until)
            return Problems.Of(StatusCodes.Status409Conflict, StillRetained,
                $"What this customer showed has to be kept until {until:O}.");
        // No word of a case: whoever asks may be somebody who does not read cases.
        return (await CustomerCases.HoldingAsync(session, [file.Id], cancellationToken)).Count > 0
            || await HasHeldTransferAsync(session, file.Id, cancellationToken)
            ? Problems.Conflict(StillRetained, "What this customer showed has to be kept for now.")
            : null;
    }

    /// <summary>Where there was no key yet, none is made any more. What was asked of a provider is not waited
    /// for.</summary>
    public static async Task DestroyAsync(
        DbSession session, CustomerFile file, string by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var key = session.Command(
            "insert into kyc_customer_keys (tenant_id, party_id, master_key_id, destroyed_at) values ($1, $2, '', $3) "
            + "on conflict (tenant_id, party_id) do update set wrapped_key = null, destroyed_at = $3 "
            + "where kyc_customer_keys.wrapped_key is not null",
            session.Tenant.Value, file.Id.Value, now);
        if (await key.ExecuteNonQueryAsync(cancellationToken) == 0)
            return;
        await using var contents = session.Command(
            "delete from kyc_document_contents c using kyc_documents d where c.tenant_id = $1 "
            + "and d.tenant_id = $1 and d.id = c.document_id and d.party_id = $2",
            session.Tenant.Value, file.Id.Value);
        await contents.ExecuteNonQueryAsync(cancellationToken);
        await DestroyCaseKeysAsync(session, file.Id, now, cancellationToken);
        foreach (var open in (await VerificationStore.OfCustomerAsync(session, file.Id, cancellationToken))
                 .Where(one => !one.IsEnded))
            await VerificationStore.EndAsync(session, file, open, by, now, cancellationToken);
        file.Profile = null;
        file.Note(CustomerEvent.KeyDestroyed, by, null, null, now);
    }

    /// <summary>
    /// With the customer go the words of the customer's cases; where a case had none, none are written any more. The
    /// chains hold their hashes.
    /// </summary>
    private static async Task DestroyCaseKeysAsync(
        DbSession session, PartyId customer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var keys = session.Command(
            """
            insert into case_keys (tenant_id, case_id, master_key_id, destroyed_at)
            select c.tenant_id, c.id, '', $3 from cases c
            left join funded_transfers f on f.tenant_id = c.tenant_id and f.transaction_id = c.transaction_id
            where c.tenant_id = $1 and (c.party_id = $2 or f.sender_id = $2)
            on conflict (tenant_id, case_id) do update set wrapped_key = null, destroyed_at = $3
                where case_keys.wrapped_key is not null
            """, session.Tenant.Value, customer.Value, now);
        await keys.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Whether a case of one of the customer's transfers is open, or froze its money.</summary>
    private static async Task<bool> HasHeldTransferAsync(
        DbSession session, PartyId customer, CancellationToken cancellationToken)
    {
        await using var find = session.Command(
            "select 1 from cases c join funded_transfers f on f.tenant_id = c.tenant_id "
            + "and f.transaction_id = c.transaction_id where c.tenant_id = $1 and f.sender_id = $2 "
            + "and (c.status <> 'CLOSED' or (c.decision = 'FREEZE' and c.freeze_ended_at is null)) limit 1",
            session.Tenant.Value, customer.Value);
        return await find.ExecuteScalarAsync(cancellationToken) is not null;
    }
}
