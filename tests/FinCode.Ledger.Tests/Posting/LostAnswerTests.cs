using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Tests.Proofs;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>The connection ends while a batch commits: nobody can know then whether it did, but the keys can.</summary>
public sealed class LostAnswerTests(LedgerFixture ledger, ITestOutputHelper output) : IClassFixture<LedgerFixture>
{
    private static readonly int Rounds = Seeds.Rounds(25, 600);
    private readonly TenantId _tenant = TestTenant.New();

    [Theory]
    [InlineData(LinkTrouble.CommitIsLost)]
    [InlineData(LinkTrouble.AnswerIsLost)]
    internal async Task A_batch_whose_commit_goes_wrong_is_booked_once_and_answered(LinkTrouble trouble)
    {
        var (link, connectionString) = DatabaseLink.To(ledger.Service.AppConnectionString);
        await using var _ = link;
        await using var app = PostingProcess.Build(connectionString);
        var writer = app.Services.GetRequiredService<BookWriter>();
        await PostAsync(writer, "first", 1);
        await using var held = await HeldBook.HoldAsync(ledger, _tenant);
        var opener = PostAsync(writer, "opener", 1);
        await held.IsWantedAsync();
        var batch = Enumerable.Range(0, 20).Select(n => PostAsync(writer, $"k{n}", 1)).ToArray();
        var reused = PostAsync(writer, "k3", 2);
        link.Trouble(trouble);
        await held.LetGoAsync();

        (await Task.WhenAll([opener, .. batch])).ShouldAllBe(outcome => outcome.Refusal == null);
        (await reused).Refusal!.Code.ShouldBe(RefusalCode.KeyReused);
        link.Troubles.ShouldBe(1);
        (await ledger.AvailableAsync(_tenant, "transit:a", "GBP")).ShouldBe("0.22");
        (await ledger.CountAsync($"select count(*) from entries where tenant_id = '{_tenant.Value}'")).ShouldBe(22);
        await ledger.ShouldBeSoundAsync(_tenant);
        IndependentVerifier.ShouldFindNothingWrong(ledger.Service.AppConnectionString);
    }

    [Fact]
    public async Task Commits_that_go_wrong_again_and_again_book_everything_once()
    {
        var random = new Random(Seeds.New(output));
        var (link, connectionString) = DatabaseLink.To(ledger.Service.AppConnectionString);
        await using var _ = link;
        await using var app = PostingProcess.Build(connectionString);
        var writer = app.Services.GetRequiredService<BookWriter>();
        for (var round = 0; round < Rounds; round++)
        {
            link.Trouble((LinkTrouble)random.Next(3));
            var outcomes = await Task.WhenAll(Enumerable.Range(0, random.Next(1, 12)).SelectMany(n => new[]
            {
                PostAsync(writer, $"{round}-{n}", 1 + n), PostAsync(writer, $"{round}-{n}", 1 + n),
            }));
            foreach (var same in outcomes.Chunk(2))
            {
                same[0].Refusal.ShouldBeNull();
                same[1].Entries[0].Id.ShouldBe(same[0].Entries[0].Id);
            }
        }

        output.WriteLine($"{link.Troubles} commits went wrong");
        link.Troubles.ShouldBeGreaterThan(Rounds / 3);
        await ledger.ShouldBeSoundAsync(_tenant);
        IndependentVerifier.ShouldFindNothingWrong(ledger.Service.AppConnectionString);
    }

    private Task<PostingOutcome> PostAsync(BookWriter writer, string key, long pence) => writer.PostAsync(_tenant,
    [
        new Post(new EntryKey(key, null, "test", 1),
            [Leg.Debit("psp:x", Money.Of(pence, "GBP")), Leg.Credit("transit:a", Money.Of(pence, "GBP"))]),
    ], CancellationToken.None);
}
