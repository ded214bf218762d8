using FinCode.Ledger.Model;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Storage;

/// <summary>The accounts of the session's tenant.</summary>
internal sealed class AccountStore(DbSession session)
{
    private const string Columns =
        "a.id, a.code, a.currency, a.normal_side, a.kind, a.status, a.minimum, a.maximum, "
        + "a.posted_debits, a.posted_credits, a.pending_debits, a.pending_credits";

    private const string Open = """
        insert into accounts (tenant_id, id, code, currency, normal_side, kind, minimum, opened_at)
        select $1, v.id, v.code, v.currency, v.normal_side, v.kind, v.minimum, $2
        from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[])
            as v(id, code, currency, normal_side, kind, minimum)
        order by v.code collate "C", v.currency collate "C"
        on conflict (tenant_id, code, currency) do nothing
        """;

    private const string Lock = $"""
        select {Columns}
        from accounts a join unnest($2::text[], $3::text[]) as v(code, currency)
            on a.code = v.code and a.currency = v.currency
        where a.tenant_id = $1
        order by a.code collate "C", a.currency collate "C"
        for update of a
        """;

    private const string Save = """
        update accounts a set posted_debits = v.posted_debits, posted_credits = v.posted_credits,
            pending_debits = v.pending_debits, pending_credits = v.pending_credits
        from unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
            as v(id, posted_debits, posted_credits, pending_debits, pending_credits)
        where a.tenant_id = $1 and a.id = v.id
        """;

    /// <summary>
    /// Opens those that are missing and locks all until the session ends. Everybody opens and locks in the order of the
    /// names, which is what keeps two postings from waiting for each other.
    /// </summary>
    public async Task<IReadOnlyList<AccountBalance>> LockAsync(
        IReadOnlyList<AccountName> ordered, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (ordered.Count == 0)
            return [];
        var rules = ordered.Select(name => AccountCodes.Find(name)!).ToArray();
        var codes = ordered.Select(name => name.Code).ToArray();
        var currencies = ordered.Select(name => name.Currency.Code).ToArray();
        await using var open = session.Command(Open, session.Tenant.Value, now,
            ordered.Select(_ => Guid.CreateVersion7(now)).ToArray(), codes, currencies,
            rules.Select(rule => SqlNames.Of(rule.NormalSide)).ToArray(),
            rules.Select(rule => SqlNames.Of(rule.Class)).ToArray(),
            rules.Select(rule => rule.Minimum).ToArray());
        await open.ExecuteNonQueryAsync(cancellationToken);
        await using var command = session.Command(Lock, session.Tenant.Value, codes, currencies);
        return await ReadAsync(command, cancellationToken);
    }

    public async Task SaveAsync(IReadOnlyList<AccountBalance> changed, CancellationToken cancellationToken)
    {
        await using var command = session.Command(Save, session.Tenant.Value,
            changed.Select(account => account.Id).ToArray(),
            changed.Select(account => account.PostedDebits).ToArray(),
            changed.Select(account => account.PostedCredits).ToArray(),
            changed.Select(account => account.PendingDebits).ToArray(),
                changed.Select(account => account.PendingCredits).ToArray());
        if (await command.ExecuteNonQueryAsync(cancellationToken) != changed.Count)
            throw new InvalidOperationException("An account that was locked is gone.");
    }

    public async Task<AccountBalance?> FindAsync(AccountName name, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            $"select {Columns} from accounts a where a.tenant_id = $1 and a.code = $2 and a.currency = $3",
            session.Tenant.Value, name.Code, name.Currency.Code);
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault();
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
              and (not $3 or a.balance <> 0 or a.pending_debits <> 0 or a.pending_credits <> 0)
              and ($4::text is null or (a.code collate "C", a.currency collate "C") > ($4, $5))
            order by a.code collate "C", a.currency collate "C" limit $6
            """;
        await using var command = session.Command(
            sql, session.Tenant.Value, code, onlyWithBalance, after?.Code, after?.Currency.Code, limit);
        return await ReadAsync(command, cancellationToken);
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
        NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
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
                reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11)));
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
