using FinCode.Messaging;

namespace FinCode.Compliance.Customers;

/// <summary>What a customer did, as far as tiers and ratings ask: from the history that rules keep.</summary>
/// <param name="Corridors">Of the last year, in order; so are <paramref name="Products"/>, the payout methods.</param>
/// <param name="Largest">The largest transfer of the last year in each currency.</param>
/// <param name="RulePoints">What live rules added for transfers of the last 90 days, each by its newest round.</param>
internal sealed record CustomerActivity(
    IReadOnlyList<string> Corridors, IReadOnlyList<string> Products, IReadOnlyList<Money> Largest, int RulePoints)
{
    private const int HistoryDays = 365;
    private const int RulePointsDays = 90;
    private const int MaxKinds = 1000;
    private const int MaxRulePoints = 1_000_000;

    public static async Task<CustomerActivity> ReadAsync(
        DbSession session, PartyId customer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (corridors, products) = (new SortedSet<string>(StringComparer.Ordinal),
            new SortedSet<string>(StringComparer.Ordinal));
        var largest = new Dictionary<string, long>(StringComparer.Ordinal);
        await using (var command = session.Command(
            "select corridor, payout_method, send_currency, max(send_minor) from funded_transfers "
            + "where tenant_id = $1 and sender_id = $2 and funded_at > $3 group by 1, 2, 3 limit $4",
            session.Tenant.Value, customer.Value, now.AddDays(-HistoryDays), MaxKinds))
        {
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                corridors.Add(rows.GetString(0));
                products.Add(rows.GetString(1));
                largest[rows.GetString(2)] =
                    Math.Max(rows.GetInt64(3), largest.GetValueOrDefault(rows.GetString(2)));
            }
        }
        return new CustomerActivity([.. corridors], [.. products],
            [.. largest.Select(pair => Money.Of(pair.Value, pair.Key))],
            await RulePointsAsync(session, customer, now, cancellationToken));
    }

    private static async Task<int> RulePointsAsync(
        DbSession session, PartyId customer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = session.Command("""
            select coalesce(sum((result ->> 'riskPoints')::int), 0)
            from (
                select distinct on (e.transaction_id) e.results
                from funded_transfers f
                join rule_evaluations e using (tenant_id, transaction_id)
                where f.tenant_id = $1 and f.sender_id = $2 and f.funded_at > $3
                order by e.transaction_id, e.screening_round desc
            ) newest, jsonb_array_elements(newest.results) result
            where result ->> 'mode' = 'LIVE' and result ->> 'verdict' = 'MATCHED'
            """, session.Tenant.Value, customer.Value, now.AddDays(-RulePointsDays));
        return (int)Math.Min((long)(await command.ExecuteScalarAsync(cancellationToken))!, MaxRulePoints);
    }
}
