namespace FinCode.Compliance.Customers.Model;

/// <summary>
/// What a file is by its first bytes, never by its name or what its sender calls it. Nothing is opened, decompressed or
/// drawn here: a file can do harm only to whoever opens it.
/// </summary>
internal static class DocumentBytes
{
    public const string Pdf = "application/pdf";
    public const string Jpeg = "image/jpeg";
    public const string Png = "image/png";

    /// <summary>Shorter than any picture or page.</summary>
    private const int MinBytes = 64;

    /// <summary>Readers of PDF, and browsers that guess, look for a beginning within so many bytes.</summary>
    private const int LookedThroughBytes = 1024;

    /// <summary>The end of a ZIP archive: a record of 22 bytes and a comment of at most 65,535.</summary>
    private const int ZipEndBytes = 22;

    private const int MaxZipCommentBytes = 65_535;

    private static readonly byte[][] s_marksOfPages =
        ["<html"u8.ToArray(), "<script"u8.ToArray(), "<svg"u8.ToArray(), "<!doctype"u8.ToArray()];

    /// <summary>Its media type; null when it is none of those that are taken, or more than one thing at
    /// once.</summary>
    public static string? TypeOf(ReadOnlySpan<byte> content)
    {
        if (content.Length < MinBytes)
            return null;
        var type = content.StartsWith("%PDF-"u8) ? Pdf
            : content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? Jpeg
            : content.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]) ? Png
            : null;
        return type is null || IsAlsoSomethingElse(type, content) ? null : type;
    }

    public static string ExtensionOf(string mediaType) => mediaType switch
    {
        Pdf => "pdf",
        Jpeg => "jpg",
        _ => "png",
    };

    /// <summary>Files that one program reads as a picture and another as a page, a script or an archive.</summary>
    private static bool IsAlsoSomethingElse(string type, ReadOnlySpan<byte> content)
    {
        var head = content[..Math.Min(content.Length, LookedThroughBytes)];
        if (type != Pdf && head.IndexOf("%PDF-"u8) >= 0)
            return true;
        Span<byte> lower = stackalloc byte[head.Length];
        for (var i = 0; i < head.Length; i++)
            lower[i] = head[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(head[i] | 0x20) : head[i];
        foreach (var mark in s_marksOfPages)
        {
            if (lower.IndexOf(mark) >= 0)
                return true;
        }
        return EndsAsZip(content);
    }

    private static bool EndsAsZip(ReadOnlySpan<byte> content)
    {
        var tail = content[^Math.Min(content.Length, ZipEndBytes + MaxZipCommentBytes)..];
        for (var at = tail.Length - ZipEndBytes; at >= 0; at--)
        {
            if (tail[at..].StartsWith("PK\u0005\u0006"u8)
                && at + ZipEndBytes + (tail[at + 20] | (tail[at + 21] << 8)) <= tail.Length)
                return true;
        }
        return false;
    }
}
