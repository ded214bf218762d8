using System.Collections.Concurrent;
using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using Microsoft.Extensions.Logging;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>Plans that were true when they were made: nothing is booked, and nobody refused, by them.</summary>
public sealed class OutdatedPlanTests(SteppedLedger ledger) : PlanningAhead(ledger), IClassFixture<SteppedLedger>
{
    [Fact]
    public Task What_was_refused_on_a_book_that_another_replica_changed_is_asked_again() =>
        UntilOvertakenAsync(async () =>
    {
        var writer = NewWriter();
        var replica = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAccountAsync(Ledger, Tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b", 50));
        await held.IsWantedAsync();
        var between = PostAsync(replica, PayIn("more", 30, "b"));
        await held.IsWantedAsync(by: 2);
        // Refusals write nothing, so that nothing but the head tells that they are out of date.
        var payOuts = Enumerable.Range(0, Enough).Select(n => PostAsync(writer, PayOut($"c{n}", "b", 60))).ToArray();
        await held.IsPlannedAheadAsync();
        await held.LetGoAsync();

        (await Task.WhenAll(opener, between)).ShouldAllBe(outcome => outcome.Refusal == null);
        var paid = (await Task.WhenAll(payOuts)).Count(outcome => outcome.Refusal == null);
        paid.ShouldBeLessThan(2);
        (await Ledger.AvailableAsync(Tenant, "transit:b", "GBP")).ShouldBe(paid == 1 ? "0.20" : "0.80");
        await Ledger.ShouldBeSoundAsync(Tenant);
        return paid == 1;
    });

    [Fact]
    public async Task What_expires_before_the_book_is_held_is_not_posted_any_more()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("a", 100));
        var expiry = Ledger.Clock.GetUtcNow() + Moment;
        var hold = (await PostAsync(writer, new Hold(Key("hold"), PayOut("", "a", 10).Legs, expiry))).Entries[0];
        await using var held = await HeldBook.HoldAccountAsync(Ledger, Tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b", 50));
        await held.IsWantedAsync();
        var late = PostAsync(writer, new Commit(Key("paid"), hold.Id));
        var many = Many(writer);
        await held.IsWrittenAheadAsync();
        Ledger.Clock.Move(Moment);
        await held.LetGoAsync();

        (await late).Refusal!.Code.ShouldBe(RefusalCode.EntryExpired);
        (await Task.WhenAll([opener, .. many])).ShouldAllBe(outcome => outcome.Refusal == null);
        await Ledger.ShouldBeSoundAsync(Tenant);
    }

    [Fact]
    public async Task An_account_that_only_a_plan_opened_is_opened_again_by_the_next_one()
    {
        var logger = new FailureLog();
        var writer = NewWriter(logger);
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAccountAsync(Ledger, Tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b", 50));
        await held.IsWantedAsync();
        var many = Many(writer);
        await held.IsWrittenAheadAsync();
        var since = await held.NowAsync();
        var more = Many(writer, "more");
        await held.IsWrittenAheadAsync(since);
        Ledger.Clock.Move(TimeSpan.FromSeconds(2));
        await held.LetGoAsync();

        (await Task.WhenAll([opener, .. many, .. more])).ShouldAllBe(outcome => outcome.Refusal == null);
        (await Ledger.AvailableAsync(Tenant, "transit:many", "GBP")).ShouldBe("0.80");
        logger.Lines.ShouldBeEmpty();
        await Ledger.ShouldBeSoundAsync(Tenant);
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
        await using var first = await HeldBook.HoldAccountAsync(Ledger, Tenant, "psp:x");
        await using var second = await HeldBook.HoldAccountAsync(Ledger, Tenant, "psp:y");
        var opener = writer.PostAsync(Tenant, new PostingRequest([PayIn("b", 1), all]), CancellationToken.None);
        await first.IsWantedAsync();
        var committed = PostAsync(writer, new Commit(Key("paid"), hold.Id));
        var more = Enumerable.Range(0, Enough).Select(n => PostAsync(writer, new Post(Key($"y{n}"),
            [Leg.Debit("psp:y", Money.Of(1, "GBP")), Leg.Credit("transit:y", Money.Of(1, "GBP"))]))).ToArray();
        await first.IsWrittenAheadAsync();
        await first.LetGoAsync();
        (await opener).Entries[1].Id.ShouldBe(hold.Id);
        await second.IsWantedAsync();
        var again = PostAsync(writer, all);
        var many = Many(writer);
        await second.IsWrittenAheadAsync();
        await second.LetGoAsync();

        (await Task.WhenAll([committed, .. more, .. many])).ShouldAllBe(outcome => outcome.Refusal == null);
        (await again).Entries.ShouldHaveSingleItem().Id.ShouldBe(hold.Id);
        await Ledger.ShouldBeSoundAsync(Tenant);
    }

    [Fact]
    public Task A_plan_that_another_replica_overtook_is_thrown_away() => UntilOvertakenAsync(async () =>
    {
        var writer = NewWriter();
        var replica = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAccountAsync(Ledger, Tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b", 50));
        await held.IsWantedAsync();
        var between = PostAsync(replica, PayOut("taken", "b", 30));
        var sameKey = PostAsync(replica, PayOut("twice", "b", 5));
        await held.IsWantedAsync(by: 2);
        var planned = Ledger.Clock.Move(Moment);
        var tooMuch = PostAsync(writer, PayOut("c", "b", 30));
        var fits = PostAsync(writer, PayOut("d", "b", 10));
        var twice = PostAsync(writer, PayOut("twice", "b", 5));
        var many = Many(writer);
        await held.IsWrittenAheadAsync();
        Ledger.Clock.Move(Moment);
        await held.LetGoAsync();

        (await Task.WhenAll([opener, .. many])).ShouldAllBe(outcome => outcome.Refusal == null);
        (await twice).Entries[0].Id.ShouldBe((await sameKey).Entries[0].Id);
        await Ledger.ShouldBeSoundAsync(Tenant);
        if ((await between).Refusal is not null)
            return false;
        (await tooMuch).Refusal!.Code.ShouldBe(RefusalCode.InsufficientFunds);
        (await fits).Entries[0].BookedAt.ShouldBeGreaterThan(planned);
        (await Ledger.AvailableAsync(Tenant, "transit:b", "GBP")).ShouldBe("0.05");
        return true;
    });

    /// <summary>What the writer had to say: nothing, unless a batch failed.</summary>
    private sealed class FailureLog : ILogger<BookWriter>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
