using FinCode.Compliance.Customers.Model;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Compliance.Customers;

/// <summary>
/// How long what a customer showed is kept: five years after the relationship ended. Then two people destroy the
/// customer's key, and with it documents, answers, reasons and the inputs of ratings; the history stays.
/// </summary>
internal static class Retention
{
    public const string StillRetained = "RETAINED";

    private const int Years = 5;

    public static ProblemHttpResult? WhyNot(CustomerFile file, DateTimeOffset now)
    {
        if (file.EndedOn is not { } ended)
            return Problems.Conflict(StillRetained, "The relationship with this customer has not ended.");
        var until = ended.AddYears(Years);
        return CustomerStore.Today(now) > until
            ? null
            : Problems.Of(StatusCodes.Status409Conflict, StillRetained,
                $"What this customer showed has to be kept until {until:O}.");
    }

    /// <summary>Whether there was something to destroy; where there was no key yet, none is made any more.</summary>
    /// <param name="by">Null when it follows from the party's erasure.</param>
    public static async Task<bool> DestroyAsync(
        DbSession session, CustomerFile file, string? by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var key = session.Command(
            "insert into kyc_customer_keys (tenant_id, party_id, master_key_id, destroyed_at) values ($1, $2, '', $3) "
            + "on conflict (tenant_id, party_id) do update set wrapped_key = null, destroyed_at = $3 "
            + "where kyc_customer_keys.wrapped_key is not null",
            session.Tenant.Value, file.Id.Value, now);
        if (await key.ExecuteNonQueryAsync(cancellationToken) == 0)
            return false;
        await using var contents = session.Command(
            "delete from kyc_document_contents c using kyc_documents d where c.tenant_id = $1 "
            + "and d.tenant_id = $1 and d.id = c.document_id and d.party_id = $2",
            session.Tenant.Value, file.Id.Value);
        await contents.ExecuteNonQueryAsync(cancellationToken);
        file.Profile = null;
        file.Note(CustomerEvent.KeyDestroyed, by, null, null, now);
        return true;
    }
}
