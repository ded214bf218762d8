using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace FinCode.Standalone.Hosting;

/// <summary>
/// What the parts of a platform know about each other and nobody else does; made once per data folder.
/// </summary>
internal sealed record PlatformSecrets
{
    private const string FileName = "secrets.json";
    private const int SecretBytes = 32;
    private const int WideKeyBytes = 40;

    private static readonly BigInteger s_orderOfP256 = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
        NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public required string PlatformClientSecret { get; init; }

    public required string ServiceClientSecret { get; init; }

    public required string SandboxApiKey { get; init; }

    public required string SandboxCallbackSecret { get; init; }

    public required string SandboxMerchantSecret { get; init; }

    /// <summary>The services' encryption keys and the passwords of the database roles derive from it.</summary>
    public required string RootSecret { get; init; }

    public static PlatformSecrets Of(DataFolder folder)
    {
        if (folder.Read<PlatformSecrets>(FileName) is { } kept)
            return kept;
        var made = new PlatformSecrets
        {
            PlatformClientSecret = New(),
            ServiceClientSecret = New(),
            SandboxApiKey = New(),
            SandboxCallbackSecret = New(),
            SandboxMerchantSecret = New(),
            RootSecret = New(),
        };
        folder.Write(FileName, made);
        return made;
    }

    public string DatabasePassword(string role) => Convert.ToHexStringLower(Derive("database password of " + role));

    /// <summary>A service's own encryption key: 256 bits in base64.</summary>
    public string KeyOf(string noun) => Convert.ToBase64String(Derive("encryption key of " + noun));

    /// <summary>A service's own signing key: P-256, PEM of PKCS #8.</summary>
    public string SigningKeyOf(string noun)
    {
        // 64 bits more than the order has, so that the remainder is as good as uniform (FIPS 186-5, A.2.1).
        var curve = ECCurve.NamedCurves.nistP256;
        var candidate = new BigInteger(
            Derive("signing key of " + noun, WideKeyBytes), isUnsigned: true, isBigEndian: true);
        var number = (candidate % (s_orderOfP256 - 1)) + 1;
        var d = new byte[SecretBytes];
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(d, d.Length - bytes.Length);
        using var key = ECDsa.Create(new ECParameters { Curve = curve, D = d });
        return key.ExportPkcs8PrivateKeyPem();
    }

    private byte[] Derive(string purpose, int bytes = SecretBytes) => HKDF.Expand(
        HashAlgorithmName.SHA256, Convert.FromHexString(RootSecret), bytes, Encoding.UTF8.GetBytes(purpose));

    private static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
}
