using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;

namespace FinCode.Ledger.Statements;

/// <summary>What an account did over days of booking (UTC): opening + movements = closing.</summary>
internal sealed record AccountStatement(
    AccountBalance Account, DateOnly From, DateOnly To, long Opening, long Closing, IReadOnlyList<StatementLine> Lines,
    DateTimeOffset MadeAt)
{
    /// <summary>A movement as it changes the balance, in minor units.</summary>
    public long Signed(StatementLine line) => line.Side == Account.NormalSide ? line.Amount : -line.Amount;

    /// <summary>Throws when the lines do not lead from the opening to the closing balance.</summary>
    public AccountStatement Checked()
    {
        var sum = Lines.Aggregate((Int128)Opening, (total, line) => total + Signed(line));
        return sum == Closing
            ? this
            : throw new InvalidOperationException($"The statement of {Account.Name} does not add up.");
    }
}
