using System.Security.Cryptography;
using System.Text;
using FinCode.Ledger.Model;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>What stands in the database against the model, and the log against docs/ledger-log.md.</summary>
internal static class BookAudit
{
    public static async Task ShouldHoldAsync(this LedgerFixture ledger, TenantId tenant, BookModel model)
    {
        await AccountsAgreeAsync(ledger, tenant, model);
        await LegsAgreeAsync(ledger, tenant, model);
        await DaysAgreeAsync(ledger, tenant, model);
        await ledger.HistoryShouldHoldAsync(tenant, model);
        await ledger.ShouldBeSoundAsync(tenant);
    }

    /// <summary>What holds for every book, whatever was booked.</summary>
    public static async Task ShouldBeSoundAsync(this LedgerFixture ledger, TenantId tenant)
    {
        (await ledger.AccountsOffTheirLegsAsync(tenant)).ShouldBeEmpty();
        var head = (await ledger.QueryAsync(
            $"select position, chain_hash from books where tenant_id = '{tenant.Value}'",
            reader => (Position: reader.GetInt64(0), Chain: reader.GetFieldValue<byte[]>(1)))).SingleOrDefault();
        var records = await LogLines.ReadAsync(ledger, tenant);
        records.Select(record => record.Position).ShouldBe(Enumerable.Range(1, records.Count).Select(n => (long)n));
        head.Position.ShouldBe(records.Count);
        var chain = new byte[SHA256.HashSizeInBytes];
        foreach (var record in records)
        {
            var leaf = SHA256.HashData([0, .. Encoding.UTF8.GetBytes(record.Line)]);
            chain = SHA256.HashData([.. chain, .. leaf]);
            record.LeafHash.ShouldBe(leaf, record.Line);
            record.ChainHash.ShouldBe(chain, record.Line);
        }
        if (records.Count > 0)
            head.Chain.ShouldBe(chain);
        records.Zip(records.Skip(1)).ShouldAllBe(pair => pair.First.BookedAt <= pair.Second.BookedAt);
        await CurrenciesSumToZeroAsync(ledger, tenant);
    }

    private static async Task CurrenciesSumToZeroAsync(LedgerFixture ledger, TenantId tenant) =>
        (await ledger.QueryAsync($"""
            select currency, sum(posted_debits) - sum(posted_credits), sum(pending_debits) - sum(pending_credits)
            from accounts where tenant_id = '{tenant.Value}' group by currency
            """, reader => (reader.GetString(0), Posted: reader.GetDecimal(1), Pending: reader.GetDecimal(2))))
            .ShouldAllBe(sum => sum.Posted == 0 && sum.Pending == 0);

    private static async Task AccountsAgreeAsync(LedgerFixture ledger, TenantId tenant, BookModel model)
    {
        var accounts = await ledger.QueryAsync($"""
            select code, currency, status, minimum, maximum, balance, available,
                case normal_side when 'DEBIT' then pending_debits else pending_credits end, liens
            from accounts where tenant_id = '{tenant.Value}'
            """, reader => (
                State: new AccountState(
                    new AccountName(reader.GetString(0), Currency.Of(reader.GetString(1))),
                    Enum.Parse<AccountStatus>(reader.GetString(2), ignoreCase: true),
                    reader.IsDBNull(3) ? null : reader.GetInt64(3), reader.IsDBNull(4) ? null : reader.GetInt64(4)),
                Totals: (reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8))));
        accounts.Select(account => account.State.Name).ShouldBe(
            model.Log.OfType<BookModel.AccountFact>().Select(fact => fact.State.Name).Distinct(), ignoreOrder: true);
        foreach (var (state, totals) in accounts)
        {
            state.ShouldBe(model.Account(state.Name));
            totals.ShouldBe(model.Totals(state.Name), state.Name.ToString());
        }
    }

    private static async Task LegsAgreeAsync(LedgerFixture ledger, TenantId tenant, BookModel model)
    {
        var legs = await ledger.QueryAsync($"""
            select e.position, e.key, e.kind, l.number, a.code, l.side, l.amount, l.currency, l.previous_balance,
                l.new_balance, l.new_available
            from entries e join legs l on l.tenant_id = e.tenant_id and l.entry_position = e.position
            join accounts a on a.id = l.account_id
            where e.tenant_id = '{tenant.Value}' order by e.position, l.number
            """, reader => $"{reader[0]} {reader[1]} {reader[2]} {reader[3]}: {reader[4]} {reader[5]} {reader[6]} "
                + $"{reader[7]}: {reader[8]} {reader[9]} {reader[10]}");
        legs.ShouldBe(model.Log.SelectMany((fact, index) => fact is BookModel.EntryFact entry
            ? entry.Legs.Select((leg, number) =>
                $"{index + 1} {entry.Operation.Key} {Form(entry.Operation.Kind)} {number + 1}: {leg.Leg.Code} "
                + $"{(leg.Leg.Side == Side.Debit ? "DEBIT" : "CREDIT")} {leg.Leg.Amount.MinorUnits} "
                + $"{leg.Leg.Amount.Currency.Code}: {leg.Previous} {leg.Balance} {leg.Available}")
            : []));
    }

    private static string Form(OperationKind kind) => kind switch
    {
        OperationKind.Hold => "PENDING",
        OperationKind.Block => "LIEN",
        OperationKind.Release => "VOIDED",
        _ => "POSTED",
    };

    private static async Task DaysAgreeAsync(LedgerFixture ledger, TenantId tenant, BookModel model)
    {
        var days = await ledger.QueryAsync($"""
            select a.code, a.currency, d.value_date, d.debits, d.credits
            from account_days d join accounts a on a.id = d.account_id
            where d.tenant_id = '{tenant.Value}'
            """, reader => (new AccountName(reader.GetString(0), Currency.Of(reader.GetString(1))),
                reader.GetFieldValue<DateOnly>(2), reader.GetInt64(3), reader.GetInt64(4)));
        days.ShouldBe(model.Days(), ignoreOrder: true);
    }
}
