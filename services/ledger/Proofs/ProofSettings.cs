using System.Security.Cryptography;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Proofs;

/// <summary>
/// <c>Ledger:SigningKey</c> (P-256 private key, PEM of PKCS #8), <c>Ledger:RetiredSigningKeys</c> (public keys of
/// earlier ones, PEM, one after another), <c>Ledger:CheckpointSeconds</c> and <c>Ledger:CheckpointFolder</c> (optional;
/// checkpoints are also appended to a file per day there).
/// </summary>
internal sealed record ProofSettings(
    ECDsa SigningKey, IReadOnlyList<ECDsa> RetiredKeys, TimeSpan CheckpointInterval, string? CheckpointFolder)
{
    private const string SigningKeySetting = "Ledger:SigningKey";
    private const string RetiredKeysSetting = "Ledger:RetiredSigningKeys";
    private const string IntervalSetting = "Ledger:CheckpointSeconds";
    private const string FolderSetting = "Ledger:CheckpointFolder";
    private const int DefaultSeconds = 60;
    private const int MaxSeconds = 24 * 60 * 60;
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <exception cref="InvalidOperationException">A setting is missing or wrong; the sentence says which.</exception>
    public static ProofSettings From(IConfiguration configuration) => new(
        ReadKey(configuration.Require(SigningKeySetting), SigningKeySetting, isPrivate: true),
        ReadKeys(configuration[RetiredKeysSetting]),
        ReadInterval(configuration[IntervalSetting]),
        ReadFolder(configuration[FolderSetting]));

    private static ECDsa ReadKey(string pem, string setting, bool isPrivate)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.ExportParameters(isPrivate).Curve.Oid.Value == P256)
                return key;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            // The exception may quote the text, which is a secret.
        }
        key.Dispose();
        throw new InvalidOperationException(
            $"The setting {setting} is a {(isPrivate ? "private" : "public")} key on the curve P-256 in PEM.");
    }

    private static List<ECDsa> ReadKeys(string? text)
    {
        var keys = new List<ECDsa>();
        var rest = (text ?? "").AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            keys.Add(ReadKey(rest[fields.Location].ToString(), RetiredKeysSetting, isPrivate: false));
            rest = rest[fields.Location.End..];
        }
        return rest.IsWhiteSpace()
            ? keys
            : throw new InvalidOperationException($"The setting {RetiredKeysSetting} is public keys in PEM.");
    }

    private static TimeSpan ReadInterval(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return TimeSpan.FromSeconds(DefaultSeconds);
        return int.TryParse(text, out var seconds) && seconds is >= 1 and <= MaxSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new InvalidOperationException(
                $"The setting {IntervalSetting} is a whole number from 1 to {MaxSeconds}.");
    }

    private static string? ReadFolder(string? path)
    {
        if (string.IsNullOrWhiteSpace(path))
            return null;
        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or ArgumentException or NotSupportedException)
        {
            throw new InvalidOperationException(
                $"The setting {FolderSetting} names a folder that cannot be made: {exception.GetType().Name}.");
        }
    }
}
