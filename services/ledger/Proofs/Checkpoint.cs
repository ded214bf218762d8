using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FinCode.Ledger.Proofs;

/// <summary>
/// What is signed: the log of a book had this root and this chain hash when it had this many records. Written as a
/// compact JWS (RFC 7515) with ES256.
/// </summary>
internal sealed record Checkpoint(
    Guid Book, long Size, byte[] RootHash, byte[] ChainHash, DateTime IssuedAt, string KeyId)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
    private const string Type = "ledger-checkpoint";

    public string Sign(Func<byte[], byte[]> sign)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = "ES256", kid = KeyId, typ = Type });
        var payload = JsonSerializer.SerializeToUtf8Bytes(new
        {
            book = Book.ToString(),
            size = Size,
            rootHash = Convert.ToHexStringLower(RootHash),
            chainHash = Convert.ToHexStringLower(ChainHash),
            issuedAt = IssuedAt.ToString(TimeFormat, CultureInfo.InvariantCulture),
        });
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>Reads what a JWS says, without a look at its signature.</summary>
    /// <exception cref="FormatException">It is no checkpoint.</exception>
    public static Checkpoint Read(string jws)
    {
        try
        {
            var parts = Split(jws);
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            var (head, body) = (header.RootElement, payload.RootElement);
            if (Text(head, "alg") != "ES256" || Text(head, "typ") != Type)
                throw new FormatException("A checkpoint is signed with ES256 and says so.");
            return new Checkpoint(
                Guid.ParseExact(Text(body, "book"), "D"), body.GetProperty("size").GetInt64(),
                Hash(body, "rootHash"), Hash(body, "chainHash"),
                DateTime.ParseExact(Text(body, "issuedAt"), TimeFormat, CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
                Text(head, "kid"));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException
            or InvalidOperationException or FormatException)
        {
            throw new FormatException("This is not a checkpoint in the form of a compact JWS.", exception);
        }
    }

    /// <summary>Whether the key signed exactly this text.</summary>
    public static bool IsSignedBy(string jws, ECDsa key)
    {
        var parts = Split(jws);
        return Base64Url.IsValid(parts[2]) && key.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]),
            HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static string[] Split(string jws) => jws.Split('.') is { Length: 3 } parts
        ? parts
        : throw new FormatException("A compact JWS has three parts.");

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private static byte[] Hash(JsonElement element, string name) =>
        Convert.FromHexString(Text(element, name)) is { Length: MerkleTree.HashBytes } hash
            ? hash
            : throw new FormatException("A hash has 32 bytes.");
}
