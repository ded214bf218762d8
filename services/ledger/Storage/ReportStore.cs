using FinCode.Ledger.Model;
using FinCode.Messaging;

namespace FinCode.Ledger.Storage;

/// <param name="Net">Debits less credits, in minor units.</param>
internal sealed record AccountSum(string Code, Currency Currency, AccountClass Class, long Debits, long Credits)
{
    public long Net => checked(Debits - Credits);
}

/// <summary>Sums over days of value, for reports.</summary>
internal sealed class ReportStore(DbSession session)
{
    /// <summary>What was posted on accounts of some classes with value dates in a range, per account.</summary>
    /// <param name="after">Exclusive; null from the beginning.</param>
    public async Task<IReadOnlyList<AccountSum>> SumAsync(
        AccountClass[] classes, DateOnly? after, DateOnly upTo, CancellationToken cancellationToken)
    {
        await using var command = session.Command("""
            select a.code, a.currency, a.class, sum(d.debits)::bigint, sum(d.credits)::bigint
            from account_days d join accounts a on a.id = d.account_id
            where d.tenant_id = $1 and a.class = any($2) and ($3::date is null or d.value_date > $3)
                and d.value_date <= $4
            group by a.code, a.currency, a.class
            order by a.code collate "C", a.currency
            """, session.Tenant.Value, classes.Select(SqlNames.Of).ToArray(), after, upTo);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sums = new List<AccountSum>();
        while (await reader.ReadAsync(cancellationToken))
        {
            sums.Add(new AccountSum(reader.GetString(0), Currency.Of(reader.GetString(1)),
                SqlNames.Parse<AccountClass>(reader.GetString(2)), reader.GetInt64(3), reader.GetInt64(4)));
        }
        return sums;
    }
}
