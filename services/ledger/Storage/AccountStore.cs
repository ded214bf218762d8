using FinCode.Ledger.Model;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Storage;

/// <summary>The accounts of the session's tenant.</summary>
internal sealed class AccountStore(DbSession session)
{
    private const string Columns =
        "a.id, a.code, a.currency, a.normal_side, a.class, a.status, a.minimum, a.maximum, a.posted_debits, "
        + "a.posted_credits, a.pending_debits, a.pending_credits, a.liens, a.owner, a.metadata, "
        + "case when a.monitored then (select array[max(m.threshold) filter (where not m.is_below), "
        + "min(m.threshold) filter (where m.is_below)] from monitors m where m.tenant_id = a.tenant_id "
        + "and m.account_id = a.id) end";

    /// <summary>
    /// Each is looked up by its name. Left free, the planner reads all accounts of a young book to join them.
    /// </summary>
    private const string FindAll = $"""
        select {Columns}
        from unnest($2::text[], $3::text[]) as v(code, currency)
        cross join lateral (
            select * from accounts where tenant_id = $1 and code = v.code and currency = v.currency offset 0) a
        """;

    /// <summary>Those of the names that exist.</summary>
    public async Task<IReadOnlyList<AccountBalance>> FindAllAsync(
        IReadOnlyCollection<AccountName> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
            return [];
        await using var command = session.Command(FindAll, session.Tenant.Value,
            names.Select(name => name.Code).ToArray(), names.Select(name => name.Currency.Code).ToArray());
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    public async Task<AccountBalance?> FindAsync(AccountName name, CancellationToken cancellationToken)
    {
        await using var reader = await session.ReadAsync(
            $"select {Columns} from accounts a where a.tenant_id = $1 and a.code = $2 and a.currency = $3",
            cancellationToken, session.Tenant.Value, name.Code, name.Currency.Code);
        return (await ReadAsync(reader, cancellationToken)).SingleOrDefault();
    }

    /// <summary>
    /// Accounts in the order of their names after <paramref name="after"/>: those of a code and of the codes below it
    /// (all when it is null); optionally only those with a posted or pending balance.
    /// </summary>
    public async Task<IReadOnlyList<AccountBalance>> ListAsync(
        string? code, bool onlyWithBalance, AccountName? after, int limit, CancellationToken cancellationToken)
    {
        const string sql = $"""
            select {Columns} from accounts a
            where a.tenant_id = $1
              and ($2::text is null or a.code = $2 or starts_with(a.code, $2 || ':'))
              and (not $3 or a.balance <> 0 or a.pending_debits <> 0 or a.pending_credits <> 0 or a.liens <> 0)
              and ($4::text is null or (a.code collate "C", a.currency collate "C") > ($4, $5))
            order by a.code collate "C", a.currency collate "C" limit $6
            """;
        await using var command = session.Command(
            sql, session.Tenant.Value, code, onlyWithBalance, after?.Code, after?.Currency.Code, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    /// <summary>Per currency the sum of debit balances and of credit balances, in minor units.</summary>
    public async Task<IReadOnlyList<(Currency Currency, Int128 Debits, Int128 Credits)>> TotalsAsync(
        CancellationToken cancellationToken)
    {
        await using var command = session.Command("""
            select currency, sum(greatest(net, 0))::text, sum(greatest(-net, 0))::text
            from (select currency, posted_debits::numeric - posted_credits as net from accounts where tenant_id = $1) a
            group by currency order by currency
            """, session.Tenant.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var totals = new List<(Currency, Int128, Int128)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            totals.Add((Currency.Of(reader.GetString(0)), Parse(reader.GetString(1)), Parse(reader.GetString(2))));
        }
        return totals;
    }

    private static Int128 Parse(string text) => Int128.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<IReadOnlyList<AccountBalance>> ReadAsync(
        NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var found = new List<AccountBalance>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new AccountBalance(
                reader.GetGuid(0),
                new AccountName(reader.GetString(1), Currency.Of(reader.GetString(2))),
                SqlNames.Parse<Side>(reader.GetString(3)),
                SqlNames.Parse<AccountClass>(reader.GetString(4)),
                SqlNames.Parse<AccountStatus>(reader.GetString(5)),
                reader.IsDBNull(6) ? null : reader.GetInt64(6),
                reader.IsDBNull(7) ? null : reader.GetInt64(7),
                reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11), reader.GetInt64(12))
            {
                Owner = reader.IsDBNull(13) ? null : reader.GetString(13),
                Metadata = reader.IsDBNull(14) ? null : reader.GetString(14),
                Quiet = reader.IsDBNull(15) || reader.GetFieldValue<long?[]>(15) is not [var from, var below]
                    ? null
                    : new QuietRange(from, below),
            });
        }
        return found;
    }
}

/// <summary>How enumerations are written in the tables: their names in upper case.</summary>
internal static class SqlNames
{
    public static string Of<TEnum>(TEnum value) where TEnum : struct, Enum => value.ToString().ToUpperInvariant();

    public static TEnum Parse<TEnum>(string text) where TEnum : struct, Enum =>
        Enum.Parse<TEnum>(text, ignoreCase: true);
}
