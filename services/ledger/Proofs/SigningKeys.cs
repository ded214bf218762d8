using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FinCode.Ledger.Proofs;

/// <summary>A public key of P-256 as JWKS has it (RFC 7517, RFC 7518); x and y are base64url.</summary>
public sealed record LedgerSigningKey(
    string Kty, string Crv, string X, string Y, string Kid, string Use, string Alg);

/// <summary>A set of keys (RFC 7517, section 5): the one that signs first, then earlier ones.</summary>
public sealed record LedgerSigningKeys(IReadOnlyList<LedgerSigningKey> Keys);

/// <summary>The key that signs checkpoints, and the public halves of all that ever did.</summary>
internal sealed class SigningKeys(ProofSettings settings)
{
    private readonly Lock _lock = new();

    public LedgerSigningKeys Public { get; } =
        new([.. settings.RetiredKeys.Prepend(settings.SigningKey).Select(ToPublic)]);

    public string KeyId => Public.Keys[0].Kid;

    /// <summary>ES256: both integers of the signature in 32 bytes each (RFC 7518, section 3.4).</summary>
    public byte[] Sign(byte[] content)
    {
        lock (_lock)
        {
            return settings.SigningKey.SignData(
                content, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    public static LedgerSigningKey ToPublic(ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        var x = Base64Url.EncodeToString(point.X);
        var y = Base64Url.EncodeToString(point.Y);

        // The thumbprint of RFC 7638: the required members in the order of their names.
        var members = JsonSerializer.Serialize(new { crv = "P-256", kty = "EC", x, y });
        var thumbprint = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(members)));
        return new LedgerSigningKey("EC", "P-256", x, y, thumbprint, "sig", "ES256");
    }

    /// <exception cref="FormatException">It is not a key of this kind.</exception>
    public static ECDsa FromPublic(LedgerSigningKey key)
    {
        if (key is not { Kty: "EC", Crv: "P-256" })
            throw new FormatException("Keys are of the type EC and the curve P-256.");
        var point = new ECPoint { X = Base64Url.DecodeFromChars(key.X), Y = Base64Url.DecodeFromChars(key.Y) };
        try
        {
            return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
        }
        catch (CryptographicException exception)
        {
            throw new FormatException("A key is not a point of the curve P-256.", exception);
        }
    }
}
