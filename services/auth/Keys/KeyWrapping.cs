using System.Security.Cryptography;
using System.Text;
using FinCode.ServiceDefaults;

namespace FinCode.Auth.Keys;

/// <summary>
/// Keys derived from the master key (HKDF, RFC 5869), and the wrapping of private keys with one of them, each bound to
/// its key id, so that rows cannot be swapped.
/// </summary>
internal sealed class KeyWrapping(AuthSettings settings)
{
    public byte[] Derive(string purpose) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, settings.MasterKey, SealedBytes.KeyBytes, info: Encoding.UTF8.GetBytes(purpose));

    public byte[] Wrap(string keyId, ReadOnlySpan<byte> privateKey) =>
        SealedBytes.Seal(WrappingKey(), privateKey, Encoding.UTF8.GetBytes(keyId));

    public byte[] Unwrap(string keyId, ReadOnlySpan<byte> wrapped)
    {
        try
        {
            return SealedBytes.Open(WrappingKey(), wrapped, Encoding.UTF8.GetBytes(keyId));
        }
        catch (CryptographicException exception)
        {
            throw new InvalidOperationException(
                "A signing key cannot be unwrapped: Auth:MasterKey is not the one it was wrapped with.", exception);
        }
    }

    private byte[] WrappingKey() => Derive("fincode signing keys");
}
