using FinCode.Contracts;

namespace FinCode.Auth.Model;

/// <summary>
/// What a MANAGER may give to people of the own tenant, and what e-mail addresses and passwords look like.
/// </summary>
internal static class StaffRules
{
    public const int MaxEmailLength = 254;
    public const int MaxNameLength = 100;
    public const int MinPasswordLength = 12;
    public const int MaxPasswordLength = 128;
    public const int MinDistinctCharacters = 5;

    /// <summary>A shorter name occurs in passwords by chance.</summary>
    private const int MinTellingLength = 4;

    /// <summary>Never PLATFORM and SERVICE, which are no tenant's, nor PARTNER, which is for machines.</summary>
    public static IReadOnlyList<string> GrantableRoles { get; } =
        [Roles.Manager, Roles.Agent, Roles.Cashier, Roles.Customer, Roles.Compliance, Roles.Mlro, Roles.Finance];

    /// <summary>
    /// Roles that check each other, or add those who do: a second person approves whoever gets one of them.
    /// </summary>
    public static IReadOnlyList<string> RolesOfTwo { get; } =
        [Roles.Manager, Roles.Compliance, Roles.Mlro, Roles.Finance];

    public static bool AreGrantable(IReadOnlyList<string> roles) =>
        roles.Count > 0 && roles.Distinct().Count() == roles.Count && roles.All(GrantableRoles.Contains);

    /// <summary>Enough to catch a slip; whether it is the person's address only a message to it can tell.</summary>
    public static bool IsEmail(string? text)
    {
        if (text is null || text.Length > MaxEmailLength || text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            return false;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at == text.LastIndexOf('@') && at < text.Length - 1;
    }

    /// <summary>
    /// Null when the password will do, else a sentence. Length counts, not the mix of characters (NIST SP 800-63B).
    /// </summary>
    public static string? Fault(string password, string email)
    {
        if (password.Length is < MinPasswordLength or > MaxPasswordLength)
            return $"A password has {MinPasswordLength} to {MaxPasswordLength} characters.";
        if (password.Distinct().Count() < MinDistinctCharacters)
            return $"A password has at least {MinDistinctCharacters} different characters.";
        var name = email.Split('@')[0];
        return name.Length >= MinTellingLength && password.Contains(name, StringComparison.OrdinalIgnoreCase)
            ? "A password does not contain the e-mail's name."
            : null;
    }
}
