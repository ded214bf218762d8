using System.Globalization;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>The first thing in a book that is wrong: a sentence that names the place.</summary>
internal sealed class WrongBookException(string sentence) : Exception(sentence)
{
    public WrongBookException(Guid book, string what) : this($"Book {book}: {what}")
    {
    }

    public WrongBookException(Guid book, long position, string what)
        : this(string.Create(CultureInfo.InvariantCulture, $"Book {book}, position {position}: {what}"))
    {
    }

    public WrongBookException(Guid book, long position, int leg, string what)
        : this(string.Create(CultureInfo.InvariantCulture, $"Book {book}, position {position}, leg {leg}: {what}"))
    {
    }
}

/// <summary>What was to be checked cannot be read, so nothing is said about it.</summary>
internal sealed class UnreadableException(string sentence) : Exception(sentence);
