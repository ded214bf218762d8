using System.Text;

namespace FinCode.Compliance.CaseFiles;

/// <summary>
/// What a file is by its bytes, whatever it is called; null for anything but PDF, JPEG, PNG and plain text.
/// </summary>
internal static class AttachmentBytes
{
    public const string Pdf = "application/pdf";
    public const string Jpeg = "image/jpeg";
    public const string Png = "image/png";
    public const string Text = "text/plain";

    /// <summary>The largest file, in bytes.</summary>
    public const int MaxBytes = 5 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static string? TypeOf(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith("%PDF-"u8))
            return Pdf;
        if (content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return Jpeg;
        if (content.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
            return Png;
        return IsText(content) ? Text : null;
    }

    /// <summary>UTF-8 without control characters but line ends and tabs.</summary>
    private static bool IsText(ReadOnlySpan<byte> content)
    {
        try
        {
            return content.Length > 0
                && !Strict.GetString(content).Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'));
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
