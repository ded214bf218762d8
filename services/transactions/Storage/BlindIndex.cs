using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FinCode.Transactions.Storage;

/// <summary>
/// Finds equal values without keeping them: HMAC-SHA-256 (RFC 2104) in lower-case hexadecimal, under a key that HKDF
/// (RFC 5869) derives from the master key, bound to the tenant and to what the value is. Of another tenant, or of
/// another kind, the same value has another key.
/// </summary>
internal sealed class BlindIndex(TransactionsSettings settings)
{
    private readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, settings.MasterKey, SHA256.HashSizeInBytes,
        info: Encoding.ASCII.GetBytes("fincode blind index, version 1"));

    public string Of(TenantId tenant, string what, params ReadOnlySpan<string> parts)
    {
        var text = new StringBuilder(what).Append('|').Append(tenant);
        // Lengths before the texts: no two different lists of parts write the same line.
        foreach (var part in parts)
            text.Append('|').Append(part.Length.ToString(CultureInfo.InvariantCulture)).Append(':').Append(part);
        return Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text.ToString())));
    }
}
