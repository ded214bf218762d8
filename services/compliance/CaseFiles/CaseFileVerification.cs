using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using Npgsql;

namespace FinCode.Compliance.CaseFiles;

/// <summary>
/// <c>compliance verify</c>: reads the file of every case from a database, at one moment, and says whether each is
/// whole and the case is what its file says. It reads only, and no text of any person is opened.
/// </summary>
public static class CaseFileVerification
{
    public const int Fine = 0;
    public const int Wrong = 1;
    public const int Unreadable = 2;

    private const string Select = """
        select c.tenant_id, c.id, c.status, c.assignee, c.escalation, c.opened_at, c.due_at, c.snoozed_until,
            c.closed_at, c.proposed_by, c.proposed_decision, c.closure, c.decision, c.approved_by, c.event_count,
            c.chain_hash,
            e.number, e.type, e.actor, e.decision, e.assignee, e.until, e.text_hash, e.at, e.chain_hash, t.sealed,
            e.terms_hash, d.terms, c.freeze_report_due_at, c.freeze_reported_at, c.freeze_outcome,
            c.freeze_end_proposed_by, c.freeze_end_approved_by, c.freeze_ended_at,
            c.transaction_id, c.screening_id, c.screening_round, c.party_id, c.alert_id, c.list_version,
            c.policy_version
        from cases c
        left join case_events e on e.tenant_id = c.tenant_id and e.case_id = c.id
        left join case_texts t on t.tenant_id = e.tenant_id and t.case_id = e.case_id and t.number = e.number
        left join case_terms d on d.tenant_id = e.tenant_id and d.case_id = e.case_id and d.number = e.number
        order by c.tenant_id, c.id, e.number
        """;

    private const string Strays = """
        select 'an event of case ' || e.case_id from case_events e
        where not exists (select from cases c where c.tenant_id = e.tenant_id and c.id = e.case_id)
        union all
        select 'a text of case ' || t.case_id from case_texts t
        where not exists (select from case_events e
            where e.tenant_id = t.tenant_id and e.case_id = t.case_id and e.number = t.number)
        union all
        select 'the terms of case ' || t.case_id from case_terms t
        where not exists (select from case_events e
            where e.tenant_id = t.tenant_id and e.case_id = t.case_id and e.number = t.number)
        limit 1
        """;

    private const string Attachments = """
        select e.case_id, e.number from case_events e
        left join case_terms t on t.tenant_id = e.tenant_id and t.case_id = e.case_id and t.number = e.number
        left join case_attachments a on a.tenant_id = e.tenant_id and a.case_id = e.case_id and a.number = e.number
        where (e.type = 'ATTACHED') <> (a.number is not null)
            or (e.type = 'ATTACHED' and encode(sha256(a.sealed), 'hex') <> (t.terms::jsonb ->> 'sha256'))
        limit 1
        """;

    /// <param name="connection">Of a role that sees every tenant's rows, or the service's.</param>
    /// <param name="heads">A folder with heads of chains that were published; null to compare with none.</param>
    /// <returns><see cref="Fine"/>, <see cref="Wrong"/>, or <see cref="Unreadable"/>.</returns>
    public static async Task<int> RunAsync(
        string connection, TextWriter output, TextWriter errors, CancellationToken cancellationToken,
        string? heads = null)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(connection);
            await using var open = await source.OpenConnectionAsync(cancellationToken);
            await using var snapshot = await open.BeginTransactionAsync(
                System.Data.IsolationLevel.RepeatableRead, cancellationToken);
            await using (var all = new NpgsqlCommand(
                "select set_config('fincode.tenant', '*', true)", open, snapshot))
                await all.ExecuteNonQueryAsync(cancellationToken);
            var (cases, wrong) = await VerifyAsync(open, snapshot, cancellationToken);
            wrong ??= await FindStrayAsync(open, snapshot, cancellationToken)
                ?? await FindWrongAttachmentAsync(open, snapshot, cancellationToken);
            var published = 0L;
            if (wrong is null && heads is not null)
                (published, wrong) = await CaseHeads.CompareAsync(open, snapshot, heads, cancellationToken);
            await output.WriteLineAsync(
                wrong ?? $"The files of {cases} cases are whole, and the cases are what they say."
                + (heads is null ? "" : $" They hold the {published} heads that were published."));
            return wrong is null ? Fine : Wrong;
        }
        catch (Exception exception) when (exception is NpgsqlException or ArgumentException or FormatException
            or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"The cases cannot be read: {exception.Message}");
            return Unreadable;
        }
    }

    private static async Task<(long Cases, string? Wrong)> VerifyAsync(
        NpgsqlConnection connection, NpgsqlTransaction snapshot, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Select, connection, snapshot) { CommandTimeout = 0 };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var cases = 0L;
        (Guid Tenant, Guid Case, CaseRow Row, CaseReplay Replay)? current = null;
        while (await rows.ReadAsync(cancellationToken))
        {
            if (current is not var (tenant, id, row, replay) || (tenant, id) != (rows.GetGuid(0), rows.GetGuid(1)))
            {
                if (current is { } done && done.Replay.Compare(done.Row) is { } differs)
                    return (cases, $"Case {done.Case} of tenant {done.Tenant}: {differs}.");
                cases++;
                (tenant, id, row, replay) = (rows.GetGuid(0), rows.GetGuid(1), ReadCase(rows), new CaseReplay());
                current = (tenant, id, row, replay);
            }
            if (!rows.IsDBNull(16) && replay.Add(
                ReadEvent(rows), Find<byte[]>(rows, 25), Find<string>(rows, 27)) is { } wrong)
                return (cases, $"Case {id} of tenant {tenant}: {wrong}.");
        }
        return current is { } last && last.Replay.Compare(last.Row) is { } different
            ? (cases, $"Case {last.Case} of tenant {last.Tenant}: {different}.")
            : (cases, null);
    }

    private static async Task<string?> FindStrayAsync(
        NpgsqlConnection connection, NpgsqlTransaction snapshot, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Strays, connection, snapshot) { CommandTimeout = 0 };
        return await command.ExecuteScalarAsync(cancellationToken) is string stray
            ? $"There is {stray}, which is not there."
            : null;
    }

    private static async Task<string?> FindWrongAttachmentAsync(
        NpgsqlConnection connection, NpgsqlTransaction snapshot, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Attachments, connection, snapshot) { CommandTimeout = 0 };
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? $"Case {row.GetGuid(0)}: the attachment of event {row.GetInt32(1)} is not the one that was put on file."
            : null;
    }

    private static CaseRow ReadCase(NpgsqlDataReader row) => new(
        row.GetString(2), Find<string>(row, 3), row.GetInt32(4), Time(row, 5)!.Value, Time(row, 6)!.Value, Time(row, 7),
        Time(row, 8), Find<string>(row, 9), Find<string>(row, 10), Find<string>(row, 11), Find<string>(row, 12),
        Find<string>(row, 13), row.GetInt32(14), row.GetFieldValue<byte[]>(15),
        new FreezeRow(Time(row, 28), Time(row, 29), Find<string>(row, 30), Find<string>(row, 31),
            Find<string>(row, 32), Time(row, 33)),
        new CaseSubject(
            FindId(row, 34) is { } transaction ? new TransactionId(transaction) : null,
            FindId(row, 35) is { } screening ? new ScreeningId(screening) : null,
            row.IsDBNull(36) ? null : row.GetInt32(36), FindId(row, 37) is { } party ? new PartyId(party) : null,
            FindId(row, 38), row.GetInt64(39), row.GetInt64(40)));

    private static CaseEvent ReadEvent(NpgsqlDataReader row) => new(
        new TenantId(row.GetGuid(0)), new CaseId(row.GetGuid(1)), row.GetInt32(16), row.GetString(17),
        Find<string>(row, 18), Words.Find<CaseDecision>(Find<string>(row, 19)), Find<string>(row, 20), Time(row, 21),
        Find<byte[]>(row, 22), Time(row, 23)!.Value, row.GetFieldValue<byte[]>(24),
        Find<byte[]>(row, 26));

    private static T? Find<T>(NpgsqlDataReader row, int column) where T : class =>
        row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);

    private static Guid? FindId(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
