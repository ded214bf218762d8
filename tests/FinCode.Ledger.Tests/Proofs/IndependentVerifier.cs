using FinCode.Ledger.Proofs;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>What shares nothing with the code that posts looks at every book of a database.</summary>
internal static class IndependentVerifier
{
    public static void ShouldFindNothingWrong(string connectionString)
    {
        using var output = new StringWriter();
        var code = LedgerVerification.Run(
            new LedgerVerificationRequest { Connection = connectionString }, output, TextWriter.Null,
            CancellationToken.None);
        output.ToString().ShouldStartWith("Fine: ");
        output.ToString().ShouldNotStartWith("Fine: 0 books");
        code.ShouldBe(LedgerVerification.Fine);
    }
}
