using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>Two batches are prepared beside the one that is booked; the second is planned on the first.</summary>
public sealed class TwoBatchesAheadTests(SteppedLedger ledger) : PlanningAhead(ledger), IClassFixture<SteppedLedger>
{
    /// <summary>As many as a batch takes where some hundred wait; the next ones are one of their own.</summary>
    private const int Share = 64;

    [Fact]
    public async Task What_was_prepared_is_booked_in_its_order_and_on_what_came_before()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAccountAsync(Ledger, Tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b", 50));
        await held.IsWantedAsync();
        var first = await PrepareAsync(held, writer, "one", 1, PayOut("c", "b", 30));
        var second = await PrepareAsync(
            held, writer, "two", 2, PayOut("d", "b", 30), PayOut("e", "b", 20), PayIn("b", 50), PayOut("c", "b", 31));
        await held.LetGoAsync();

        var booked = (await opener).Entries.ShouldHaveSingleItem();
        (await first[0]).Entries[0].Legs[0].NewBalance.ShouldBe(20);
        (await second[0]).Refusal!.Code.ShouldBe(RefusalCode.InsufficientFunds);
        (await second[1]).Entries[0].Legs[0].NewBalance.ShouldBe(0);
        (await second[2]).Entries[0].Id.ShouldBe(booked.Id);
        (await second[3]).Refusal!.Code.ShouldBe(RefusalCode.KeyReused);
        (await Task.WhenAll([.. first[1..], .. second[4..]])).ShouldAllBe(outcome => outcome.Refusal == null);
        (await Ledger.AvailableAsync(Tenant, "transit:many", "GBP")).ShouldBe("1.28");
        await Ledger.ShouldBeSoundAsync(Tenant);
    }

    [Fact]
    public async Task When_the_batch_that_is_booked_fails_both_are_given_up_and_all_is_booked_once()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAccountAsync(Ledger, Tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b", 50));
        await held.IsWantedAsync();
        var first = await PrepareAsync(held, writer, "one", 1, PayOut("c", "b", 30));
        var second = await PrepareAsync(held, writer, "two", 2, PayOut("d", "b", 30));
        (await CutWritersAsync()).ShouldBe(1);
        await held.LetGoAsync();

        (await opener).Refusal.ShouldBeNull();
        new[] { await first[0], await second[0] }.Count(outcome => outcome.Refusal is null).ShouldBe(1);
        (await Task.WhenAll([.. first[1..], .. second[1..]])).ShouldAllBe(outcome => outcome.Refusal == null);
        (await Ledger.AvailableAsync(Tenant, "transit:b", "GBP")).ShouldBe("0.20");
        (await Ledger.AvailableAsync(Tenant, "transit:many", "GBP")).ShouldBe("1.28");
        await Ledger.ShouldBeSoundAsync(Tenant);
    }

    [Fact]
    public Task When_another_replica_comes_between_both_are_planned_again() => UntilOvertakenAsync(async () =>
    {
        var writer = NewWriter();
        var replica = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAccountAsync(Ledger, Tenant, "psp:x");
        var opener = PostAsync(writer, PayIn("b", 50));
        await held.IsWantedAsync();
        var between = PostAsync(replica, PayOut("between", "b", 30));
        await held.IsWantedAsync(by: 2);
        var first = await PrepareAsync(held, writer, "one", 1, PayOut("c", "b", 30));
        var second = await PrepareAsync(held, writer, "two", 2, PayOut("d", "b", 20));
        await held.LetGoAsync();

        (await opener).Refusal.ShouldBeNull();
        (await second[0]).Refusal.ShouldBeNull();
        (await Task.WhenAll([.. first[1..], .. second[1..]])).ShouldAllBe(outcome => outcome.Refusal == null);
        new[] { await between, await first[0] }.Count(outcome => outcome.Refusal is null).ShouldBe(1);
        (await Ledger.AvailableAsync(Tenant, "transit:b", "GBP")).ShouldBe("0.00");
        await Ledger.ShouldBeSoundAsync(Tenant);
        return (await between).Refusal is null;
    });

    /// <summary>Some to look at, and as many more as make a batch; they are inserted when this ends.</summary>
    private async Task<Task<PostingOutcome>[]> PrepareAsync(
        HeldBook held, BookWriter writer, string name, int batches, params Instruction[] some)
    {
        var all = some.Select(one => PostAsync(writer, one))
            .Concat(Enumerable.Range(0, Share).Select(n => PostAsync(writer, PayIn($"{name}{n}", 1, "many"))))
            .ToArray();
        await held.IsWrittenAheadAsync(batches: batches);
        return all;
    }
}
