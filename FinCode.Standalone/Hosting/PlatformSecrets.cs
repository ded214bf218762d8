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

    private byte[] Derive(string purpose) => HKDF.Expand(
        HashAlgorithmName.SHA256, Convert.FromHexString(RootSecret), SecretBytes, Encoding.UTF8.GetBytes(purpose));

    private static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
}
