using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using Npgsql;

namespace FinCode.Ledger.Storage;

/// <summary>A record with the line that was hashed, its leaf hash and the chain's hash up to it.</summary>
internal sealed record HashedRecord(BookRecord Record, string Line, byte[] LeafHash, byte[] ChainHash);

/// <summary>The rows that records become, as commands of one batch.</summary>
internal static class RecordRows
{
    private const string OpenAccounts = """
        insert into accounts (tenant_id, id, code, currency, normal_side, class, status, owner, metadata, minimum,
            maximum, opened_at)
        select $1, v.id, v.code, v.currency, v.normal_side, v.class, v.status, v.owner, v.metadata, v.minimum,
            v.maximum, v.opened_at
        from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::bigint[], $11::bigint[], $12::timestamptz[])
            as v(id, code, currency, normal_side, class, status, owner, metadata, minimum, maximum, opened_at)
        """;

    private const string ChangeAccounts = """
        update accounts a set status = v.status, owner = v.owner, metadata = v.metadata, minimum = v.minimum,
            maximum = v.maximum
        from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
            as v(id, status, owner, metadata, minimum, maximum)
        where a.tenant_id = $1 and a.id = v.id
        """;

    private const string InsertEvents = """
        insert into book_events (tenant_id, position, kind, account_id, content, booked_at, booked_by, approved_by,
            leaf_hash, chain_hash)
        select $1, v.* from unnest($2::bigint[], $3::text[], $4::uuid[], $5::text[], $6::timestamptz[], $7::text[],
            $8::text[], $9::bytea[], $10::bytea[]) as v
        """;

    private const string InsertEntries = """
        insert into entries (tenant_id, position, id, key, content_hash, transaction_id, step, number, kind, resolves,
            reverses, value_date, expires_at, booked_at, booked_by, approved_by, reference, description, metadata,
            leg_count, leaf_hash, chain_hash)
        select $1, v.* from unnest($2::bigint[], $3::uuid[], $4::text[], $5::bytea[], $6::uuid[], $7::text[],
            $8::int[], $9::text[], $10::bigint[], $11::bigint[], $12::date[], $13::timestamptz[], $14::timestamptz[],
            $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::int[], $21::bytea[], $22::bytea[])
            as v
        """;

    private const string InsertLegs = """
        insert into legs (tenant_id, entry_position, number, account_id, currency, side, amount, previous_balance,
            new_balance, new_available)
        select $1, v.* from unnest($2::bigint[], $3::int[], $4::uuid[], $5::text[], $6::text[], $7::bigint[],
            $8::bigint[], $9::bigint[], $10::bigint[]) as v
        """;

    public static void AddEvents(NpgsqlBatch batch, TenantId tenant, IReadOnlyList<HashedRecord> records)
    {
        var events = records.Where(one => one.Record is BookEvent).ToArray();
        if (events.Length == 0)
            return;
        var happened = events.Select(one => (BookEvent)one.Record).ToArray();
        AddAccounts(batch, tenant, [.. happened.OfType<AccountEvent>()]);
        BookLog.Add(batch, InsertEvents, tenant.Value,
            happened.Select(one => one.Position).ToArray(),
            happened.Select(Kind).ToArray(),
            happened.Select(one => (one as AccountEvent)?.Account.Id).ToArray(),
            events.Select(one => one.Line).ToArray(),
            happened.Select(one => one.BookedAt).ToArray(),
            happened.Select(one => one.BookedBy).ToArray(),
            happened.Select(one => one.ApprovedBy).ToArray(),
            events.Select(one => one.LeafHash).ToArray(),
            events.Select(one => one.ChainHash).ToArray());
    }

    public static void AddEntries(NpgsqlBatch batch, TenantId tenant, IReadOnlyList<HashedRecord> records)
    {
        var rows = records.Where(one => one.Record is EntryRecord).ToArray();
        if (rows.Length == 0)
            return;
        var entries = rows.Select(one => ((EntryRecord)one.Record).Entry).ToArray();
        BookLog.Add(batch, InsertEntries, tenant.Value,
            entries.Select(entry => entry.Position).ToArray(),
            entries.Select(entry => entry.Id.Value).ToArray(),
            entries.Select(entry => entry.Key.Text).ToArray(),
            entries.Select(entry => entry.ContentHash.ToArray()).ToArray(),
            entries.Select(entry => entry.Key.Transaction?.Value).ToArray(),
            entries.Select(entry => entry.Key.Step).ToArray(),
            entries.Select(entry => entry.Key.Number).ToArray(),
            entries.Select(entry => SqlNames.Of(entry.Form)).ToArray(),
            entries.Select(entry => entry.Resolves?.Position).ToArray(),
            entries.Select(entry => entry.Reverses?.Position).ToArray(),
            entries.Select(entry => entry.Details.ValueDate!.Value).ToArray(),
            entries.Select(entry => entry.ExpiresAt).ToArray(),
            entries.Select(entry => entry.BookedAt).ToArray(),
            entries.Select(entry => entry.BookedBy).ToArray(),
            entries.Select(entry => entry.ApprovedBy).ToArray(),
            entries.Select(entry => entry.Details.Reference).ToArray(),
            entries.Select(entry => entry.Details.Description).ToArray(),
            entries.Select(entry => entry.Details.Metadata).ToArray(),
            entries.Select(entry => entry.Legs.Count).ToArray(),
            rows.Select(one => one.LeafHash).ToArray(),
            rows.Select(one => one.ChainHash).ToArray());
    }

    /// <summary>The legs of all entries in one statement, whose trigger moves the accounts.</summary>
    public static void AddLegs(
        NpgsqlBatch batch, TenantId tenant, IReadOnlyList<HashedRecord> records, Func<AccountName, Guid> accountId)
    {
        var legs = records.Select(one => one.Record).OfType<EntryRecord>()
            .SelectMany(record => record.Entry.Legs.Select((leg, index) =>
                (record.Position, Number: index + 1, Booked: leg)))
            .ToArray();
        if (legs.Length == 0)
            return;
        BookLog.Add(batch, InsertLegs, tenant.Value,
            legs.Select(leg => leg.Position).ToArray(),
            legs.Select(leg => leg.Number).ToArray(),
            legs.Select(leg => accountId(leg.Booked.Leg.Account)).ToArray(),
            legs.Select(leg => leg.Booked.Leg.Amount.Currency.Code).ToArray(),
            legs.Select(leg => SqlNames.Of(leg.Booked.Leg.Side)).ToArray(),
            legs.Select(leg => leg.Booked.Leg.Amount.MinorUnits).ToArray(),
            legs.Select(leg => leg.Booked.PreviousBalance).ToArray(),
            legs.Select(leg => leg.Booked.NewBalance).ToArray(),
            legs.Select(leg => leg.Booked.NewAvailable).ToArray());
    }

    private static void AddAccounts(NpgsqlBatch batch, TenantId tenant, IReadOnlyList<AccountEvent> events)
    {
        var opened = events.Where(one => one.IsOpening).ToArray();
        if (opened.Length > 0)
        {
            var accounts = opened.Select(one => one.Account).ToArray();
            BookLog.Add(batch, OpenAccounts, tenant.Value,
                accounts.Select(account => account.Id).ToArray(),
                accounts.Select(account => account.Name.Code).ToArray(),
                accounts.Select(account => account.Name.Currency.Code).ToArray(),
                accounts.Select(account => SqlNames.Of(account.NormalSide)).ToArray(),
                accounts.Select(account => SqlNames.Of(account.Class)).ToArray(),
                accounts.Select(account => SqlNames.Of(account.Status)).ToArray(),
                accounts.Select(account => account.Owner).ToArray(),
                accounts.Select(account => account.Metadata).ToArray(),
                accounts.Select(account => account.Minimum).ToArray(),
                accounts.Select(account => account.Maximum).ToArray(),
                opened.Select(one => one.BookedAt).ToArray());
        }
        var changed = events.Where(one => !one.IsOpening).Select(one => one.Account).ToArray();
        if (changed.Length > 0)
        {
            BookLog.Add(batch, ChangeAccounts, tenant.Value,
                changed.Select(account => account.Id).ToArray(),
                changed.Select(account => SqlNames.Of(account.Status)).ToArray(),
                changed.Select(account => account.Owner).ToArray(),
                changed.Select(account => account.Metadata).ToArray(),
                changed.Select(account => account.Minimum).ToArray(),
                changed.Select(account => account.Maximum).ToArray());
        }
    }

    private static string Kind(BookEvent happened) => happened switch
    {
        AccountEvent { IsOpening: true } => "ACCOUNT_OPENED",
        AccountEvent => "ACCOUNT_CHANGED",
        PeriodClosed => "PERIOD_CLOSED",
        RowsSealed => "ROWS_SEALED",
        _ => throw new ArgumentOutOfRangeException(nameof(happened)),
    };
}
