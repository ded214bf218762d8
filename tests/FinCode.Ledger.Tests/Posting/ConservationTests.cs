using System.Data;
using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Tests.Proofs;
using FinCode.Messaging;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit.Abstractions;

namespace FinCode.Ledger.Tests.Posting;

public sealed class ConservationTests(LedgerFixture ledger, ITestOutputHelper output)
    : IClassFixture<LedgerFixture>
{
    private const int Clients = 6;

    /// <summary>The load goes on until so many moments were read that differ, and no longer than its bound.</summary>
    private const int Moments = 40;
    private const int RoundsPerClient = 30;
    private const int MostRoundsPerClient = 500;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>One moment of all books, as somebody sees it who has nothing to do with the service.</summary>
    private const string SumsOfOneMoment = """
        select currency, 'accounts', sum(posted_debits::numeric - posted_credits), null::numeric
        from accounts group by currency
        union all
        select currency, 'pending', sum(pending_debits::numeric - pending_credits), null
        from accounts group by currency
        union all
        select l.currency, 'legs', sum(case l.side when 'DEBIT' then l.amount else -l.amount end), null
        from legs l join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position
        where e.kind = 'POSTED' group by l.currency
        union all
        select a.currency, 'days', sum(d.debits::numeric - d.credits), null
        from account_days d join accounts a on a.id = d.account_id group by a.currency
        union all
        select null, 'records', (select sum(position) from books)
            - (select count(*) from entries) - (select count(*) from book_events), (select sum(position) from books)
        """;

    [Fact]
    public async Task Read_from_outside_while_a_load_runs_every_currency_sums_to_zero()
    {
        var tenant = TestTenant.New();
        var random = new Random(Seeds.New(output));
        var seeds = Enumerable.Range(0, Clients).Select(_ => random.Next()).ToArray();
        using var enough = new CancellationTokenSource();
        var load = Task.WhenAll(
            seeds.Select((seed, client) => LoadAsync(tenant, client, new Random(seed), enough.Token)));

        var readings = 0;
        var positions = new HashSet<decimal>();
        while (!load.IsCompleted)
        {
            var position = await ShouldSumToZeroAsync();
            readings++;
            // One that was read when all had been booked says nothing about a load.
            if (!load.IsCompleted && positions.Add(position) && positions.Count == Moments)
                await enough.CancelAsync();
            await Task.Delay(s_pause);
        }
        await load;

        output.WriteLine($"read {readings} times, {positions.Count} different moments");
        positions.Count.ShouldBeGreaterThanOrEqualTo(Moments);
        await ShouldSumToZeroAsync();
        (await ledger.CountAsync($"select count(*) from entries where tenant_id = '{tenant.Value}'"))
            .ShouldBeGreaterThan(Clients * RoundsPerClient);
        await ledger.ShouldBeSoundAsync(tenant);
        IndependentVerifier.ShouldFindNothingWrong(ledger.Service.AppConnectionString);
    }

    /// <returns>How many records all books had at that moment.</returns>
    private async Task<decimal> ShouldSumToZeroAsync()
    {
        await using var connection = await ledger.Service.Owner.OpenConnectionAsync();
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        await using var command = new NpgsqlCommand(SumsOfOneMoment, connection, moment);
        await using var reader = await command.ExecuteReaderAsync();
        var position = 0m;
        var rows = 0;
        while (await reader.ReadAsync())
        {
            if (!reader.IsDBNull(3))
                position = reader.GetDecimal(3);
            if (!reader.IsDBNull(2))
                reader.GetDecimal(2).ShouldBe(0, $"{reader[0]} {reader[1]}");
            rows++;
        }
        rows.ShouldBeGreaterThan(0);
        return position;
    }

    [Fact]
    public async Task Reservations_at_once_on_one_prefunded_balance_never_exceed_it()
    {
        var tenant = TestTenant.New();
        await ledger.TopUpAsync(tenant, "acme", Money.Of(1_000, "NGN"));
        await ledger.BookAsync(tenant, new Post(Key("owed"),
            [Leg.Debit("fx:NGN", Money.Of(100_000, "NGN")), Leg.Credit("payable:all", Money.Of(100_000, "NGN"))]));

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 30).Select(n => ledger.PostAsync(tenant, new Hold(Key($"r{n}"),
            [Leg.Debit("payable:all", Money.Of(70, "NGN")), Leg.Credit("prefund:acme:NGN", Money.Of(70, "NGN"))]))));

        outcomes.Count(outcome => outcome.Refusal is null).ShouldBe(14);
        outcomes.Where(outcome => outcome.Refusal is not null).ShouldAllBe(outcome =>
            outcome.Refusal!.Code == RefusalCode.InsufficientFunds
                && outcome.Refusal.Account!.Code == "prefund:acme:NGN");
        (await ledger.AvailableAsync(tenant, "prefund:acme:NGN", "NGN")).ShouldBe("0.20");
    }

    [Fact]
    public async Task Units_of_work_that_post_several_times_do_not_wait_in_a_circle()
    {
        var tenant = TestTenant.New();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async n =>
        {
            await using var scope = ledger.Service.Services.CreateAsyncScope();
            var session = scope.ServiceProvider.GetRequiredService<DbSession>();
            await session.BeginAsync(tenant, CancellationToken.None);
            var posting = scope.ServiceProvider.GetRequiredService<LedgerPosting>();
            string[] order = n % 2 == 0 ? ["a", "b"] : ["b", "a"];
            foreach (var psp in order)
                (await posting.PostAsync([Move(psp, n)], CancellationToken.None)).Refusal.ShouldBeNull();
            await session.CommitAsync(CancellationToken.None);
        }));

        (await ledger.AvailableAsync(tenant, "psp:a", "GBP")).ShouldBe("0.20");
        (await ledger.AccountsOffTheirLegsAsync(tenant)).ShouldBeEmpty();

        static Post Move(string psp, int n) => new(Key($"{psp}{n}"),
            [Leg.Debit($"psp:{psp}", Money.Of(1, "GBP")), Leg.Credit($"transit:{psp}", Money.Of(1, "GBP"))]);
    }

    /// <summary>Random entries, half of them through the batches, half in sessions of their own.</summary>
    private async Task LoadAsync(TenantId tenant, int client, Random random, CancellationToken enough)
    {
        var writer = ledger.Service.Services.GetRequiredService<BookWriter>();
        var held = new List<EntryId>();
        for (var n = 0; n < MostRoundsPerClient && (n < RoundsPerClient || !enough.IsCancellationRequested); n++)
        {
            var (pounds, naira) = (Money.Of(random.Next(1, 500), "GBP"), Money.Of(random.Next(1, 90_000), "NGN"));
            Leg[] legs =
            [
                Leg.Debit("psp:x", pounds), Leg.Credit("fx:GBP", pounds),
                Leg.Debit("fx:NGN", naira), Leg.Credit($"payable:{client}", naira),
            ];
            await AskAsync(new Post(Key($"{client}-{n}"), legs));
            held.AddRange((await AskAsync(new Hold(Key($"h{client}-{n}"), legs))).Entries.Select(entry => entry.Id));
            var outcome = await AskAsync(random.Next(4) switch
            {
                0 => new Reverse(Key($"x{client}-{n}"), held[^1]),
                1 => new Release(Key($"x{client}-{n}"), held[^1]),
                2 => new Commit(Key($"x{client}-{n}"), held[^1], [.. legs.Select(leg => leg with
                {
                    Amount = new Money((leg.Amount.MinorUnits + 1) / 2, leg.Amount.Currency),
                })]),
                _ => new Block(Key($"x{client}-{n}"), [Leg.Debit($"payable:{client}", naira)]),
            });
            (outcome.Refusal?.Code ?? RefusalCode.NotReversible).ShouldBe(RefusalCode.NotReversible);
        }

        Task<PostingOutcome> AskAsync(Instruction instruction) => random.Next(2) == 0
            ? writer.PostAsync(tenant, [instruction], CancellationToken.None)
            : ledger.PostAsync(tenant, instruction);
    }

    private static EntryKey Key(string text) => new(text, null, "test", 1);
}
