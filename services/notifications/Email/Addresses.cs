using System.Diagnostics.CodeAnalysis;
using MimeKit;

namespace FinCode.Notifications.Email;

/// <summary>Addresses as people and settings write them.</summary>
internal static class Addresses
{
    private static readonly ParserOptions Strict = new()
    {
        AddressParserComplianceMode = RfcComplianceMode.Strict,
        AllowAddressesWithoutDomain = false,
        AllowUnquotedCommasInAddresses = false,
    };

    /// <summary>One mailbox with a domain and nothing after it; the name before it is optional.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out MailboxAddress? address) =>
        MailboxAddress.TryParse(Strict, text.Trim(), out address) && address.Domain.Length > 0;

    /// <summary>
    /// A person under an address that is one and nothing else: no name, route or comment of its own, and no second one.
    /// </summary>
    public static bool TryRead(string name, string text, [NotNullWhen(true)] out MailboxAddress? address)
    {
        address = null;
        if (!TryRead(text, out var bare) || !bare.Address.Equals(text.Trim(), StringComparison.Ordinal))
            return false;
        address = new MailboxAddress(OneLine(name), bare.Address);
        return true;
    }

    /// <summary>What goes into a header is one line.</summary>
    private static string OneLine(string text) =>
        string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character)).Trim();
}
