using FinCode.Ledger.Model;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Storage;

/// <summary>A pending entry or a lien whose time is up.</summary>
internal sealed record ExpiredEntry(TenantId Tenant, EntryId Entry, DateTimeOffset ExpiredAt);

/// <summary>The entries of the session's tenant; <see cref="Posting.BookLog"/> adds them.</summary>
internal sealed class EntryStore(DbSession session)
{
    /// <summary>
    /// Everything is looked up by key, entry by entry, which "offset 0" insists on: left free, the planner reads a
    /// whole book to join it with a few of its entries.
    /// </summary>
    private const string Select = """
        select e.position, e.id, e.transaction_id, e.step, e.number, e.key, e.kind, e.resolves, held.id, e.reverses,
            original.id, e.expires_at, e.value_date, e.reference, e.description, e.metadata, e.content_hash,
            e.booked_at, e.booked_by, e.approved_by, resolution.kind, reversal.id is not null,
            a.code, l.currency, l.side, l.amount, l.previous_balance, l.new_balance, l.new_available
        from found e
        cross join lateral (
            select * from legs where tenant_id = e.tenant_id and entry_position = e.position offset 0) l
        cross join lateral (select code from accounts where id = l.account_id offset 0) a
        left join lateral (
            select id from entries where tenant_id = e.tenant_id and position = e.resolves offset 0) held on true
        left join lateral (
            select id from entries where tenant_id = e.tenant_id and position = e.reverses offset 0) original on true
        left join lateral (
            select kind from entries where tenant_id = e.tenant_id and resolves = e.position offset 0
        ) resolution on true
        left join lateral (
            select id from entries where tenant_id = e.tenant_id and reverses = e.position offset 0) reversal on true
        order by e.position, l.number
        """;

    private const string FindByIdOrKey = $"""
        with found as (
            select e.* from unnest($2::uuid[]) as v(id)
            cross join lateral (select * from entries where id = v.id offset 0) e where e.tenant_id = $1
            union
            select e.* from unnest($3::text[]) as v(key)
            cross join lateral (select * from entries where key = v.key offset 0) e where e.tenant_id = $1)
        {Select}
        """;

    private const string FindByTransaction =
        $"with found as (select * from entries where tenant_id = $1 and transaction_id = $2) {Select}";

    /// <summary>Entries by id or by key; those that are not there are left out.</summary>
    public async Task<IReadOnlyList<BookedEntry>> FindAsync(
        IReadOnlyCollection<EntryId> ids, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        if (ids.Count == 0 && keys.Count == 0)
            return [];
        await using var command = session.Command(
            FindByIdOrKey, session.Tenant.Value, ids.Select(id => id.Value).ToArray(), keys.ToArray());
        await command.PrepareAsync(cancellationToken);
        return await ReadAsync(command, cancellationToken);
    }

    public async Task<IReadOnlyList<BookedEntry>> FindAsync(
        TransactionId transaction, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            FindByTransaction, session.Tenant.Value, transaction.Value);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>
    /// Pending entries and liens of all tenants whose time is up and that nobody resolved, in the order in which they
    /// expired, after the one given.
    /// </summary>
    public async Task<IReadOnlyList<ExpiredEntry>> ExpiredAsync(
        DateTimeOffset now, ExpiredEntry? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = session.Command("""
            select e.tenant_id, e.id, e.expires_at from entries e
            where e.expires_at <= $1 and ($2::timestamptz is null or (e.expires_at, e.id) > ($2, $3::uuid))
              and not exists (select from entries r where r.tenant_id = e.tenant_id and r.resolves = e.position)
            order by e.expires_at, e.id limit $4
            """, now, after?.ExpiredAt, after?.Entry.Value, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<ExpiredEntry>();
        while (await reader.ReadAsync(cancellationToken))
            found.Add(new ExpiredEntry(new TenantId(reader.GetGuid(0)), new EntryId(reader.GetGuid(1)),
                reader.GetFieldValue<DateTimeOffset>(2)));
        return found;
    }

    private static async Task<IReadOnlyList<BookedEntry>> ReadAsync(
        NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<BookedEntry>();
        List<BookedLeg> legs = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            if (found.Count == 0 || found[^1].Position != reader.GetInt64(0))
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
        var key = new EntryKey(reader.GetString(5),
            reader.IsDBNull(2) ? null : new TransactionId(reader.GetGuid(2)), reader.GetString(3), reader.GetInt32(4));
        return new BookedEntry(
            reader.GetInt64(0),
            new EntryId(reader.GetGuid(1)),
            key,
            SqlNames.Parse<EntryForm>(reader.GetString(6)),
            Target(reader, 7),
            Target(reader, 9),
            reader.IsDBNull(11) ? null : reader.GetFieldValue<DateTimeOffset>(11),
            new EntryDetails(reader.GetFieldValue<DateOnly>(12), Text(reader, 13), Text(reader, 14), Text(reader, 15)),
            reader.GetFieldValue<byte[]>(16),
            reader.GetFieldValue<DateTimeOffset>(17),
            Text(reader, 18),
            Text(reader, 19),
            legs,
            reader.IsDBNull(20) ? null : SqlNames.Parse<EntryForm>(reader.GetString(20)),
            reader.GetBoolean(21));
    }

    private static BookedLeg ReadLeg(NpgsqlDataReader reader) => new(
        new Leg(reader.GetString(22), SqlNames.Parse<Side>(reader.GetString(24)),
        new Money(reader.GetInt64(25), Currency.Of(reader.GetString(23)))),
        reader.GetInt64(26), reader.GetInt64(27), reader.GetInt64(28));

    private static EntryTarget? Target(NpgsqlDataReader reader, int position) => reader.IsDBNull(position)
        ? null
        : new EntryTarget(new EntryId(reader.GetGuid(position + 1)), reader.GetInt64(position));

    private static string? Text(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);
}
