using System.Text.Json;
using FinCode.Ledger.Model;
using FinCode.Ledger.Reconciliation.Model.Breaks;
using FinCode.Ledger.Reconciliation.Model.Matching;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Reconciliation.Storage;

internal enum BreakNoteKind
{
    Opened,
    Changed,
    Assigned,
    Note,
    Resolved,
    Reopened,
}

/// <param name="Entry">Of the leg, if it is about one.</param>
internal sealed record StoredBreak(
    BreakId Id, Guid AccountId, AccountName Account, BreakKind Kind, long Amount, BreakSubject Subject, EntryId? Entry,
    DateOnly Since, DateTimeOffset OpenedAt, string? Assignee, IReadOnlyList<LegPlace> Suggestions, bool IsOpen,
    BreakResolution? Resolution, string? ResolvedBy, DateTimeOffset? ResolvedAt, MatchId? ResolutionMatch,
    EntryId? ResolutionEntry);

internal sealed record BreakNote(int Number, BreakNoteKind Kind, string? Author, DateTimeOffset At, string Text);

/// <summary>Which breaks of the tenant; null is all.</summary>
internal sealed record BreakFilter(
    AccountName? Account, bool? IsOpen, BreakKind? Kind, string? Assignee, (DateOnly Since, BreakId Id)? After);

internal sealed class BreakStore(DbSession session, TimeProvider clock)
{
    private const string Select = """
        select b.id, b.account_id, a.code, a.currency, b.kind, b.amount, b.line_id, b.entry_position, b.leg_number,
            b.match_id, b.statement_id, e.id, b.since, b.opened_at, b.assignee, b.suggestions, b.status = 'OPEN',
            b.resolution, b.resolved_by, b.resolved_at, b.resolution_match_id, settling.id
        from breaks b join accounts a on a.id = b.account_id
        left join entries e on e.tenant_id = b.tenant_id and e.position = b.entry_position
        left join entries settling on settling.tenant_id = b.tenant_id and settling.position = b.resolution_entry
        """;

    /// <summary>The oldest first.</summary>
    public async Task<IReadOnlyList<StoredBreak>> ListAsync(
        BreakFilter filter, int limit, CancellationToken cancellationToken) => await session.ListAsync(
            Read, cancellationToken, $"""
            {Select}
            where b.tenant_id = $1 and ($2::text is null or (a.code = $2 and a.currency = $3))
                and ($4::boolean is null or (b.status = 'OPEN') = $4) and ($5::text is null or b.kind = $5)
                and ($6::text is null or b.assignee = $6) and ($7::date is null or (b.since, b.id) > ($7, $8::uuid))
            order by b.since, b.id limit $9
            """, session.Tenant.Value, filter.Account?.Code, filter.Account?.Currency.Code, filter.IsOpen,
            filter.Kind is { } kind ? Words.Of(kind) : null, filter.Assignee, filter.After?.Since,
            filter.After?.Id.Value, limit);

    public async Task<StoredBreak?> FindAsync(BreakId id, CancellationToken cancellationToken) =>
        (await session.ListAsync(Read, cancellationToken, $"{Select} where b.tenant_id = $1 and b.id = $2",
            session.Tenant.Value, id.Value)).SingleOrDefault();

    /// <summary>The break with its account held, so that nobody else works on it; null when there is none.</summary>
    public async Task<(ReconciledAccount, StoredBreak)?> HoldAsync(
        BreakId id, ReconciledAccounts reconciled, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } found)
            return null;
        var account = await reconciled.LockAsync(found.AccountId, cancellationToken);
        return (account!, (await FindAsync(id, cancellationToken))!);
    }

    /// <summary>Legs by their places, as the account sees them.</summary>
    public async Task<IReadOnlyList<(LegPlace Place, EntryId Entry, long Amount)>> LegsAsync(
        IReadOnlyList<LegPlace> places, CancellationToken cancellationToken) => await session.ListAsync(
            reader => (new LegPlace(reader.GetInt64(0), reader.GetInt32(1)), new EntryId(reader.GetGuid(2)),
                reader.GetInt64(3)), cancellationToken, """
            select l.entry_position, l.number, e.id, case l.side when 'DEBIT' then l.amount else -l.amount end
            from unnest($2::bigint[], $3::int[]) as v(position, number)
            join legs l on l.tenant_id = $1 and l.entry_position = v.position and l.number = v.number
            join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position
            order by 1, 2
            """, session.Tenant.Value, places.Select(place => place.Position).ToArray(),
            places.Select(place => place.Number).ToArray());

    /// <summary>The open ones of an account, all of them.</summary>
    public async Task<IReadOnlyList<OpenBreak>> OpenOfAsync(Guid account, CancellationToken cancellationToken) =>
        await session.ListAsync(
            ReadOpen,
            cancellationToken, $"{Select} where b.tenant_id = $1 and b.account_id = $2 and b.status = 'OPEN'",
            session.Tenant.Value, account);

    /// <summary>Those that a match resolved.</summary>
    public async Task<IReadOnlyList<StoredBreak>> ResolvedByAsync(MatchId match, CancellationToken cancellationToken) =>
        await session.ListAsync(Read, cancellationToken,
            $"{Select} where b.tenant_id = $1 and b.resolution_match_id = $2 and b.status = 'RESOLVED'",
            session.Tenant.Value, match.Value);

    public async Task<IReadOnlyList<BreakNote>> NotesAsync(BreakId id, CancellationToken cancellationToken) =>
        await session.ListAsync(reader => new BreakNote(reader.GetInt32(0),
            Words.Parse<BreakNoteKind>(reader.GetString(1)), reader.TextOrNull(2), reader.Time(3), reader.GetString(4)),
            cancellationToken, "select number, kind, author, at, text from break_notes "
            + "where tenant_id = $1 and break_id = $2 order by number", session.Tenant.Value, id.Value);

    /// <summary>In one go: a first statement may open as many breaks as it has lines.</summary>
    public async Task OpenAsync(
        Guid account, IReadOnlyCollection<WantedBreak> wanted, CancellationToken cancellationToken)
    {
        if (wanted.Count == 0)
            return;
        var now = clock.GetUtcNow();
        T[] Each<T>(Func<WantedBreak, T> select) => [.. wanted.Select(select)];
        await session.ExecuteAsync(cancellationToken, """
            with opened as (
                insert into breaks (tenant_id, id, account_id, kind, amount, line_id, entry_position, leg_number,
                    match_id, statement_id, since, opened_at, suggestions)
                select $1, v.id, $2, v.kind, v.amount, v.line_id, v.entry_position, v.leg_number, v.match_id,
                    v.statement_id, v.since, $3, v.suggestions
                from unnest($4::uuid[], $5::text[], $6::bigint[], $7::uuid[], $8::bigint[], $9::int[], $10::uuid[],
                    $11::uuid[], $12::date[], $13::text[])
                    as v(id, kind, amount, line_id, entry_position, leg_number, match_id, statement_id, since,
                        suggestions)
                returning id, kind)
            insert into break_notes (tenant_id, break_id, number, kind, at, text)
            select $1, id, 1, 'OPENED', $3, kind from opened
            """, session.Tenant.Value, account, now, Each(_ => BreakId.New(clock).Value),
            Each(one => Words.Of(one.Kind)), Each(one => one.Amount), Each(one => one.Subject.Line?.Value),
            Each(one => one.Subject.Leg?.Position), Each(one => one.Subject.Leg?.Number),
            Each(one => one.Subject.Match?.Value), Each(one => one.Subject.Statement?.Value), Each(one => one.Since),
            Each(one => Write(one.Suggestions)));
    }

    /// <summary>A break that is now of another kind, leg or amount says so; new suggestions are no news.</summary>
    public async Task ChangeAsync(OpenBreak before, WantedBreak now, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync(cancellationToken, """
            update breaks set kind = $3, amount = $4, entry_position = $5::bigint, leg_number = $6::int,
                suggestions = $7
            where tenant_id = $1 and id = $2
            """, session.Tenant.Value, before.Id.Value, Words.Of(now.Kind), now.Amount, now.Subject.Leg?.Position,
            now.Subject.Leg?.Number, Write(now.Suggestions));
        if ((before.Kind, before.Amount, before.Subject) != (now.Kind, now.Amount, now.Subject))
            await NoteAsync(before.Id, BreakNoteKind.Changed, null, Words.Of(now.Kind), cancellationToken);
    }

    /// <param name="entry">The position of the entry that settles it, where one does.</param>
    public async Task ResolveAsync(
        BreakId id, BreakResolution resolution, MatchId? match, long? entry, string? by, string text,
        CancellationToken cancellationToken)
    {
        await session.ExecuteAsync(cancellationToken, """
            update breaks set status = 'RESOLVED', resolution = $3, resolution_match_id = $4::uuid,
                resolution_entry = $5::bigint, resolved_by = $6::text, resolved_at = $7
            where tenant_id = $1 and id = $2 and status = 'OPEN'
            """, session.Tenant.Value, id.Value, Words.Of(resolution), match?.Value, entry, by, clock.GetUtcNow());
        await NoteAsync(id, BreakNoteKind.Resolved, by, text, cancellationToken);
    }

    public async Task ReopenAsync(BreakId id, string by, string reason, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync(cancellationToken, """
            update breaks set status = 'OPEN', resolution = null, resolution_match_id = null, resolution_entry = null,
                resolved_by = null, resolved_at = null
            where tenant_id = $1 and id = $2
            """, session.Tenant.Value, id.Value);
        await NoteAsync(id, BreakNoteKind.Reopened, by, reason, cancellationToken);
    }

    public async Task AssignAsync(BreakId id, string? assignee, string by, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync(cancellationToken,
            "update breaks set assignee = $3::text where tenant_id = $1 and id = $2",
            session.Tenant.Value, id.Value, assignee);
        await NoteAsync(id, BreakNoteKind.Assigned, by, assignee ?? "nobody", cancellationToken);
    }

    /// <summary>The account is held, so numbers do not collide.</summary>
    public Task NoteAsync(
        BreakId id, BreakNoteKind kind, string? author, string text, CancellationToken cancellationToken) =>
        session.ExecuteAsync(cancellationToken, """
            insert into break_notes (tenant_id, break_id, number, kind, author, at, text)
            select $1, $2, coalesce(max(number), 0) + 1, $3, $4::text, $5, $6 from break_notes where break_id = $2
            """, session.Tenant.Value, id.Value, Words.Of(kind), author, clock.GetUtcNow(), text);

    private static string Write(IReadOnlyList<LegPlace> places) =>
        JsonSerializer.Serialize(places.Select(place => new[] { place.Position, place.Number }));

    private static OpenBreak ReadOpen(NpgsqlDataReader reader)
    {
        var found = Read(reader);
        return new OpenBreak(found.Id, found.Kind, found.Amount, found.Subject, found.Suggestions);
    }

    private static StoredBreak Read(NpgsqlDataReader reader) => new(
        new BreakId(reader.GetGuid(0)), reader.GetGuid(1),
        new AccountName(reader.GetString(2), Currency.Of(reader.GetString(3))),
            Words.Parse<BreakKind>(reader.GetString(4)),
        reader.GetInt64(5),
        new BreakSubject(
            reader.IsDBNull(6) ? null : new StatementLineId(reader.GetGuid(6)),
            reader.IsDBNull(7) ? null : new LegPlace(reader.GetInt64(7), reader.GetInt32(8)),
            reader.IsDBNull(9) ? null : new MatchId(reader.GetGuid(9)),
            reader.IsDBNull(10) ? null : new StatementId(reader.GetGuid(10))),
        reader.IsDBNull(11) ? null : new EntryId(reader.GetGuid(11)), reader.Day(12), reader.Time(13),
        reader.TextOrNull(14),
        [.. JsonSerializer.Deserialize<long[][]>(reader.GetString(15))!
            .Select(place => new LegPlace(place[0], checked((int)place[1])))],
        reader.GetBoolean(16), reader.TextOrNull(17) is { } resolution
            ? Words.Parse<BreakResolution>(resolution) : null,
        reader.TextOrNull(18), reader.TimeOrNull(19),
        reader.IsDBNull(20) ? null : new MatchId(reader.GetGuid(20)),
        reader.IsDBNull(21) ? null : new EntryId(reader.GetGuid(21)));
}
