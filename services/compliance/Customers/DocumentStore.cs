using FinCode.Compliance.Storage;
using FinCode.Messaging;

namespace FinCode.Compliance.Customers;

public enum DocumentState
{
    /// <summary>Nobody has looked at it yet.</summary>
    Received,
    Accepted,
    Refused,
}

/// <summary>A document that was uploaded; its bytes lie elsewhere, sealed.</summary>
/// <param name="Sha256">Of the bytes as they came.</param>
/// <param name="ExpiresOn">The last day on which it counts.</param>
/// <param name="IdentityHash">Who the customer was when it came.</param>
internal sealed record StoredDocument(
    Guid Id, PartyId Customer, string Type, string MediaType, int Size, byte[] Sha256, DocumentState State,
    DateOnly? ExpiresOn, string? RefusalCode, string UploadedBy, DateTimeOffset UploadedAt, string? ReviewedBy,
    DateTimeOffset? ReviewedAt, string? IdentityHash);

/// <summary>Documents of the session's tenant.</summary>
internal static class DocumentStore
{
    private const string Columns = "id, party_id, type, media_type, size, sha256, state, expires_on, refusal_code, "
        + "uploaded_by, uploaded_at, reviewed_by, reviewed_at, identity_hash";

    public static async Task AddAsync(
        DbSession session, StoredDocument one, byte[] box, CancellationToken cancellationToken)
    {
        await using var add = session.Command(
            "insert into kyc_documents (tenant_id, id, party_id, type, media_type, size, sha256, state, uploaded_by, "
            + "uploaded_at, identity_hash) values ($1, $2, $3, $4, $5, $6, $7, 'RECEIVED', $8, $9, $10::text)",
            session.Tenant.Value, one.Id, one.Customer.Value, one.Type, one.MediaType, one.Size, one.Sha256,
            one.UploadedBy, one.UploadedAt, one.IdentityHash);
        await add.ExecuteNonQueryAsync(cancellationToken);
        await using var content = session.Command(
            "insert into kyc_document_contents (tenant_id, document_id, sealed) values ($1, $2, $3)",
            session.Tenant.Value, one.Id, box);
        await content.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The newest first.</summary>
    public static Task<List<StoredDocument>> OfCustomerAsync(
        DbSession session, PartyId customer, CancellationToken cancellationToken) =>
        ReadAsync(session, "party_id = $2 order by id desc", customer.Value, cancellationToken);

    public static async Task<StoredDocument?> FindAsync(
        DbSession session, PartyId customer, Guid id, CancellationToken cancellationToken) =>
        (await ReadAsync(session, "id = $2", id, cancellationToken))
            .SingleOrDefault(one => one.Customer == customer);

    public static async Task<byte[]?> ReadContentAsync(
        DbSession session, Guid id, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select sealed from kyc_document_contents where tenant_id = $1 and document_id = $2",
            session.Tenant.Value, id);
        return await command.ExecuteScalarAsync(cancellationToken) as byte[];
    }

    public static async Task ReviewAsync(DbSession session, Guid id, DocumentState state, DateOnly? expiresOn,
        string? refusalCode, string by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "update kyc_documents set state = $3, expires_on = $4::date, refusal_code = $5::text, reviewed_by = $6, "
            + "reviewed_at = $7 where tenant_id = $1 and id = $2",
            session.Tenant.Value, id, Words.Of(state), expiresOn, refusalCode, by, now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<StoredDocument>> ReadAsync(
        DbSession session, string which, Guid argument, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            $"select {Columns} from kyc_documents where tenant_id = $1 and {which}", session.Tenant.Value, argument);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<StoredDocument>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(new StoredDocument(rows.GetGuid(0), new PartyId(rows.GetGuid(1)), rows.GetString(2),
                rows.GetString(3), rows.GetInt32(4), rows.GetFieldValue<byte[]>(5),
                Words.Parse<DocumentState>(rows.GetString(6)),
                rows.IsDBNull(7) ? null : rows.GetFieldValue<DateOnly>(7), rows.IsDBNull(8) ? null : rows.GetString(8),
                rows.GetString(9), rows.GetFieldValue<DateTimeOffset>(10),
                rows.IsDBNull(11) ? null : rows.GetString(11),
                rows.IsDBNull(12) ? null : rows.GetFieldValue<DateTimeOffset>(12),
                rows.IsDBNull(13) ? null : rows.GetString(13)));
        return found;
    }
}
