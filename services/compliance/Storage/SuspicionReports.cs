using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Compliance.Reports;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Npgsql;

namespace FinCode.Compliance.Storage;

/// <summary>
/// The suspicion reports of the session's tenant. What one says is sealed under a random key of that report; every step
/// is written down with the hash of what it left.
/// </summary>
internal sealed class SuspicionReports(MasterKey master, DbSession session)
{
    /// <summary>The customer was erased, and its own years are over at the time of the first parameter.</summary>
    public const string IsOver = "destroyed_at is null and is_of_erased_customer(tenant_id, case_id) "
        + "and not is_report_kept(tenant_id, id, $1)";

    private const string Columns = "id, case_id, country, version, drafted_by, drafted_at, approved_by, approved_at, "
        + "master_key_id, wrapped_key, sealed, due_at, (select e.at from suspicion_report_events e "
        + "where e.tenant_id = r.tenant_id and e.report_id = r.id and e.type = 'FILED'), "
        + "destroyed_at "
        + "from suspicion_reports r where tenant_id = $1 ";

    public async Task AddAsync(SuspicionReport report, CancellationToken cancellationToken)
    {
        var key = SealedBytes.NewKey();
        var box = Seal(key, report);
        await using var add = session.Command(
            "insert into suspicion_reports (tenant_id, id, case_id, country, state, version, drafted_by, drafted_at, "
            + "master_key_id, wrapped_key, sealed, due_at) "
            + "values ($1, $2, $3, $4, 'DRAFT', $5, $6, $7, $8, $9, $10, $11::timestamptz)",
            session.Tenant.Value, report.Id.Value, report.CaseId.Value, report.Country, report.Version,
            report.DraftedBy, report.DraftedAt, master.Id, master.Wrap(key, KeyContext(report.Id)), box,
            report.DueAt);
        CryptographicOperations.ZeroMemory(key);
        await add.ExecuteNonQueryAsync(cancellationToken);
        await NoteAsync(report.Id, ReportStep.Drafted, report.DraftedBy, SHA256.HashData(box), report.DraftedAt,
            cancellationToken);
    }

    /// <summary>The report, its row locked until the transaction ends; null where there is none.</summary>
    public async Task<SuspicionReport?> LockAsync(SuspicionReportId id, CancellationToken cancellationToken) =>
        (await ReadAsync(session.Command($"select {Columns} and id = $2 for update", session.Tenant.Value, id.Value),
            cancellationToken)).SingleOrDefault();

    /// <summary>The newest first.</summary>
    public Task<List<SuspicionReport>> ListAsync(Guid? before, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session.Command(
            $"select {Columns} and ($2::uuid is null or id < $2) order by id desc limit $3",
            session.Tenant.Value, before, limit), cancellationToken);

    /// <summary>Under the lock.</summary>
    public async Task SaveEditAsync(
        SuspicionReport report, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = await UnwrapAsync(report.Id, cancellationToken);
        var box = Seal(key, report);
        CryptographicOperations.ZeroMemory(key);
        await using var save = session.Command(
            "update suspicion_reports set version = $3, sealed = $4 where tenant_id = $1 and id = $2",
            session.Tenant.Value, report.Id.Value, report.Version, box);
        await save.ExecuteNonQueryAsync(cancellationToken);
        await NoteAsync(report.Id, ReportStep.Edited, actor, SHA256.HashData(box), now, cancellationToken);
    }

    /// <summary>Under the lock.</summary>
    public async Task SaveApprovalAsync(SuspicionReport report, CancellationToken cancellationToken)
    {
        await using var save = session.Command(
            "update suspicion_reports set state = 'APPROVED', approved_by = $3, approved_at = $4 "
            + "where tenant_id = $1 and id = $2 returning sha256(sealed)",
            session.Tenant.Value, report.Id.Value, report.ApprovedBy, report.ApprovedAt);
        var hash = (byte[])(await save.ExecuteScalarAsync(cancellationToken))!;
        await NoteAsync(report.Id, ReportStep.Approved, report.ApprovedBy!, hash, report.ApprovedAt!.Value,
            cancellationToken);
    }

    /// <summary>Under the lock.</summary>
    /// <param name="reference">The unit's own, of what was filed.</param>
    public async Task NoteAsync(SuspicionReportId id, ReportStep type, string actor, byte[] sha256, DateTimeOffset at,
        CancellationToken cancellationToken, string? reference = null)
    {
        await using var add = session.Command(
            """
            insert into suspicion_report_events (tenant_id, report_id, number, type, actor, sha256, at, reference)
            select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7::text from suspicion_report_events
            where tenant_id = $1 and report_id = $2
            """, session.Tenant.Value, id.Value, Words.Of(type), actor, sha256, at, reference);
        await add.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Under the lock: what was approved has gone to the unit.</summary>
    public async Task NoteFiledAsync(SuspicionReportId id, string reference, string actor, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        await using var read = session.Command(
            "select sha256(sealed) from suspicion_reports where tenant_id = $1 and id = $2",
            session.Tenant.Value, id.Value);
        var hash = (byte[])(await read.ExecuteScalarAsync(cancellationToken))!;
        await NoteAsync(id, ReportStep.Filed, actor, hash, at, cancellationToken, reference);
    }

    public async Task DestroyOldAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var destroy = session.Command("update suspicion_reports set wrapped_key = null, destroyed_at = $1 "
            + $"where tenant_id = $2 and {IsOver}", now, session.Tenant.Value);
        await destroy.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<List<ReportEvent>> EventsAsync(SuspicionReportId id, CancellationToken cancellationToken)
    {
        await using var read = session.Command(
            "select number, type, actor, sha256, at, reference from suspicion_report_events "
            + "where tenant_id = $1 and report_id = $2 order by number", session.Tenant.Value, id.Value);
        await using var rows = await read.ExecuteReaderAsync(cancellationToken);
        var found = new List<ReportEvent>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(new ReportEvent(rows.GetInt32(0), Words.Parse<ReportStep>(rows.GetString(1)), rows.GetString(2),
                Convert.ToHexStringLower(rows.GetFieldValue<byte[]>(3)), rows.GetFieldValue<DateTimeOffset>(4),
                rows.IsDBNull(5) ? null : rows.GetString(5)));
        return found;
    }

    private async Task<List<SuspicionReport>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var owned = command;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<SuspicionReport>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var id = new SuspicionReportId(rows.GetGuid(0));
            found.Add(new SuspicionReport(id, new CaseId(rows.GetGuid(1)), rows.GetString(2), rows.GetInt32(3),
                rows.GetString(4), rows.GetFieldValue<DateTimeOffset>(5),
                rows.IsDBNull(6) ? null : rows.GetString(6), TimeOrNull(rows, 7), TimeOrNull(rows, 11),
                TimeOrNull(rows, 12), TimeOrNull(rows, 13),
                rows.IsDBNull(9) ? ReportContent.Nothing : Open(id, rows.GetString(8),
                    rows.GetFieldValue<byte[]>(9), rows.GetFieldValue<byte[]>(10))));
        }
        return found;
    }

    private static DateTimeOffset? TimeOrNull(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    /// <summary>Reports that were written while one could be of one transfer only have it by itself.</summary>
    private ReportContent Open(SuspicionReportId id, string masterKeyId, byte[] wrappedKey, byte[] box)
    {
        var key = master.Unwrap(masterKeyId, wrappedKey, KeyContext(id));
        var plain = SealedBytes.Open(key, box, ContentContext(id));
        CryptographicOperations.ZeroMemory(key);
        var content = JsonSerializer.Deserialize<ReportContent>(plain, ContractJson.Options)!;
        if (content.Transactions is null
            && JsonSerializer.Deserialize<OfOneTransfer>(plain, ContractJson.Options) is { Transaction: { } one })
            content = content with { Transactions = [one] };
        CryptographicOperations.ZeroMemory(plain);
        return content;
    }

    private async Task<byte[]> UnwrapAsync(SuspicionReportId id, CancellationToken cancellationToken)
    {
        await using var read = session.Command(
            "select master_key_id, wrapped_key from suspicion_reports where tenant_id = $1 and id = $2",
            session.Tenant.Value, id.Value);
        await using var row = await read.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return master.Unwrap(row.GetString(0), row.GetFieldValue<byte[]>(1), KeyContext(id));
    }

    private byte[] Seal(byte[] key, SuspicionReport report)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(report.Content, ContractJson.Options);
        var box = SealedBytes.Seal(key, plain, ContentContext(report.Id));
        CryptographicOperations.ZeroMemory(plain);
        return box;
    }

    private string KeyContext(SuspicionReportId id) => $"suspicion report key|{session.Tenant}|{id}";

    private byte[] ContentContext(SuspicionReportId id) =>
        Encoding.ASCII.GetBytes($"suspicion report content|{session.Tenant}|{id}");

    private sealed record OfOneTransfer(ReportTransaction? Transaction);
}
