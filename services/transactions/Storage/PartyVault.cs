using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;

namespace FinCode.Transactions.Storage;

/// <summary>
/// Seals the personal data of a party as one blob under a random key of that party (AES-256-GCM), and that key under
/// the master key; destroying the wrapped key erases the person. A blob opens only as the party, tenant and version
/// it was sealed for.
/// </summary>
internal sealed class PartyVault
{
    private const int MasterKeyIdBytes = 8;

    private readonly byte[] _masterKey;
    private readonly TimeProvider _clock;

    public PartyVault(TransactionsSettings settings, TimeProvider clock)
    {
        _masterKey = settings.MasterKey;
        _clock = clock;
        MasterKeyId = Convert.ToHexStringLower(SHA256.HashData(_masterKey).AsSpan(0, MasterKeyIdBytes));
    }

    /// <summary>Says which master key wrapped a key, without telling anything about it.</summary>
    public string MasterKeyId { get; }

    public PartyRow Create(TenantId tenant, PartyId id, PartyRole role, PartyRecord record)
    {
        var key = SealedBytes.NewKey();
        var row = new PartyRow
        {
            Id = id,
            TenantId = tenant,
            Role = role,
            Version = 1,
            MasterKeyId = MasterKeyId,
            WrappedKey = SealedBytes.Seal(_masterKey, key, KeyContext(tenant, id)),
            UpdatedAt = _clock.GetUtcNow(),
            CreatedAt = _clock.GetUtcNow(),
        };
        row.Sealed = SealRecord(key, row, record);
        CryptographicOperations.ZeroMemory(key);
        return row;
    }

    /// <summary>Replaces the data; the version goes up by one.</summary>
    public void Change(PartyRow row, PartyRecord record)
    {
        var key = Unwrap(row);
        row.Version++;
        row.Sealed = SealRecord(key, row, record);
        row.UpdatedAt = _clock.GetUtcNow();
        CryptographicOperations.ZeroMemory(key);
    }

    /// <exception cref="CryptographicException">The row is not what was sealed, or the master key is
    /// another.</exception>
    public PartyRecord Open(PartyRow row)
    {
        var key = Unwrap(row);
        var plain = SealedBytes.Open(key, row.Sealed, RecordContext(row));
        CryptographicOperations.ZeroMemory(key);
        var record = JsonSerializer.Deserialize<PartyRecord>(plain, ContractJson.Options)!;
        CryptographicOperations.ZeroMemory(plain);
        return record;
    }

    /// <summary>
    /// Something of one transfer under the key of the party that it is about: it is erased with the party.
    /// </summary>
    public byte[] SealFor<T>(PartyRow row, TransactionId transaction, T value)
    {
        var key = Unwrap(row);
        var plain = JsonSerializer.SerializeToUtf8Bytes(value, ContractJson.Options);
        var sealedBytes = SealedBytes.Seal(key, plain, TransferContext(row, transaction));
        CryptographicOperations.ZeroMemory(plain);
        CryptographicOperations.ZeroMemory(key);
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">It was sealed for another party or transfer.</exception>
    public T OpenFor<T>(PartyRow row, TransactionId transaction, byte[] sealedBytes)
    {
        var key = Unwrap(row);
        var plain = SealedBytes.Open(key, sealedBytes, TransferContext(row, transaction));
        CryptographicOperations.ZeroMemory(key);
        var value = JsonSerializer.Deserialize<T>(plain, ContractJson.Options)!;
        CryptographicOperations.ZeroMemory(plain);
        return value;
    }

    /// <summary>A beneficiary as this transfer pays it: where the money goes is the transfer's own.</summary>
    public PartyRecord OpenBeneficiary(PartyRow row, Transfer transfer)
    {
        var record = Open(row);
        return transfer.PayoutSealed is { } payout
            ? record with { Payout = OpenFor<PayoutDetails>(row, transfer.Id, payout) }
            : record;
    }

    /// <summary>
    /// What the beneficiary is to the sender, in the sender's words. Transfers that were made before it was sealed have
    /// it plain; no new one does.
    /// </summary>
    public string? RelationshipOf(PartyRow sender, Transfer transfer) => transfer.RelationshipSealed is { } words
        ? OpenFor<string>(sender, transfer.Id, words)
        : transfer.Relationship;

    /// <summary>Without its key nothing of the party can be read any more.</summary>
    public static void Destroy(PartyRow row)
    {
        row.WrappedKey = [];
        row.Sealed = [];
    }

    private byte[] Unwrap(PartyRow row) => row.MasterKeyId == MasterKeyId
        ? SealedBytes.Open(_masterKey, row.WrappedKey, KeyContext(row.TenantId, row.Id))
        : throw new CryptographicException($"Party {row.Id} was sealed under the master key {row.MasterKeyId}.");

    private static byte[] SealRecord(byte[] key, PartyRow row, PartyRecord record)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(record, ContractJson.Options);
        var sealedBytes = SealedBytes.Seal(key, plain, RecordContext(row));
        CryptographicOperations.ZeroMemory(plain);
        return sealedBytes;
    }

    private static byte[] KeyContext(TenantId tenant, PartyId id) => Encoding.ASCII.GetBytes($"key|{tenant}|{id}");

    private static byte[] TransferContext(PartyRow row, TransactionId transaction) =>
        Encoding.ASCII.GetBytes($"transfer|{row.TenantId}|{row.Id}|{transaction}");

    private static byte[] RecordContext(PartyRow row) =>
        Encoding.ASCII.GetBytes($"record|{row.TenantId}|{row.Id}|{row.Version}");
}
