using System.Security.Cryptography;
using System.Text;
using FinCode.Compliance.Model;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Storage;

/// <summary>
/// What people write in a case, sealed under a random key of that case, and that key under the master key: destroying
/// the wrapped key takes the texts of a case away. A text opens only in the case that it was sealed for.
/// </summary>
internal sealed class CaseVault(MasterKey master, DbSession session)
{
    /// <summary>In a session of the case's tenant, with the case's row locked.</summary>
    public async Task<SealedText> SealAsync(CaseId id, string text, CancellationToken cancellationToken)
    {
        var key = await KeyToSealAsync(id, cancellationToken);
        var box = SealedBytes.Seal(key, Encoding.UTF8.GetBytes(text), TextContext(id));
        CryptographicOperations.ZeroMemory(key);
        return new SealedText(box);
    }

    /// <summary>All texts of a case that can be read, by the numbers of their events.</summary>
    /// <exception cref="CryptographicException">The rows are not what was sealed, or the master key is
    /// another.</exception>
    public async Task<IReadOnlyDictionary<int, string>> OpenAllAsync(CaseId id, CancellationToken cancellationToken)
    {
        if ((await FindKeyAsync(id, cancellationToken)).Key is not { } key)
            return new Dictionary<int, string>();
        await using var command = session.Command(
            "select number, sealed from case_texts where tenant_id = $1 and case_id = $2",
            session.Tenant.Value, id.Value);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var texts = new Dictionary<int, string>();
        while (await rows.ReadAsync(cancellationToken))
        {
            texts.Add(rows.GetInt32(0), Encoding.UTF8.GetString(
                SealedBytes.Open(key, rows.GetFieldValue<byte[]>(1), TextContext(id))));
        }
        CryptographicOperations.ZeroMemory(key);
        return texts;
    }

    /// <summary>In a session of the case's tenant, with the case's row locked.</summary>
    public async Task<byte[]> SealAttachmentAsync(CaseId id, byte[] content, CancellationToken cancellationToken)
    {
        var key = await KeyToSealAsync(id, cancellationToken);
        var box = SealedBytes.Seal(key, content, AttachmentContext(id));
        CryptographicOperations.ZeroMemory(key);
        return box;
    }

    /// <summary>Null when the key of the case was destroyed.</summary>
    /// <exception cref="CryptographicException">The bytes are not what was sealed.</exception>
    public async Task<byte[]?> OpenAttachmentAsync(CaseId id, byte[] box, CancellationToken cancellationToken)
    {
        if ((await FindKeyAsync(id, cancellationToken)).Key is not { } key)
            return null;
        var content = SealedBytes.Open(key, box, AttachmentContext(id));
        CryptographicOperations.ZeroMemory(key);
        return content;
    }

    /// <summary>Where the key was destroyed, one that nobody keeps: no word comes back into that case.</summary>
    private async Task<byte[]> KeyToSealAsync(CaseId id, CancellationToken cancellationToken)
    {
        var (isKnown, key) = await FindKeyAsync(id, cancellationToken);
        return key ?? (isKnown ? SealedBytes.NewKey() : await MakeKeyAsync(id, cancellationToken));
    }

    private async Task<(bool IsKnown, byte[]? Key)> FindKeyAsync(CaseId id, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select master_key_id, wrapped_key from case_keys where tenant_id = $1 and case_id = $2",
            session.Tenant.Value, id.Value);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
            return (false, null);
        return (true, row.IsDBNull(1)
            ? null
            : master.Unwrap(row.GetString(0), row.GetFieldValue<byte[]>(1), KeyContext(id)));
    }

    private async Task<byte[]> MakeKeyAsync(CaseId id, CancellationToken cancellationToken)
    {
        var key = SealedBytes.NewKey();
        await using var command = session.Command(
            "insert into case_keys (tenant_id, case_id, master_key_id, wrapped_key) values ($1, $2, $3, $4)",
            session.Tenant.Value, id.Value, master.Id, master.Wrap(key, KeyContext(id)));
        await command.ExecuteNonQueryAsync(cancellationToken);
        return key;
    }

    private string KeyContext(CaseId id) => $"case key|{session.Tenant}|{id}";

    private byte[] AttachmentContext(CaseId id) =>
        Encoding.ASCII.GetBytes($"case attachment|{session.Tenant}|{id}");

    private byte[] TextContext(CaseId id) => Encoding.ASCII.GetBytes($"case text|{session.Tenant}|{id}");
}
