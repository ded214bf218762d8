using FinCode.Ledger.Proofs;
using FinCode.Testing;
using Xunit.Abstractions;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>A log of many entries, verified from the tables and from an export; says how long it took.</summary>
public sealed class LongLogTests(ProofsFixture proofs, ITestOutputHelper output) : IClassFixture<ProofsFixture>
{
    private const int EntriesAtOnce = 5_000;
    private const int Accounts = 1_000;

    private static readonly int s_entries = Seeds.Rounds(usually: 20_000, inLongTests: 1_000_000);

    [Fact]
    public async Task Many_entries_are_verified_in_one_go()
    {
        var generator = new BookGenerator(TestTenant.New());
        var psp = generator.Open("psp:x", "GBP", true, "ASSET");
        var transit = Enumerable.Range(0, Accounts)
            .Select(i => generator.Open($"transit:{i}", "GBP", false, "LIABILITY", minimum: 0)).ToArray();
        for (var i = 0; i < s_entries; i++)
        {
            generator.Post(
                BookGenerator.Today, SampleBook.Debit(psp, 1 + i), SampleBook.Credit(transit[i % Accounts], 1 + i));
            if (i % EntriesAtOnce == EntriesAtOnce - 1)
            {
                await generator.WriteAsync(proofs.Service.Owner);
                generator.Lines.Clear();
            }
        }
        await proofs.SignAsync();

        var (code, said) = proofs.Verify(proofs.Folder);
        output.WriteLine(said);
        code.ShouldBe(LedgerVerification.Fine);
        said.ShouldContain($"{s_entries + Accounts + 1:N0} records");

        var file = Path.Combine(TestServers.NewFolder("export"), "book.jsonl");
        LedgerExport.Run(
            proofs.Service.AppConnectionString, null, file, TextWriter.Null, TextWriter.Null, default)
            .ShouldBe(LedgerVerification.Fine);
        (code, said) = proofs.Verify(proofs.Folder, export: file);
        output.WriteLine(said);
        code.ShouldBe(LedgerVerification.Fine);
    }
}
