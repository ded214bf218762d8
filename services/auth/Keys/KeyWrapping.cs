using System.Security.Cryptography;
using System.Text;

namespace FinCode.Auth.Keys;

/// <summary>
/// Keys derived from the master key (HKDF, RFC 5869), and the wrapping of private keys with one of them: AES-256-GCM,
/// laid out as nonce (12 bytes), tag (16 bytes), ciphertext, with the key id as associated data so that rows cannot be
/// swapped.
/// </summary>
internal sealed class KeyWrapping(AuthSettings settings)
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public byte[] Derive(string purpose) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, settings.MasterKey, KeyBytes, info: Encoding.UTF8.GetBytes(purpose));

    public byte[] Wrap(string keyId, ReadOnlySpan<byte> privateKey)
    {
        var wrapped = new byte[NonceBytes + TagBytes + privateKey.Length];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceBytes));
        using var aes = Cipher();
        aes.Encrypt(
            wrapped.AsSpan(0, NonceBytes), privateKey, wrapped.AsSpan(NonceBytes + TagBytes),
            wrapped.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(keyId));
        return wrapped;
    }

    public byte[] Unwrap(string keyId, ReadOnlySpan<byte> wrapped)
    {
        var privateKey = new byte[wrapped.Length - NonceBytes - TagBytes];
        using var aes = Cipher();
        try
        {
            aes.Decrypt(
                wrapped[..NonceBytes], wrapped[(NonceBytes + TagBytes)..], wrapped.Slice(NonceBytes, TagBytes),
                privateKey, Encoding.UTF8.GetBytes(keyId));
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw new InvalidOperationException(
                "A signing key cannot be unwrapped: Auth:MasterKey is not the one it was wrapped with.", exception);
        }
        return privateKey;
    }

    private AesGcm Cipher() => new(Derive("fincode signing keys"), TagBytes);
}
