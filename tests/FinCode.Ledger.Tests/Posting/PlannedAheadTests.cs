using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>What is planned while the batch before is written, and what becomes of it.</summary>
public sealed class PlannedAheadTests(SteppedLedger ledger) : PlanningAhead(ledger), IClassFixture<SteppedLedger>
{
    [Fact]
    public async Task What_comes_while_a_batch_is_written_is_planned_on_what_that_one_leaves()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAccountAsync(Ledger, Tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b", 50));
        await held.IsWantedAsync();
        var planned = Ledger.Clock.Move(Moment);
        var same = PostAsync(writer, PayIn("b", 50));
        var other = PostAsync(writer, PayIn("b", 51));
        var fits = PostAsync(writer, PayOut("c", "b", 30));
        var tooMuch = PostAsync(writer, PayOut("d", "b", 30));
        var rest = PostAsync(writer, PayOut("e", "b", 20));
        var many = Many(writer);
        await held.IsWrittenAheadAsync();
        Ledger.Clock.Move(Moment);
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
        await Ledger.ShouldBeSoundAsync(Tenant);
    }

    [Fact]
    public async Task What_the_batch_that_is_written_resolves_and_reverses_is_not_done_again()
    {
        var writer = NewWriter();
        var first = (await PostAsync(writer, PayIn("a", 100))).Entries[0];
        await PostAsync(writer, PayIn("more", 100, "a"));
        var hold = (await PostAsync(writer, new Hold(Key("hold"), PayOut("", "a", 10).Legs))).Entries[0];
        await using var held = await HeldBook.HoldAccountAsync(Ledger, Tenant, "psp:x");
        var opener = writer.PostAsync(
            Tenant, [new Commit(Key("paid"), hold.Id), new Reverse(Key("back"), first.Id)], CancellationToken.None);
        await held.IsWantedAsync();
        var planned = Ledger.Clock.Move(Moment);
        var committed = PostAsync(writer, new Commit(Key("paid again"), hold.Id));
        var released = PostAsync(writer, new Release(Key("let go"), hold.Id));
        var reversed = PostAsync(writer, new Reverse(Key("back again"), first.Id));
        var many = Many(writer);
        await held.IsWrittenAheadAsync();
        Ledger.Clock.Move(Moment);
        await held.LetGoAsync();

        (await opener).Refusal.ShouldBeNull();
        (await committed).Refusal!.Code.ShouldBe(RefusalCode.AlreadyResolved);
        (await released).Refusal!.Code.ShouldBe(RefusalCode.AlreadyResolved);
        (await reversed).Refusal!.Code.ShouldBe(RefusalCode.AlreadyReversed);
        (await Task.WhenAll(many)).ShouldContain(outcome => outcome.Entries[0].BookedAt == planned);
        (await Ledger.AvailableAsync(Tenant, "transit:a", "GBP")).ShouldBe("0.90");
        await Ledger.ShouldBeSoundAsync(Tenant);
    }

    [Fact]
    public async Task When_the_batch_before_fails_all_are_booked_once()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAccountAsync(Ledger, Tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b", 50));
        await held.IsWantedAsync();
        var fits = PostAsync(writer, PayOut("c", "b", 50));
        var tooMuch = PostAsync(writer, PayOut("d", "b", 1));
        var many = Many(writer);
        await held.IsWrittenAheadAsync();
        (await CutWritersAsync()).ShouldBe(1);
        await held.LetGoAsync();

        (await opener).Refusal.ShouldBeNull();
        (await Task.WhenAll(many)).ShouldAllBe(outcome => outcome.Refusal == null);
        var refusals = new[] { await fits, await tooMuch }.Count(outcome => outcome.Refusal is not null);
        refusals.ShouldBe(1);
        (await KeysAsync()).Count.ShouldBe(3 + Enough);
        await Ledger.ShouldBeSoundAsync(Tenant);
    }

    [Fact]
    public async Task What_cannot_be_planned_fails_alone()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAccountAsync(Ledger, Tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b", 50));
        await held.IsWantedAsync();
        var poison = PostAsync(writer, new Strange(Key("poison")));
        var many = Many(writer);
        await held.LetGoAsync();

        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => poison);
        (await Task.WhenAll([opener, .. many])).ShouldAllBe(outcome => outcome.Refusal == null);
        (await KeysAsync()).Count.ShouldBe(2 + Enough);
        await Ledger.ShouldBeSoundAsync(Tenant);
    }

    [Fact]
    public async Task Who_waits_is_answered_also_when_a_connection_cannot_be_given_back()
    {
        var broken = new BrokenScopes(Ledger.Service.Services.GetRequiredService<IServiceScopeFactory>());
        var writer = new BookWriter(broken, Ledger.Clock, NullLogger<BookWriter>.Instance);
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
    public Task A_monitor_that_is_set_between_two_batches_is_seen_by_the_second() => UntilOvertakenAsync(async () =>
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("b", 1));
        await using var held = await HeldBook.HoldAccountAsync(Ledger, Tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b more", 50, "b"));
        await held.IsWantedAsync();
        var watching = WatchAsync("transit:b", 40);
        await held.IsWantedAsync(by: 2);
        var lowers = PostAsync(writer, PayOut("c", "b", 30));
        await held.LetGoAsync();

        (await opener).Refusal.ShouldBeNull();
        var monitor = await watching;
        (await lowers).Refusal.ShouldBeNull();
        if (monitor.IsBelow)
            return false;
        await Eventually.TrueAsync(
            () => Ledger.Service.Events.All<BalanceCrossed>(Tenant).Any(one => one.MonitorId == monitor.Id),
            "the crossing is published");
        return true;
    });

    /// <summary>The second was planned on what is known of the account before the first crossed.</summary>
    [Fact]
    public async Task A_batch_that_crosses_back_what_the_one_before_crosses_is_seen()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("b", 50));
        var monitor = await WatchAsync("transit:b", 40);
        await using var held = await HeldBook.HoldAccountAsync(Ledger, Tenant, "psp:x");
        var down = PostAsync(writer, PayOut("down", "b", 30));
        await held.IsWantedAsync();
        var up = PostAsync(writer, PayIn("up", 30, "b"));
        var many = Many(writer);
        await held.IsWrittenAheadAsync();
        await held.LetGoAsync();

        foreach (var outcome in await Task.WhenAll([down, up, .. many]))
            outcome.Refusal.ShouldBeNull();
        await Eventually.TrueAsync(() => Crossings().Length == 2, "both crossings are published");
        Crossings().ShouldBe([BalanceCrossing.Below, BalanceCrossing.NotBelow], ignoreOrder: true);

        BalanceCrossing[] Crossings() => [.. Ledger.Service.Events.All<BalanceCrossed>(Tenant)
            .Where(one => one.MonitorId == monitor.Id).Select(one => one.Crossing)];
    }

    /// <summary>With the book held, as the operation does it.</summary>
    private async Task<BalanceMonitor> WatchAsync(string code, long threshold)
    {
        await using var scope = Ledger.Service.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(Tenant, CancellationToken.None);
        await scope.ServiceProvider.GetRequiredService<BookLog>().HoldAsync(CancellationToken.None);
        var account = (await scope.ServiceProvider.GetRequiredService<AccountStore>()
            .FindAsync(new AccountName(code, Currency.Of("GBP")), CancellationToken.None))!;
        var monitor = new BalanceMonitor(MonitorId.New(Ledger.Clock), account.Id, code, "GBP", threshold,
            account.Available < threshold, "tester", Ledger.Clock.GetUtcNow());
        await scope.ServiceProvider.GetRequiredService<MonitorStore>().AddAsync(monitor, CancellationToken.None);
        await session.CommitAsync(CancellationToken.None);
        return monitor;
    }

    private Task<IReadOnlyList<string>> KeysAsync() => Ledger.QueryAsync(
        $"select key from entries where tenant_id = '{Tenant.Value}' order by position",
        reader => reader.GetString(0));

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
