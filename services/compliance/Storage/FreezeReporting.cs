using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Compliance.Reports;
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
    /// <summary>
    /// Until when a freeze that is approved now has to be reported, and by which country's rule, as the approval's
    /// terms. Freezes of its transfer wait for each other from here on.
    /// </summary>
    public static async Task<(DateTimeOffset? DueAt, string? Terms)> DescribeAsync(
        ComplianceWork work, Case one, TimeProvider clock, CancellationToken cancellationToken)
    {
        string? country = null;
        if (one.TransactionId is { } transaction)
        {
            await work.Db.LockFreezesAsync(transaction, cancellationToken);
            country = await SendCountryAsync(work.Session, transaction, cancellationToken);
        }
        var profile = FreezeReportProfile.Of(country);
        return (profile.DueAt(clock.GetUtcNow()),
            JsonSerializer.Serialize(new FreezeTerms(profile.Country), ContractJson.Options));
    }

    /// <summary>Where its money was taken in; null when the transfer is not remembered.</summary>
    private static async Task<string?> SendCountryAsync(
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
        DbSession session, TransactionId transaction, CancellationToken cancellationToken) =>
        (await FactsAsync(session, [transaction], cancellationToken)).TryGetValue(transaction, out var facts)
            ? facts
            : throw new InvalidOperationException($"{transaction} has a case without having been funded.");

    /// <summary>Of those of them that this tenant has.</summary>
    public static async Task<IReadOnlyDictionary<TransactionId, ReportedFacts>> FactsAsync(
        DbSession session, IEnumerable<TransactionId> transactions, CancellationToken cancellationToken)
    {
        await using var find = session.Command(
            "select transaction_id, sender_id, beneficiary_id, send_minor, send_currency, send_country, "
            + "receive_country, funded_at from funded_transfers where tenant_id = $1 and transaction_id = any($2)",
            session.Tenant.Value, transactions.Select(one => one.Value).ToArray());
        await using var rows = await find.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<TransactionId, ReportedFacts>();
        while (await rows.ReadAsync(cancellationToken))
            found[new TransactionId(rows.GetGuid(0))] = new ReportedFacts(new PartyId(rows.GetGuid(1)),
                new PartyId(rows.GetGuid(2)), Money.Of(rows.GetInt64(3), rows.GetString(4)), rows.GetString(5),
                rows.GetString(6), rows.GetFieldValue<DateTimeOffset>(7));
        return found;
    }
}
