using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Storage;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Compliance.Customers;

/// <summary>Identity verifications of the session's tenant.</summary>
internal static class VerificationStore
{
    private const string Columns = "id, party_id, provider, state, session_id, sealed_url, requested_by, requested_at, "
        + "enquiries, due_at, overdue_at, document_type, document_expires_on, refusal_code, answered_at, decided_by, "
        + "identity_hash";

    public static async Task AddAsync(
        DbSession session, Verification one, CancellationToken cancellationToken)
    {
        await using var add = session.Command(
            "insert into kyc_verifications (tenant_id, id, party_id, provider, state, requested_by, requested_at, "
            + "enquiries, due_at, identity_hash) values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)",
            session.Tenant.Value, one.Id, one.Customer.Value, one.Provider, Words.Of(one.State), one.RequestedBy,
            one.RequestedAt, one.DueAt, one.IdentityHash);
        await add.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task SaveAsync(
        DbSession session, Verification one, CancellationToken cancellationToken)
    {
        await using var save = session.Command(
            "update kyc_verifications set state = $3, session_id = $4::text, sealed_url = $5::bytea, enquiries = $6, "
            + "due_at = $7::timestamptz, overdue_at = $8::timestamptz, document_type = $9::text, "
            + "document_expires_on = $10::date, refusal_code = $11::text, answered_at = $12::timestamptz, "
            + "decided_by = $13::text where tenant_id = $1 and id = $2",
            session.Tenant.Value, one.Id, Words.Of(one.State), one.SessionId, one.SealedUrl, one.Enquiries, one.DueAt,
            one.OverdueAt, one.DocumentType, one.DocumentExpiresOn, one.RefusalCode, one.AnsweredAt, one.DecidedBy);
        await save.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Nobody can answer it any more: refused, without anybody's having decided so.</summary>
    public static async Task EndAsync(DbSession session, CustomerFile file, Verification one, string by,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        one.Refuse(Verification.NotVerified, null, now);
        await SaveAsync(session, one, cancellationToken);
        file.Note(CustomerEvent.VerificationEnded, by, one.Id, null, now);
    }

    public static async Task<Verification?> FindAsync(
        DbSession session, Guid id, CancellationToken cancellationToken) =>
        (await ReadAsync(session, "tenant_id = $1 and id = $2", [session.Tenant.Value, id], cancellationToken))
            .SingleOrDefault();

    /// <summary>The newest first.</summary>
    public static Task<List<Verification>> OfCustomerAsync(
        DbSession session, PartyId customer, CancellationToken cancellationToken) =>
        ReadAsync(session, "tenant_id = $1 and party_id = $2 order by id desc",
            [session.Tenant.Value, customer.Value], cancellationToken);

    private static async Task<List<Verification>> ReadAsync(
        DbSession session, string which, object[] arguments, CancellationToken cancellationToken)
    {
        await using var command = session.Command($"select {Columns} from kyc_verifications where {which}", arguments);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<Verification>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(Read(rows));
        return found;
    }

    private static Verification Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Customer = new PartyId(row.GetGuid(1)),
        Provider = row.GetString(2),
        State = Words.Parse<VerificationState>(row.GetString(3)),
        SessionId = Text(row, 4),
        SealedUrl = row.IsDBNull(5) ? null : row.GetFieldValue<byte[]>(5),
        RequestedBy = row.GetString(6),
        RequestedAt = row.GetFieldValue<DateTimeOffset>(7),
        Enquiries = row.GetInt32(8),
        DueAt = Time(row, 9),
        OverdueAt = Time(row, 10),
        DocumentType = Text(row, 11),
        DocumentExpiresOn = row.IsDBNull(12) ? null : row.GetFieldValue<DateOnly>(12),
        RefusalCode = Text(row, 13),
        AnsweredAt = Time(row, 14),
        DecidedBy = Text(row, 15),
        IdentityHash = Text(row, 16),
    };

    private static string? Text(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
