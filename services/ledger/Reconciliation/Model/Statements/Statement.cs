namespace FinCode.Ledger.Reconciliation.Model.Statements;

internal enum StatementFormat
{
    Camt053,
    Mt940,
    Csv,
}

/// <summary>What a bank or a provider says of one account over one period. Opening and lines give the
/// closing.</summary>
/// <param name="Account">The account as the bank names it: an IBAN or another identification, without spaces.</param>
/// <param name="Id">The sender's own id of the statement; with the sequence it tells one statement from
/// another.</param>
/// <param name="Sequence">The number of the statement at the sender, as it is written.</param>
/// <param name="From">The first day of the period.</param>
/// <param name="To">The last day of the period: the closing balance is of its end.</param>
/// <param name="PendingIgnored">Entries that were not booked yet; they will come again when they are.</param>
/// <param name="ZeroIgnored">Booked entries that move nothing.</param>
internal sealed record Statement(
    StatementFormat Format, string Account, Currency Currency, string Id, string? Sequence, DateOnly From, DateOnly To,
    Money Opening, Money Closing, IReadOnlyList<StatementLine> Lines, int PendingIgnored = 0, int ZeroIgnored = 0);

/// <summary>One movement on the account.</summary>
/// <param name="Number">Counts the lines of the statement, from 1.</param>
/// <param name="FileLine">The line of the file where it stands, from 1.</param>
/// <param name="Amount">More than zero when the account gained (a credit at the bank), less when it lost.</param>
internal sealed record StatementLine(
    int Number, int FileLine, DateOnly ValueDate, DateOnly BookingDate, Money Amount)
{
    /// <summary>What the party who started the payment calls it, unchanged from end to end.</summary>
    public string? EndToEndId { get; init; }

    public string? InstructionId { get; init; }

    /// <summary>What the bank that keeps the account calls the movement.</summary>
    public string? ServicerReference { get; init; }

    public string? TransactionId { get; init; }

    /// <summary>Any further reference of the owner or the bank: of the entry in a camt.053, of field 61 in an
    /// MT940.</summary>
    public string? BankReference { get; init; }

    /// <summary>What the payer wrote, and what else the bank says; line ends as in the file.</summary>
    public string? Text { get; init; }

    /// <summary>The same for all movements that the bank booked as one entry.</summary>
    public string? Batch { get; init; }

    public IEnumerable<string> References => new[]
    {
        EndToEndId, InstructionId, ServicerReference, TransactionId, BankReference,
    }.OfType<string>();
}

/// <summary>A file that is not what its format says, or not all of it: nothing of it is taken.</summary>
internal sealed class DamagedStatementException(int line, string reason) : Exception($"Line {line}: {reason}")
{
    /// <summary>The line of the file, from 1.</summary>
    public int Line { get; } = line;

    public string Reason { get; } = reason;
}
