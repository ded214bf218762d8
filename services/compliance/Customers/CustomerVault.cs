using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Customers;

/// <summary>
/// What customers showed and wrote, sealed under a random key of the customer, and that key under the master key. A box
/// opens only for the customer and the thing that it was sealed for; destroying the key takes all of them away.
/// </summary>
internal sealed class CustomerVault(MasterKey master, DbSession session)
{
    /// <summary>In a session of the customer's tenant, with the customer's row locked.</summary>
    /// <exception cref="CustomerErasedException">The key was destroyed.</exception>
    public async Task<byte[]> SealBytesAsync(
        PartyId customer, string thing, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken)
    {
        var key = await FindKeyAsync(customer, cancellationToken) ?? await MakeKeyAsync(customer, cancellationToken);
        var box = SealedBytes.Seal(key, plain.Span, Context(customer, thing));
        CryptographicOperations.ZeroMemory(key);
        return box;
    }

    public Task<byte[]> SealAsync<T>(PartyId customer, string thing, T content, CancellationToken cancellationToken) =>
        SealBytesAsync(
            customer, thing, JsonSerializer.SerializeToUtf8Bytes(content, ContractJson.Options), cancellationToken);

    /// <exception cref="CustomerErasedException">The key was destroyed.</exception>
    /// <exception cref="CryptographicException">It is not what was sealed, or the master key is another.</exception>
    public async Task<byte[]> OpenBytesAsync(
        PartyId customer, string thing, byte[] box, CancellationToken cancellationToken)
    {
        var key = await FindKeyAsync(customer, cancellationToken)
            ?? throw new CryptographicException($"There is no key of {customer}.");
        var plain = SealedBytes.Open(key, box, Context(customer, thing));
        CryptographicOperations.ZeroMemory(key);
        return plain;
    }

    public async Task<T> OpenAsync<T>(
        PartyId customer, string thing, byte[] box, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<T>(
            await OpenBytesAsync(customer, thing, box, cancellationToken), ContractJson.Options)!;

    private async Task<byte[]?> FindKeyAsync(PartyId customer, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select master_key_id, wrapped_key from kyc_customer_keys where tenant_id = $1 and party_id = $2",
            session.Tenant.Value, customer.Value);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
            return null;
        return row.IsDBNull(1)
            ? throw new CustomerErasedException()
            : master.Unwrap(row.GetString(0), row.GetFieldValue<byte[]>(1), KeyContext(customer));
    }

    private async Task<byte[]> MakeKeyAsync(PartyId customer, CancellationToken cancellationToken)
    {
        var key = SealedBytes.NewKey();
        await using var command = session.Command(
            "insert into kyc_customer_keys (tenant_id, party_id, master_key_id, wrapped_key) values ($1, $2, $3, $4)",
            session.Tenant.Value, customer.Value, master.Id, master.Wrap(key, KeyContext(customer)));
        await command.ExecuteNonQueryAsync(cancellationToken);
        return key;
    }

    private string KeyContext(PartyId customer) => $"customer key|{session.Tenant}|{customer}";

    private byte[] Context(PartyId customer, string thing) =>
        Encoding.ASCII.GetBytes($"customer|{session.Tenant}|{customer}|{thing}");
}

/// <summary>What is asked for went away with the customer's key.</summary>
internal sealed class CustomerErasedException() : Exception("The key of this customer was destroyed.");
