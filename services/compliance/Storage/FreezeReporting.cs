using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>The facts of a transfer that a report of its freeze needs.</summary>
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

    public static async Task<(Money Amount, DateTimeOffset FundedAt)> FrozenAsync(
        DbSession session, TransactionId transaction, CancellationToken cancellationToken)
    {
        await using var find = session.Command(
            "select send_minor, send_currency, funded_at from funded_transfers "
            + "where tenant_id = $1 and transaction_id = $2", session.Tenant.Value, transaction.Value);
        await using var row = await find.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? (Money.Of(row.GetInt64(0), row.GetString(1)), row.GetFieldValue<DateTimeOffset>(2))
            : throw new InvalidOperationException($"{transaction} was frozen without having been funded.");
    }
}
