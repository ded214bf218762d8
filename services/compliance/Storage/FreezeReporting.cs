using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>The facts of a transfer that reports to authorities need.</summary>
internal sealed record ReportedFacts(
    PartyId SenderId, PartyId BeneficiaryId, Money SendAmount, string SendCountry, string ReceiveCountry,
    DateTimeOffset FundedAt);

/// <summary>Reads them.</summary>
internal static class FreezeReporting
{
    /// <summary>Where its money was taken in; null when the transfer is not remembered.</summary>
    public static async Task<string?> SendCountryAsync(
        DbSession session, TransactionId transaction, CancellationToken cancellationToken)
    {
        await using var find = session.Command(
            "select send_country from funded_transfers where tenant_id = $1 and transaction_id = $2",
            session.Tenant.Value, transaction.Value);
        return await find.ExecuteScalarAsync(cancellationToken) as string;
    }

    /// <summary>The country whose rule was applied when the freeze was approved.</summary>
    public static async Task<string?> CountryOfAsync(
        DbSession session, CaseId id, CancellationToken cancellationToken) =>
        (await session.LatestStepAsync(id, CaseEvent.DecisionApproved, cancellationToken))?.Terms is { } terms
            ? JsonSerializer.Deserialize<FreezeTerms>(terms, ContractJson.Options)!.ReportCountry
            : null;

    /// <summary>What is remembered of a transfer whose money came; every screened one has.</summary>
    public static async Task<ReportedFacts> FactsAsync(
        DbSession session, TransactionId transaction, CancellationToken cancellationToken)
    {
        await using var find = session.Command(
            "select sender_id, beneficiary_id, send_minor, send_currency, send_country, receive_country, funded_at "
            + "from funded_transfers where tenant_id = $1 and transaction_id = $2",
            session.Tenant.Value, transaction.Value);
        await using var row = await find.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new ReportedFacts(new PartyId(row.GetGuid(0)), new PartyId(row.GetGuid(1)),
                Money.Of(row.GetInt64(2), row.GetString(3)), row.GetString(4), row.GetString(5),
                row.GetFieldValue<DateTimeOffset>(6))
            : throw new InvalidOperationException($"{transaction} has a case without having been funded.");
    }
}
