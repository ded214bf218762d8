namespace FinCode.Ledger.Posting;

/// <summary>The book takes no more for now; nothing was booked.</summary>
internal sealed class BookBusyException(string message) : Exception(message);
