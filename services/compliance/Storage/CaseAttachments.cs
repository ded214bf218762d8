using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>A file of a case, without its bytes.</summary>
internal sealed record CaseAttachment(int Number, string MediaType, int Size, string AddedBy, DateTimeOffset AddedAt);

/// <summary>Who read a file of a case, and when.</summary>
internal sealed record AttachmentRead(int Number, string Reader, DateTimeOffset ReadAt);

/// <summary>The files of cases of the session's tenant; only added to.</summary>
internal static class CaseAttachments
{
    public static async Task AddAsync(DbSession session, CaseId id, int number, string mediaType, int size,
        byte[] box, CancellationToken cancellationToken)
    {
        await using var add = session.Command(
            "insert into case_attachments (tenant_id, case_id, number, media_type, size, sealed) "
            + "values ($1, $2, $3, $4, $5, $6)", session.Tenant.Value, id.Value, number, mediaType, size, box);
        await add.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<List<CaseAttachment>> ListAsync(
        DbSession session, CaseId id, CancellationToken cancellationToken)
    {
        await using var read = session.Command(
            """
            select a.number, a.media_type, a.size, e.actor, e.at from case_attachments a
            join case_events e on e.tenant_id = a.tenant_id and e.case_id = a.case_id and e.number = a.number
            where a.tenant_id = $1 and a.case_id = $2 order by a.number
            """, session.Tenant.Value, id.Value);
        await using var rows = await read.ExecuteReaderAsync(cancellationToken);
        var found = new List<CaseAttachment>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(new CaseAttachment(rows.GetInt32(0), rows.GetString(1), rows.GetInt32(2), rows.GetString(3),
                rows.GetFieldValue<DateTimeOffset>(4)));
        return found;
    }

    public static async Task<(string MediaType, byte[] Sealed)?> FindAsync(
        DbSession session, CaseId id, int number, CancellationToken cancellationToken)
    {
        await using var read = session.Command(
            "select media_type, sealed from case_attachments where tenant_id = $1 and case_id = $2 and number = $3",
            session.Tenant.Value, id.Value, number);
        await using var row = await read.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? (row.GetString(0), row.GetFieldValue<byte[]>(1)) : null;
    }

    public static async Task NoteReadAsync(DbSession session, CaseId id, int number, string reader,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var add = session.Command(
            "insert into case_attachment_reads (tenant_id, id, case_id, number, reader, read_at) "
            + "values ($1, $2, $3, $4, $5, $6)",
            session.Tenant.Value, Guid.CreateVersion7(now), id.Value, number, reader, now);
        await add.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The latest first.</summary>
    public static async Task<List<AttachmentRead>> ReadsAsync(
        DbSession session, CaseId id, int limit, CancellationToken cancellationToken)
    {
        await using var read = session.Command(
            "select number, reader, read_at from case_attachment_reads "
            + "where tenant_id = $1 and case_id = $2 order by id desc limit $3",
            session.Tenant.Value, id.Value, limit);
        await using var rows = await read.ExecuteReaderAsync(cancellationToken);
        var found = new List<AttachmentRead>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(new AttachmentRead(
                rows.GetInt32(0), rows.GetString(1), rows.GetFieldValue<DateTimeOffset>(2)));
        return found;
    }
}
