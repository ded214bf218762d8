using FinCode.Ledger.Model;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Storage;

/// <summary>The entries of the session's tenant: read and added, never changed.</summary>
internal sealed class EntryStore(DbSession session)
{
    private const string Select = """
        select e.id, e.transaction_id, e.step, e.number, e.key, e.kind, e.resolves_entry, e.reverses_entry,
            e.content_hash, e.booked_at, resolution.kind, reversal.id is not null,
            a.code, l.currency, l.side, l.amount, l.previous_balance, l.new_balance, l.new_available
        from entries e
        join legs l on l.entry_id = e.id
        join accounts a on a.id = l.account_id
        left join entries resolution on resolution.resolves_entry = e.id
        left join entries reversal on reversal.reverses_entry = e.id
        where e.tenant_id = $1
        """;

    private const string InOrder = " order by e.position, l.number";

    private const string AddEntries = """
        insert into entries (tenant_id, id, transaction_id, step, number, key, content_hash, kind, resolves_entry,
            reverses_entry, booked_at, booked_by)
        select $1, v.id, v.transaction_id, v.step, v.number, v.key, v.content_hash, v.kind, v.resolves_entry,
            v.reverses_entry, v.booked_at, $2
        from unnest($3::uuid[], $4::uuid[], $5::text[], $6::int[], $7::text[], $8::bytea[], $9::text[],
            $10::uuid[], $11::uuid[], $12::timestamptz[]) with ordinality
            as v(id, transaction_id, step, number, key, content_hash, kind, resolves_entry, reverses_entry,
                booked_at, n)
        order by v.n
        """;

    private const string AddLegs = """
        insert into legs (tenant_id, entry_id, number, account_id, currency, side, amount, previous_balance,
            new_balance, new_available)
        select $1, v.entry_id, v.number, v.account_id, v.currency, v.side, v.amount, v.previous_balance, v.new_balance,
            v.new_available
        from unnest($2::uuid[], $3::int[], $4::uuid[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[],
            $10::bigint[]) with ordinality
            as v(entry_id, number, account_id, currency, side, amount, previous_balance, new_balance, new_available, n)
        order by v.n
        """;

    /// <summary>Entries by id or by key; those that are not there are left out.</summary>
    public async Task<IReadOnlyList<BookedEntry>> FindAsync(
        IReadOnlyCollection<EntryId> ids, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        if (ids.Count == 0 && keys.Count == 0)
            return [];
        await using var command = session.Command(
            $"{Select} and (e.id = any($2) or e.key = any($3)){InOrder}",
            session.Tenant.Value, ids.Select(id => id.Value).ToArray(), keys.ToArray());
        return await ReadAsync(command, cancellationToken);
    }

    public async Task<IReadOnlyList<BookedEntry>> FindAsync(
        TransactionId transaction, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            $"{Select} and e.transaction_id = $2{InOrder}", session.Tenant.Value, transaction.Value);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>
    /// Adds the entries in order. Their accounts are locked, so the legs of an account are in the order of its history.
    /// </summary>
    public async Task AddAsync(
        IReadOnlyList<BookedEntry> added, Func<AccountName, Guid> accountId, string? bookedBy,
        CancellationToken cancellationToken)
    {
        await using var insertEntries = session.Command(AddEntries, session.Tenant.Value, bookedBy,
            added.Select(entry => entry.Id.Value).ToArray(),
            added.Select(entry => entry.Key.Transaction?.Value).ToArray(),
            added.Select(entry => entry.Key.Step).ToArray(),
            added.Select(entry => entry.Key.Number).ToArray(),
            added.Select(entry => entry.Key.Text).ToArray(),
            added.Select(entry => entry.ContentHash.ToArray()).ToArray(),
            added.Select(entry => SqlNames.Of(entry.Form)).ToArray(),
            added.Select(entry => entry.Resolves?.Value).ToArray(),
            added.Select(entry => entry.Reverses?.Value).ToArray(),
            added.Select(entry => entry.BookedAt).ToArray());
        await insertEntries.ExecuteNonQueryAsync(cancellationToken);

        var legs = added
            .SelectMany(entry =>
                entry.Legs.Select((leg, index) => (Entry: entry.Id.Value, Number: index + 1, Booked: leg)))
            .ToArray();
        await using var insertLegs = session.Command(AddLegs, session.Tenant.Value,
            legs.Select(leg => leg.Entry).ToArray(),
            legs.Select(leg => leg.Number).ToArray(),
            legs.Select(leg => accountId(leg.Booked.Leg.Account)).ToArray(),
            legs.Select(leg => leg.Booked.Leg.Amount.Currency.Code).ToArray(),
            legs.Select(leg => SqlNames.Of(leg.Booked.Leg.Side)).ToArray(),
            legs.Select(leg => leg.Booked.Leg.Amount.MinorUnits).ToArray(),
            legs.Select(leg => leg.Booked.PreviousBalance).ToArray(),
            legs.Select(leg => leg.Booked.NewBalance).ToArray(),
            legs.Select(leg => leg.Booked.NewAvailable).ToArray());
        await insertLegs.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<BookedEntry>> ReadAsync(
        NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<BookedEntry>();
        List<BookedLeg> legs = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            if (found.Count == 0 || found[^1].Id.Value != reader.GetGuid(0))
            {
                legs = [];
                found.Add(ReadEntry(reader, legs));
            }
            legs.Add(ReadLeg(reader));
        }
        return found;
    }

    private static BookedEntry ReadEntry(NpgsqlDataReader reader, List<BookedLeg> legs)
    {
        var key = new EntryKey(reader.GetString(4),
            reader.IsDBNull(1) ? null : new TransactionId(reader.GetGuid(1)), reader.GetString(2), reader.GetInt32(3));
        return new BookedEntry(
            new EntryId(reader.GetGuid(0)),
            key,
            SqlNames.Parse<EntryForm>(reader.GetString(5)),
            reader.IsDBNull(6) ? null : new EntryId(reader.GetGuid(6)),
            reader.IsDBNull(7) ? null : new EntryId(reader.GetGuid(7)),
            reader.GetFieldValue<byte[]>(8),
            reader.GetFieldValue<DateTimeOffset>(9),
            legs,
            reader.IsDBNull(10) ? null : SqlNames.Parse<EntryForm>(reader.GetString(10)),
            reader.GetBoolean(11));
    }

    private static BookedLeg ReadLeg(NpgsqlDataReader reader) => new(
        new Leg(reader.GetString(12), SqlNames.Parse<Side>(reader.GetString(14)),
        new Money(reader.GetInt64(15), Currency.Of(reader.GetString(13)))),
        reader.GetInt64(16), reader.GetInt64(17), reader.GetInt64(18));
}
