using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace FinCode.ServiceDefaults;

/// <summary>
/// Bytes under AES-256-GCM (NIST SP 800-38D), bound to a context, so that what was copied elsewhere does not open.
/// Layout: nonce (12), tag (16), ciphertext.
/// </summary>
public static class SealedBytes
{
    public const int KeyBytes = 32;

    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes);

    public static byte[] Seal(byte[] key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> context)
    {
        var result = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = result.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, result.AsSpan(NonceBytes + TagBytes), result.AsSpan(NonceBytes, TagBytes), context);
        return result;
    }

    /// <exception cref="CryptographicException">Not sealed under this key for this context.</exception>
    public static byte[] Open(byte[] key, ReadOnlySpan<byte> box, ReadOnlySpan<byte> context)
    {
        if (box.Length < NonceBytes + TagBytes)
            throw new CryptographicException("These are no sealed bytes.");
        var plain = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(box[..NonceBytes], box[(NonceBytes + TagBytes)..], box.Slice(NonceBytes, TagBytes), plain, context);
        return plain;
    }

    /// <summary>A master key from the configuration: 32 bytes in base64.</summary>
    /// <exception cref="InvalidOperationException">It is missing, or something else.</exception>
    public static byte[] ReadMasterKey(IConfiguration configuration, string setting)
    {
        var buffer = new byte[KeyBytes + 1];
        return Convert.TryFromBase64String(configuration.Require(setting), buffer, out var length) && length == KeyBytes
            ? buffer[..KeyBytes]
            : throw new InvalidOperationException($"The setting {setting} is not {KeyBytes} bytes in base64.");
    }
}
