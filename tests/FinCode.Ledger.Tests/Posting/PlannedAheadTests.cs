using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>
/// A batch that cannot be written yet, for somebody holds one of its accounts; the next one is planned meanwhile, as
/// if it were there. The booking time tells when a batch was planned.
/// </summary>
public sealed class PlannedAheadTests(SteppedLedger ledger) : IClassFixture<SteppedLedger>
{
    private const int Enough = 40;
    
    /// <summary>A plan that is older is made again.</summary>
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(400);
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task What_comes_while_a_batch_is_written_is_planned_on_what_that_one_leaves()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAccountAsync(ledger, _tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b", 50));
        await held.IsWantedAsync();
        var planned = ledger.Clock.Move(s_moment);
        var same = PostAsync(writer, PayIn("b", 50));
        var other = PostAsync(writer, PayIn("b", 51));
        var fits = PostAsync(writer, PayOut("c", "b", 30));
        var tooMuch = PostAsync(writer, PayOut("d", "b", 30));
        var rest = PostAsync(writer, PayOut("e", "b", 20));
        var many = Many(writer);
        await held.IsPlannedAheadAsync();
        ledger.Clock.Move(s_moment);
        await held.LetGoAsync();

        var first = (await opener).Entries.ShouldHaveSingleItem();
        (await same).Entries.ShouldHaveSingleItem().Id.ShouldBe(first.Id);
        (await other).Refusal!.Code.ShouldBe(RefusalCode.KeyReused);
        (await fits).Entries[0].BookedAt.ShouldBe(planned);
        (await fits).Entries[0].Legs[0].NewBalance.ShouldBe(20);
        (await tooMuch).Refusal!.Code.ShouldBe(RefusalCode.InsufficientFunds);
        (await rest).Entries[0].Legs[0].NewBalance.ShouldBe(0);
        (await Task.WhenAll(many)).ShouldAllBe(outcome => outcome.Refusal == null);
        (await KeysAsync()).Take(4).ShouldBe(["first", "b", "c", "e"]);
        await ledger.ShouldBeSoundAsync(_tenant);
    }

    [Fact]
    public async Task What_the_batch_that_is_written_resolves_and_reverses_is_not_done_again()
    {
        var writer = NewWriter();
        var first = (await PostAsync(writer, PayIn("a", 100))).Entries[0];
        await PostAsync(writer, PayIn("more", 100, "a"));
        var hold = (await PostAsync(writer, new Hold(Key("hold"), PayOut("", "a", 10).Legs))).Entries[0];
        await using var held = await HeldBook.HoldAccountAsync(ledger, _tenant, "psp:x");
        var opener = writer.PostAsync(
            _tenant, [new Commit(Key("paid"), hold.Id), new Reverse(Key("back"), first.Id)], CancellationToken.None);
        await held.IsWantedAsync();
        var planned = ledger.Clock.Move(s_moment);
        var committed = PostAsync(writer, new Commit(Key("paid again"), hold.Id));
        var released = PostAsync(writer, new Release(Key("let go"), hold.Id));
        var reversed = PostAsync(writer, new Reverse(Key("back again"), first.Id));
        var many = Many(writer);
        await held.IsPlannedAheadAsync();
        ledger.Clock.Move(s_moment);
        await held.LetGoAsync();

        (await opener).Refusal.ShouldBeNull();
        (await committed).Refusal!.Code.ShouldBe(RefusalCode.AlreadyResolved);
        (await released).Refusal!.Code.ShouldBe(RefusalCode.AlreadyResolved);
        (await reversed).Refusal!.Code.ShouldBe(RefusalCode.AlreadyReversed);
        (await Task.WhenAll(many)).ShouldContain(outcome => outcome.Entries[0].BookedAt == planned);
        (await ledger.AvailableAsync(_tenant, "transit:a", "GBP")).ShouldBe("0.90");
        await ledger.ShouldBeSoundAsync(_tenant);
    }

    [Fact]
    public async Task A_plan_that_another_replica_overtook_is_thrown_away()
    {
        var writer = NewWriter();
        var replica = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAccountAsync(ledger, _tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b", 50));
        await held.IsWantedAsync();
        var between = PostAsync(replica, PayOut("taken", "b", 30));
        var sameKey = PostAsync(replica, PayOut("twice", "b", 5));
        await held.IsWantedAsync(by: 2);
        var planned = ledger.Clock.Move(s_moment);
        var tooMuch = PostAsync(writer, PayOut("c", "b", 30));
        var fits = PostAsync(writer, PayOut("d", "b", 10));
        var twice = PostAsync(writer, PayOut("twice", "b", 5));
        var many = Many(writer);
        await held.IsPlannedAheadAsync();
        ledger.Clock.Move(s_moment);
        await held.LetGoAsync();

        (await Task.WhenAll([opener, between, .. many])).ShouldAllBe(outcome => outcome.Refusal == null);
        (await tooMuch).Refusal!.Code.ShouldBe(RefusalCode.InsufficientFunds);
        (await fits).Entries[0].BookedAt.ShouldBeGreaterThan(planned);
        (await twice).Entries[0].Id.ShouldBe((await sameKey).Entries[0].Id);
        (await ledger.AvailableAsync(_tenant, "transit:b", "GBP")).ShouldBe("0.05");
        await ledger.ShouldBeSoundAsync(_tenant);
    }

    [Fact]
    public async Task What_was_refused_on_a_book_that_another_replica_changed_is_asked_again()
    {
        var writer = NewWriter();
        var replica = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAccountAsync(ledger, _tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b", 50));
        await held.IsWantedAsync();
        var between = PostAsync(replica, PayIn("more", 30, "b"));
        await held.IsWantedAsync(by: 2);
        // Refusals write nothing, so that nothing but the head tells that they are out of date.
        var payOuts = Enumerable.Range(0, Enough).Select(n => PostAsync(writer, PayOut($"c{n}", "b", 60))).ToArray();
        await held.IsPlannedAheadAsync();
        await held.LetGoAsync();

        (await Task.WhenAll(opener, between)).ShouldAllBe(outcome => outcome.Refusal == null);
        (await Task.WhenAll(payOuts)).Count(outcome => outcome.Refusal == null).ShouldBe(1);
        (await ledger.AvailableAsync(_tenant, "transit:b", "GBP")).ShouldBe("0.20");
        await ledger.ShouldBeSoundAsync(_tenant);
    }

    [Fact]
    public async Task What_expires_before_the_book_is_held_is_not_posted_any_more()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("a", 100));
        var expiry = ledger.Clock.GetUtcNow() + s_moment;
        var hold = (await PostAsync(writer, new Hold(Key("hold"), PayOut("", "a", 10).Legs, expiry))).Entries[0];
        await using var held = await HeldBook.HoldAccountAsync(ledger, _tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b", 50));
        await held.IsWantedAsync();
        var late = PostAsync(writer, new Commit(Key("paid"), hold.Id));
        var many = Many(writer);
        await held.IsPlannedAheadAsync();
        ledger.Clock.Move(s_moment);
        await held.LetGoAsync();

        (await late).Refusal!.Code.ShouldBe(RefusalCode.EntryExpired);
        (await Task.WhenAll([opener, .. many])).ShouldAllBe(outcome => outcome.Refusal == null);
        await ledger.ShouldBeSoundAsync(_tenant);
    }

    [Fact]
    public async Task A_key_is_known_to_the_third_plan_in_a_row_although_the_second_changed_its_entry()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("a", 10));
        await PostAsync(writer, new Post(Key("y"),
            [Leg.Debit("psp:y", Money.Of(1, "GBP")), Leg.Credit("transit:y", Money.Of(1, "GBP"))]));
        var all = new Hold(Key("all"), PayOut("", "a", 10).Legs);
        var hold = (await PostAsync(writer, all)).Entries[0];
        await using var first = await HeldBook.HoldAccountAsync(ledger, _tenant, "psp:x");
        await using var second = await HeldBook.HoldAccountAsync(ledger, _tenant, "psp:y");
        var opener = writer.PostAsync(_tenant, new PostingRequest([PayIn("b", 1), all]), CancellationToken.None);
        await first.IsWantedAsync();
        var committed = PostAsync(writer, new Commit(Key("paid"), hold.Id));
        var more = Enumerable.Range(0, Enough).Select(n => PostAsync(writer, new Post(Key($"y{n}"),
            [Leg.Debit("psp:y", Money.Of(1, "GBP")), Leg.Credit("transit:y", Money.Of(1, "GBP"))]))).ToArray();
        await first.IsPlannedAheadAsync();
        await first.LetGoAsync();
        (await opener).Entries[1].Id.ShouldBe(hold.Id);
        await second.IsWantedAsync();
        var again = PostAsync(writer, all);
        var many = Many(writer);
        await second.IsPlannedAheadAsync();
        await second.LetGoAsync();

        (await Task.WhenAll([committed, .. more, .. many])).ShouldAllBe(outcome => outcome.Refusal == null);
        (await again).Entries.ShouldHaveSingleItem().Id.ShouldBe(hold.Id);
        await ledger.ShouldBeSoundAsync(_tenant);
    }

    [Fact]
    public async Task When_the_batch_before_fails_all_are_booked_once()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAccountAsync(ledger, _tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b", 50));
        await held.IsWantedAsync();
        var fits = PostAsync(writer, PayOut("c", "b", 50));
        var tooMuch = PostAsync(writer, PayOut("d", "b", 1));
        var many = Many(writer);
        await held.IsPlannedAheadAsync();
        (await CutWritersAsync()).ShouldBe(1);
        await held.LetGoAsync();

        (await opener).Refusal.ShouldBeNull();
        (await Task.WhenAll(many)).ShouldAllBe(outcome => outcome.Refusal == null);
        var refusals = new[] { await fits, await tooMuch }.Count(outcome => outcome.Refusal is not null);
        refusals.ShouldBe(1);
        (await KeysAsync()).Count.ShouldBe(3 + Enough);
        await ledger.ShouldBeSoundAsync(_tenant);
    }

    [Fact]
    public async Task What_cannot_be_planned_fails_alone()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAccountAsync(ledger, _tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b", 50));
        await held.IsWantedAsync();
        var poison = PostAsync(writer, new Strange(Key("poison")));
        var many = Many(writer);
        await held.LetGoAsync();

        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => poison);
        (await Task.WhenAll([opener, .. many])).ShouldAllBe(outcome => outcome.Refusal == null);
        (await KeysAsync()).Count.ShouldBe(2 + Enough);
        await ledger.ShouldBeSoundAsync(_tenant);
    }

    [Fact]
    public async Task Who_waits_is_answered_also_when_a_connection_cannot_be_given_back()
    {
        var broken = new BrokenScopes(ledger.Service.Services.GetRequiredService<IServiceScopeFactory>());
        var writer = new BookWriter(broken, ledger.Clock, NullLogger<BookWriter>.Instance);
        await PostAsync(writer, PayIn("first", 1));

        broken.AreBroken = true;
        var poison = PostAsync(writer, new Strange(Key("poison")));
        await Should.ThrowAsync<Exception>(() => poison.WaitAsync(TimeSpan.FromMinutes(1)));
        broken.AreBroken = false;

        poison.IsFaulted.ShouldBeTrue();
        (await PostAsync(writer, PayIn("later", 1)).WaitAsync(TimeSpan.FromMinutes(1))).Refusal.ShouldBeNull();
        (await KeysAsync()).ShouldBe(["first", "later"]);
    }

    [Fact]
    public async Task A_monitor_that_is_set_between_two_batches_is_seen_by_the_second()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("b", 1));
        await using var held = await HeldBook.HoldAccountAsync(ledger, _tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b more", 50, "b"));
        await held.IsWantedAsync();
        var watching = WatchAsync("transit:b", 40);
        await held.IsWantedAsync(by: 2);
        var lowers = PostAsync(writer, PayOut("c", "b", 30));
        await held.LetGoAsync();

        (await opener).Refusal.ShouldBeNull();
        var monitor = await watching;
        (await lowers).Refusal.ShouldBeNull();
        await Eventually.TrueAsync(
            () => ledger.Service.Events.All<BalanceCrossed>(_tenant).Any(one => one.MonitorId == monitor),
            "the crossing is published");
    }

    private BookWriter NewWriter() => new(
        ledger.Service.Services.GetRequiredService<IServiceScopeFactory>(), ledger.Clock,
        NullLogger<BookWriter>.Instance);

    private Task<PostingOutcome> PostAsync(BookWriter writer, Instruction instruction) =>
        writer.PostAsync(_tenant, [instruction], CancellationToken.None);

    /// <summary>So many that planning ahead is worth while.</summary>
    private Task<PostingOutcome>[] Many(BookWriter writer) =>
        [.. Enumerable.Range(0, Enough).Select(n => PostAsync(writer, PayIn($"many{n}", 1, "many")))];

    /// <summary>With the book held, as the operation does it.</summary>
    private async Task<MonitorId> WatchAsync(string code, long threshold)
    {
        await using var scope = ledger.Service.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(_tenant, CancellationToken.None);
        await scope.ServiceProvider.GetRequiredService<BookLog>().HoldAsync(CancellationToken.None);
        var account = (await scope.ServiceProvider.GetRequiredService<AccountStore>()
            .FindAsync(new AccountName(code, Currency.Of("GBP")), CancellationToken.None))!;
        var monitor = new BalanceMonitor(MonitorId.New(ledger.Clock), account.Id, code, "GBP", threshold,
            account.Available < threshold, "tester", ledger.Clock.GetUtcNow());
        await scope.ServiceProvider.GetRequiredService<MonitorStore>().AddAsync(monitor, CancellationToken.None);
        await session.CommitAsync(CancellationToken.None);
        return monitor.Id;
    }

    /// <summary>Ends the connections on which a batch is written; how many there were.</summary>
    private async Task<long> CutWritersAsync()
    {
        // Not of the service's pool, and in the service's role, which sees what it does itself.
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(
            ledger.Service.AppConnectionString) { ApplicationName = "cuts connections" });
        await using var cut = source.CreateCommand("""
            select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and usename = current_user and wait_event_type = 'Lock'
                and query ilike '%insert into legs%'
            """);
        return (long)(await cut.ExecuteScalarAsync())!;
    }

    private Task<IReadOnlyList<string>> KeysAsync() => ledger.QueryAsync(
        $"select key from entries where tenant_id = '{_tenant.Value}' order by position",
        reader => reader.GetString(0));

    private static EntryKey Key(string text) => new(text, null, "test", 1);

    private static Post PayIn(string key, long pence, string? transit = null) => new(Key(key),
    [
        Leg.Debit("psp:x", Money.Of(pence, "GBP")), Leg.Credit($"transit:{transit ?? key}", Money.Of(pence, "GBP")),
    ]);

    private static Post PayOut(string key, string transit, long pence) => new(Key(key),
        [Leg.Debit($"transit:{transit}", Money.Of(pence, "GBP")), Leg.Credit("psp:x", Money.Of(pence, "GBP"))]);

    /// <summary>Scopes that, while broken, end as they should and then say that they could not.</summary>
    private sealed class BrokenScopes(IServiceScopeFactory whole) : IServiceScopeFactory
    {
        public bool AreBroken { get; set; }

        public IServiceScope CreateScope() => new Scope(this, whole.CreateScope());

        private sealed class Scope(BrokenScopes owner, IServiceScope whole) : IServiceScope, IAsyncDisposable
        {
            public IServiceProvider ServiceProvider => whole.ServiceProvider;

            public void Dispose() => whole.Dispose();

            public async ValueTask DisposeAsync()
            {
                await ((IAsyncDisposable)whole).DisposeAsync();
                if (owner.AreBroken)
                    throw new InvalidOperationException("The connection is not given back.");
            }
        }
    }

    /// <summary>A programmer's error: an instruction that the books do not know.</summary>
    private sealed record Strange(EntryKey Key) : Instruction(Key);
}
