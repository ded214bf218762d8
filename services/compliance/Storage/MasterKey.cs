using System.Security.Cryptography;
using System.Text;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Storage;

/// <summary>
/// The service's master key: it wraps random keys, and its id says under which master key something was wrapped.
/// </summary>
internal sealed class MasterKey(ComplianceOptions options)
{
    private const int IdBytes = 8;

    public string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(options.MasterKey).AsSpan(0, IdBytes));

    public byte[] Wrap(byte[] key, string context) =>
        SealedBytes.Seal(options.MasterKey, key, Encoding.ASCII.GetBytes(context));

    /// <exception cref="CryptographicException">It was wrapped under another master key, or for another
    /// context.</exception>
    public byte[] Unwrap(string masterKeyId, byte[] wrapped, string context) => masterKeyId == Id
        ? SealedBytes.Open(options.MasterKey, wrapped, Encoding.ASCII.GetBytes(context))
        : throw new CryptographicException($"A {context} was wrapped under the master key {masterKeyId}.");
}
