using FinCode.Ledger.Reconciliation.Model.Breaks;
using FinCode.Ledger.Reconciliation.Model.Statements;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Reconciliation.Storage;

/// <summary>A statement that stands, without its lines.</summary>
/// <param name="Number">Counts those of the account in the order of import.</param>
/// <param name="Gap">What its opening has above the closing before it, in minor units; zero is as it should be.</param>
internal sealed record StoredStatement(
    StatementId Id, Guid Account, int Number, StatementFormat Format, string ExternalId, string? Sequence,
        DateOnly From,
    DateOnly To, long Opening, long Closing, int Lines, int PendingIgnored, int ZeroIgnored, string ImportedBy,
    DateTimeOffset ImportedAt, long Gap);

/// <param name="Match">The live match that it is in.</param>
internal sealed record StoredLine(StatementLineId Id, StatementLine Line, DateOnly Day, MatchId? Match);

internal sealed class StatementArchive(DbSession session, TimeProvider clock)
{
    private const string Select = """
        select * from (
            select s.id, s.account_id, s.number, f.format, s.statement_id, s.sequence, s.period_from, s.period_to,
                s.opening, s.closing, s.line_count, s.pending_ignored, s.zero_ignored, f.imported_by, f.imported_at,
                s.opening - coalesce(lag(s.closing) over account, s.opening), f.hash
            from statements s join statement_files f on f.id = s.file_id
            where s.tenant_id = $1
            window account as (partition by s.account_id order by s.period_to, s.period_from, s.number)
        ) chain (id, account_id, number, format, statement_id, sequence, period_from, period_to, opening, closing,
            line_count, pending_ignored, zero_ignored, imported_by, imported_at, gap, hash)
        """;

    /// <summary>What this file gave when it was imported; empty when it was not.</summary>
    public async Task<IReadOnlyList<StoredStatement>> FindFileAsync(
        Guid account, byte[] hash, CancellationToken cancellationToken) => await session.ListAsync(
            Read, cancellationToken, $"{Select} where account_id = $2 and hash = $3 order by number",
            session.Tenant.Value, account, hash);

    public async Task<StoredStatement?> FindAsync(StatementId id, CancellationToken cancellationToken) =>
        (await session.ListAsync(Read, cancellationToken, $"{Select} where id = $2", session.Tenant.Value, id.Value))
        .SingleOrDefault();

    /// <summary>The newest import first.</summary>
    public async Task<IReadOnlyList<StoredStatement>> ListAsync(
        Guid account, int before, int limit, CancellationToken cancellationToken) => await session.ListAsync(
            Read, cancellationToken,
            $"{Select} where account_id = $2 and number < $3 order by number desc limit $4",
            session.Tenant.Value, account, before, limit);

    /// <summary>All of an account in the order of their periods: each should begin where the one before
    /// ended.</summary>
    public async Task<IReadOnlyList<StoredStatement>> ChainAsync(Guid account, CancellationToken cancellationToken) =>
        await session.ListAsync(Read, cancellationToken,
            $"{Select} where account_id = $2 order by period_to, period_from, number", session.Tenant.Value, account);

    public static IEnumerable<Gap> GapsOf(IEnumerable<StoredStatement> chain) => chain
        .Where(statement => statement.Gap != 0)
        .Select(statement => new Gap(statement.Id, statement.From, statement.Gap));

    public async Task<IReadOnlyList<StoredLine>> LinesAsync(
        StatementId statement, Currency currency, int after, int limit, CancellationToken cancellationToken) =>
        await session.ListAsync(reader => ReadLine(reader, currency), cancellationToken, """
            select l.id, l.number, l.file_line, l.value_date, l.booking_date, l.amount, l.end_to_end_id,
                l.instruction_id, l.servicer_reference, l.transaction_reference, l.bank_reference, l.text, l.batch,
                l.day, m.match_id
            from statement_lines l left join match_lines m on m.line_id = l.id and m.live
            where l.tenant_id = $1 and l.statement_id = $2 and l.number > $3 order by l.number limit $4
            """, session.Tenant.Value, statement.Value, after, limit);

    /// <summary>Adds the file's statements in order; the account is held.</summary>
    public async Task AddAsync(
        ReconciledAccount account, byte[] hash, int bytes, string? gapReason, string by,
        IReadOnlyList<Statement> statements, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var file = Guid.CreateVersion7(now);
        await session.ExecuteAsync(cancellationToken, """
            insert into statement_files
                (tenant_id, id, account_id, hash, format, bytes, gap_reason, imported_by, imported_at)
            values ($1, $2, $3, $4, $5, $6, $7::text, $8, $9)
            """, session.Tenant.Value, file, account.Id, hash, Words.Of(statements[0].Format), bytes, gapReason,
            by, now);
        foreach (var statement in statements)
        {
            var id = StatementId.New(clock);
            await session.ExecuteAsync(cancellationToken, """
                insert into statements (tenant_id, id, file_id, account_id, number, statement_id, sequence, period_from,
                    period_to, opening, closing, line_count, pending_ignored, zero_ignored)
                select $1, $2, $3, $4, coalesce(max(number), 0) + 1, $5, $6::text, $7, $8, $9, $10, $11, $12, $13
                from statements where account_id = $4
                """, session.Tenant.Value, id.Value, file, account.Id, statement.Id, statement.Sequence, statement.From,
                statement.To, statement.Opening.MinorUnits, statement.Closing.MinorUnits, statement.Lines.Count,
                statement.PendingIgnored, statement.ZeroIgnored);
            await AddLinesAsync(account, id, statement, cancellationToken);
        }
    }

    private Task AddLinesAsync(
        ReconciledAccount account, StatementId id, Statement statement, CancellationToken cancellationToken)
    {
        var lines = statement.Lines;
        T[] Each<T>(Func<StatementLine, T> select) => [.. lines.Select(select)];
        return lines.Count == 0 ? Task.CompletedTask : session.ExecuteAsync(cancellationToken, """
            insert into statement_lines (tenant_id, id, statement_id, account_id, number, file_line, day, value_date,
                booking_date, amount, end_to_end_id, instruction_id, servicer_reference, transaction_reference,
                bank_reference, text, batch)
            select $1, v.id, $2, $3, v.number, v.file_line, v.day, v.value_date, v.booking_date, v.amount,
                v.end_to_end_id, v.instruction_id, v.servicer_reference, v.transaction_reference, v.bank_reference,
                v.text, v.batch
            from unnest($4::uuid[], $5::int[], $6::int[], $7::date[], $8::date[], $9::date[], $10::bigint[],
                $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[])
                as v(id, number, file_line, day, value_date, booking_date, amount, end_to_end_id, instruction_id,
                    servicer_reference, transaction_reference, bank_reference, text, batch)
            """, session.Tenant.Value, id.Value, account.Id,
            Each(_ => StatementLineId.New(clock).Value), Each(line => line.Number), Each(line => line.FileLine),
            Each(line => DayOf(statement, line)), Each(line => line.ValueDate), Each(line => line.BookingDate),
            Each(line => line.Amount.MinorUnits), Each(line => line.EndToEndId), Each(line => line.InstructionId),
            Each(line => line.ServicerReference), Each(line => line.TransactionId), Each(line => line.BankReference),
            Each(line => line.Text), Each(line => line.Batch));
    }

    private static DateOnly DayOf(Statement statement, StatementLine line) => line.BookingDate < statement.From
        ? statement.From
        : line.BookingDate > statement.To ? statement.To : line.BookingDate;

    private static StoredStatement Read(NpgsqlDataReader reader) => new(
        new StatementId(reader.GetGuid(0)), reader.GetGuid(1), reader.GetInt32(2),
        Words.Parse<StatementFormat>(reader.GetString(3)), reader.GetString(4), reader.TextOrNull(5), reader.Day(6),
        reader.Day(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt32(10), reader.GetInt32(11),
        reader.GetInt32(12), reader.GetString(13), reader.Time(14), reader.GetInt64(15));

    private static StoredLine ReadLine(NpgsqlDataReader reader, Currency currency) => new(
        new StatementLineId(reader.GetGuid(0)),
        new StatementLine(reader.GetInt32(1), reader.GetInt32(2), reader.Day(3), reader.Day(4),
            new Money(reader.GetInt64(5), currency))
        {
            EndToEndId = reader.TextOrNull(6),
            InstructionId = reader.TextOrNull(7),
            ServicerReference = reader.TextOrNull(8),
            TransactionId = reader.TextOrNull(9),
            BankReference = reader.TextOrNull(10),
            Text = reader.TextOrNull(11),
            Batch = reader.TextOrNull(12),
        },
        reader.Day(13), reader.IsDBNull(14) ? null : new MatchId(reader.GetGuid(14)));
}
