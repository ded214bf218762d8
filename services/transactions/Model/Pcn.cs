using System.Security.Cryptography;

namespace FinCode.Transactions.Model;

/// <summary>
/// The human-readable reference of a transfer: ten random characters and a check character, of an alphabet without
/// letters that are read or heard wrongly (no I, L, O, U). One wrong character and most swaps of neighbours do not
/// pass the check.
/// </summary>
internal static class Pcn
{
    public const int Length = 11;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>50 random bits; the unique index catches the repetition that will not come.</summary>
    public static string New()
    {
        Span<char> characters = stackalloc char[Length];
        for (var i = 0; i < Length - 1; i++)
            characters[i] = Alphabet[RandomNumberGenerator.GetInt32(Alphabet.Length)];
        characters[^1] = Alphabet[Check(characters[..^1])];
        return new string(characters);
    }

    public static bool IsValid(string? text)
    {
        if (text is not { Length: Length } || text.Any(c => !Alphabet.Contains(c, StringComparison.Ordinal)))
            return false;
        return Alphabet[Check(text.AsSpan()[..^1])] == text[^1];
    }

    // Luhn's algorithm for an even base ("mod N"): every single substitution changes the sum.
    private static int Check(ReadOnlySpan<char> characters)
    {
        var sum = 0;
        for (var i = 0; i < characters.Length; i++)
        {
            var isDoubled = (characters.Length - i) % 2 == 1;
            var value = Alphabet.IndexOf(characters[i], StringComparison.Ordinal) * (isDoubled ? 2 : 1);
            sum += (value / Alphabet.Length) + (value % Alphabet.Length);
        }
        return (Alphabet.Length - (sum % Alphabet.Length)) % Alphabet.Length;
    }
}
