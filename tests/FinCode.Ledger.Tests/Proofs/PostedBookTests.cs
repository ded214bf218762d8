using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Proofs;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>What the posting code writes is what the verifier, which does not know it, derives.</summary>
public sealed class PostedBookTests(ProofsFixture proofs, Xunit.Abstractions.ITestOutputHelper output)
    : IClassFixture<ProofsFixture>
{
    private const int Steps = 400;

    private readonly TenantId _tenant = TestTenant.New();
    private int _number;

    [Fact]
    public async Task A_long_mix_of_everything_verifies_from_the_tables_and_from_an_export()
    {
        var random = new Random(Seeds.New(output));
        var posted = new List<EntryId>();
        var held = new List<BookedEntry>();
        for (var i = 0; i < Steps; i++)
        {
            var outcome = await PostAsync(Next(random, posted, held));
            if (outcome.Refusal is not null)
                continue;
            var entry = outcome.Entries[0];
            if (entry.Form is EntryForm.Pending or EntryForm.Lien)
                held.Add(entry);
            else if (entry.Reverses is null)
                posted.Add(entry.Id);
            if (i % 150 == 149)
                await proofs.SignAsync();
        }
        await proofs.SignAsync();

        var (code, said) = proofs.Verify(proofs.Folder);
        said.ShouldStartWith("Fine: ");
        code.ShouldBe(LedgerVerification.Fine);

        var file = Path.Combine(TestServers.NewFolder("export"), "book.jsonl");
        LedgerExport.Run(
            proofs.Service.AppConnectionString, _tenant.Value, file, TextWriter.Null, TextWriter.Null, default)
            .ShouldBe(LedgerVerification.Fine);
        proofs.Verify(proofs.Folder, export: file).Said.ShouldStartWith("Fine: 1 books");
    }

    private Instruction Next(Random random, List<EntryId> posted, List<BookedEntry> held)
    {
        var amount = random.Next(1, 1_000);
        var transit = $"transit:{random.Next(3)}";
        var details = new EntryDetails(null, "ref \"1\\2\"", "Überweisung\n", null);
        return random.Next(8) switch
        {
            0 when held.Count > 0 => Part(held[random.Next(held.Count)], random),
            1 when held.Count > 0 => new Release(Key(), held[random.Next(held.Count)].Id),
            2 when posted.Count > 0 => new Reverse(Key(), posted[random.Next(posted.Count)]),
            3 => new Hold(Key(), [Debit(transit, amount), Credit("frozen:a", amount)]),

            // The same account twice: what is let go is let go first.
            4 => new Hold(Key(),
                [Debit(transit, amount), Debit(transit, amount), Credit("psp:x", amount), Credit("psp:x", amount)]),
            5 => new Block(Key(), [Debit(transit, amount)], DateTimeOffset.MaxValue.AddYears(-1)),
            _ => new Post(Key(), [Debit("psp:x", 3 * amount), Credit(transit, 3 * amount)]) { Details = details },
        };
    }

    private Commit Part(BookedEntry held, Random random)
    {
        var legs = held.Legs.Select(leg => leg.Leg).ToArray();
        var parts = random.Next(2) == 0
            ? null
            : legs.Select(leg => leg with
            {
                Amount = new Money((leg.Amount.MinorUnits / 2) + 1, leg.Amount.Currency),
            }).ToArray();
        return new Commit(Key(), held.Id, parts);
    }

    private Task<PostingOutcome> PostAsync(Instruction instruction) => proofs.Service.Services
        .GetRequiredService<BookWriter>().PostAsync(_tenant, [instruction], default);

    private EntryKey Key() => EntryKey.OfRequest("mix", $"{++_number}");

    private static Leg Debit(string code, long amount) => Leg.Debit(code, Money.Of(amount, "GBP"));

    private static Leg Credit(string code, long amount) => Leg.Credit(code, Money.Of(amount, "GBP"));
}
