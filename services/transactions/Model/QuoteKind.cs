using FinCode.Contracts;

namespace FinCode.Transactions.Model;

/// <summary>A price that is locked for a while and used once.</summary>
internal sealed class QuoteKind : IEntityKind
{
    public static string Prefix => "qte";
}
