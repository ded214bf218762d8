using System.Security.Cryptography;

namespace FinCode.Notifications.Webhooks;

/// <summary>
/// Secrets of endpoints: 32 random bytes, shown as <c>whsec_base64</c>, kept under AES-256-GCM with the master key
/// and bound to
/// their endpoint, so that one copied to another row does not open. Layout: version, nonce, tag, ciphertext.
/// </summary>
internal sealed class SecretBox(WebhookSettings settings)
{
    public const string Prefix = "whsec_";

    private const byte Version = 1;
    private const int SecretBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    public static string Show(byte[] secret) => Prefix + Convert.ToBase64String(secret);

    public byte[] Seal(WebhookEndpointId endpoint, byte[] secret)
    {
        var box = new byte[1 + NonceBytes + TagBytes + secret.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = NewCipher();
        cipher.Encrypt(nonce, secret, box.AsSpan(1 + NonceBytes + TagBytes), box.AsSpan(1 + NonceBytes, TagBytes),
            endpoint.Value.ToByteArray());
        return box;
    }

    /// <exception cref="CryptographicException">Not sealed for this endpoint under this key.</exception>
    public byte[] Open(WebhookEndpointId endpoint, byte[] box)
    {
        if (box.Length <= 1 + NonceBytes + TagBytes || box[0] != Version)
            throw new CryptographicException("This is no sealed secret.");
        var secret = new byte[box.Length - 1 - NonceBytes - TagBytes];
        using var cipher = NewCipher();
        cipher.Decrypt(box.AsSpan(1, NonceBytes), box.AsSpan(1 + NonceBytes + TagBytes),
            box.AsSpan(1 + NonceBytes, TagBytes), secret, endpoint.Value.ToByteArray());
        return secret;
    }

    /// <summary>One for each use: an instance keeps its state in a native context and is not safe to share.</summary>
    private AesGcm NewCipher() => new(settings.MasterKey, TagBytes);
}
