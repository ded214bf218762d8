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

    public static async Task DestroyAsync(
        DbSession session, CustomerFile file, string by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var key = session.Command(
            "update kyc_customer_keys set wrapped_key = null, destroyed_at = $3 "
            + "where tenant_id = $1 and party_id = $2 and wrapped_key is not null",
            session.Tenant.Value, file.Id.Value, now);
        await key.ExecuteNonQueryAsync(cancellationToken);
        await using var contents = session.Command(
            "delete from kyc_document_contents c using kyc_documents d where c.tenant_id = $1 "
            + "and d.tenant_id = $1 and d.id = c.document_id and d.party_id = $2",
            session.Tenant.Value, file.Id.Value);
        await contents.ExecuteNonQueryAsync(cancellationToken);
        file.Profile = null;
        file.Note(CustomerEvent.KeyDestroyed, by, null, null, now);
    }
}
