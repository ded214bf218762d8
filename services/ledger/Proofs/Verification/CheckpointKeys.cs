using System.Security.Cryptography;
using System.Text.Json;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>The public keys by which checkpoints are believed: a JWKS file, or PEM.</summary>
internal sealed class CheckpointKeys : IDisposable
{
    private const int MaxFileBytes = 1024 * 1024;

    private readonly Dictionary<string, ECDsa> _keys = [];

    /// <exception cref="UnreadableException">The file holds no keys of this kind.</exception>
    public static CheckpointKeys Read(string path)
    {
        if (new FileInfo(path).Length > MaxFileBytes)
            throw new UnreadableException($"{path} is too large for a file of keys.");
        var text = File.ReadAllText(path);
        var keys = new CheckpointKeys();
        try
        {
            foreach (var key in text.TrimStart().StartsWith('{') ? FromJwks(text) : FromPem(text))
                keys._keys[SigningKeys.ToPublic(key).Kid] = key;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or ArgumentException
            or CryptographicException)
        {
            keys.Dispose();
            throw new UnreadableException($"{path} is neither a JWKS nor PEM with keys of the curve P-256.");
        }
        return keys._keys.Count > 0 ? keys : throw new UnreadableException($"{path} holds no key.");
    }

    /// <summary>What is wrong with the signature, or null.</summary>
    public string? Check(string jws, Checkpoint content)
    {
        if (!_keys.TryGetValue(content.KeyId, out var key))
            return $"it is signed by the key {content.KeyId}, which is not among the keys";
        return Checkpoint.IsSignedBy(jws, key) ? null : $"its signature is not one of the key {content.KeyId}";
    }

    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
    }

    private static List<ECDsa> FromJwks(string text)
    {
        using var document = JsonDocument.Parse(text);
        var keys = document.RootElement.GetProperty("keys").Deserialize<LedgerSigningKey[]>(JsonSerializerOptions.Web);
        return [.. keys!.Select(SigningKeys.FromPublic)];
    }

    private static List<ECDsa> FromPem(string text)
    {
        var keys = new List<ECDsa>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var key = ECDsa.Create();
            key.ImportFromPem(rest[fields.Location]);
            keys.Add(key);
            rest = rest[fields.Location.End..];
        }
        return keys;
    }
}
