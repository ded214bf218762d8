using FinCode.Ledger.Model;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Posting;

public sealed class LedgerPostingTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task An_entry_returns_the_balances_before_and_after_it()
    {
        await ledger.BookAsync(_tenant, PayIn("a", 100));

        var entry = await ledger.BookAsync(_tenant, PayIn("b", 30, transit: "a"));

        entry.Legs.Select(leg => (leg.PreviousBalance, leg.NewBalance, leg.NewAvailable))
            .ShouldBe([(100, 130, 130), (100, 130, 130)]);
    }

    [Fact]
    public async Task The_same_key_and_content_gives_the_first_entry_and_other_content_is_refused()
    {
        var first = await ledger.BookAsync(_tenant, PayIn("a", 100));
        await ledger.BookAsync(_tenant, PayIn("b", 50, transit: "a"));

        var again = await ledger.BookAsync(_tenant, PayIn("a", 100));
        var other = await ledger.PostAsync(_tenant, PayIn("a", 101));

        again.Id.ShouldBe(first.Id);
        again.Legs.ShouldBe(first.Legs);
        other.Refusal!.Code.ShouldBe(RefusalCode.KeyReused);
        (await ledger.AvailableAsync(_tenant, "transit:a", "GBP")).ShouldBe("1.50");
    }

    [Fact]
    public async Task Ten_at_once_under_one_key_give_one_entry()
    {
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => ledger.PostAsync(_tenant, PayIn("a", 100))));

        outcomes.Select(outcome => outcome.Entries[0].Id).Distinct().ShouldHaveSingleItem();
        (await ledger.AvailableAsync(_tenant, "transit:a", "GBP")).ShouldBe("1.00");
    }

    [Fact]
    public async Task What_a_pending_movement_takes_away_counts_and_what_it_brings_does_not()
    {
        await ledger.BookAsync(_tenant, PayIn("a", 100));

        await ledger.BookAsync(_tenant, new Hold(Key("h"), [Debit("transit:a", 60), Credit("frozen:a", 60)]));

        var transit = await ledger.AccountAsync(_tenant, "transit:a", "GBP");
        transit!.Balance.ToAmountString().ShouldBe("1.00");
        transit.PendingOut.ToAmountString().ShouldBe("0.60");
        transit.Available.ToAmountString().ShouldBe("0.40");
        var frozen = await ledger.AccountAsync(_tenant, "frozen:a", "GBP");
        frozen!.PendingIn.ToAmountString().ShouldBe("0.60");
        frozen.Available.ToAmountString().ShouldBe("0.00");
        var tooMuch = await ledger.PostAsync(
            _tenant, new Post(Key("p"), [Debit("transit:a", 41), Credit("psp:x", 41)]));
        tooMuch.Refusal!.Code.ShouldBe(RefusalCode.InsufficientFunds);
        tooMuch.Refusal.Account!.Code.ShouldBe("transit:a");
    }

    [Fact]
    public async Task A_credit_on_a_debit_normal_account_is_held_like_a_debit_on_a_credit_normal_one()
    {
        await ledger.BookAsync(_tenant, new Post(Key("t"), [Debit("prefund:acme:GBP", 100), Credit("own:GBP", 100)]));

        await ledger.BookAsync(
            _tenant, new Hold(Key("h1"), [Debit("expense:payout", 70), Credit("prefund:acme:GBP", 70)]));
        var second = await ledger.PostAsync(
            _tenant, new Hold(Key("h2"), [Debit("expense:payout", 31), Credit("prefund:acme:GBP", 31)]));

        second.Refusal!.Code.ShouldBe(RefusalCode.InsufficientFunds);
        (await ledger.AvailableAsync(_tenant, "prefund:acme:GBP", "GBP")).ShouldBe("0.30");
    }

    [Fact]
    public async Task A_pending_entry_is_resolved_once()
    {
        await ledger.BookAsync(_tenant, PayIn("a", 100));
        var hold = await ledger.BookAsync(_tenant, new Hold(Key("h"), [Debit("transit:a", 60), Credit("psp:x", 60)]));

        await ledger.BookAsync(_tenant, new Commit(Key("c"), hold.Id));

        (await ledger.PostAsync(_tenant, new Commit(Key("c2"), hold.Id)))
            .Refusal!.Code.ShouldBe(RefusalCode.AlreadyResolved);
        (await ledger.PostAsync(_tenant, new Release(Key("v"), hold.Id)))
            .Refusal!.Code.ShouldBe(RefusalCode.AlreadyResolved);
        var transit = await ledger.AccountAsync(_tenant, "transit:a", "GBP");
        transit!.Balance.ToAmountString().ShouldBe("0.40");
        transit.PendingOut.IsZero.ShouldBeTrue();
    }

    [Fact]
    public async Task A_commit_and_a_void_at_the_same_moment_leave_one_of_them()
    {
        await ledger.BookAsync(_tenant, PayIn("a", 1_000));
        var holds = await Task.WhenAll(Enumerable.Range(0, 10).Select(n =>
            ledger.BookAsync(_tenant, new Hold(Key($"h{n}"), [Debit("transit:a", 10), Credit("psp:x", 10)]))));

        var outcomes = await Task.WhenAll(holds.SelectMany((hold, n) => new[]
        {
            ledger.PostAsync(_tenant, new Commit(Key($"c{n}"), hold.Id)),
            ledger.PostAsync(_tenant, new Release(Key($"v{n}"), hold.Id)),
        }));

        outcomes.Count(outcome => outcome.Refusal is null).ShouldBe(10);
        outcomes.Where(outcome => outcome.Refusal is not null)
            .ShouldAllBe(outcome => outcome.Refusal!.Code == RefusalCode.AlreadyResolved);
        (await ledger.AccountsOffTheirLegsAsync(_tenant)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_voided_entry_gives_back_what_it_held()
    {
        await ledger.BookAsync(_tenant, PayIn("a", 100));
        var hold = await ledger.BookAsync(_tenant, new Hold(Key("h"), [Debit("transit:a", 100), Credit("psp:x", 100)]));

        var voided = await ledger.BookAsync(_tenant, new Release(Key("v"), hold.Id));

        voided.Form.ShouldBe(EntryForm.Voided);
        (await ledger.AvailableAsync(_tenant, "transit:a", "GBP")).ShouldBe("1.00");
    }

    [Fact]
    public async Task A_reversal_names_its_original_and_happens_once()
    {
        var original = await ledger.BookAsync(_tenant, PayIn("a", 100));

        var reversal = await ledger.BookAsync(_tenant, new Reverse(Key("r"), original.Id));

        reversal.Reverses!.Value.Id.ShouldBe(original.Id);
        (await ledger.AvailableAsync(_tenant, "transit:a", "GBP")).ShouldBe("0.00");
        (await ledger.PostAsync(_tenant, new Reverse(Key("r2"), original.Id))).Refusal!.Code
            .ShouldBe(RefusalCode.AlreadyReversed);
        (await ledger.PostAsync(_tenant, new Reverse(Key("r3"), reversal.Id))).Refusal!.Code
            .ShouldBe(RefusalCode.NotReversible);
        (await ledger.BookAsync(_tenant, new Reverse(Key("r"), original.Id))).Id.ShouldBe(reversal.Id);
    }

    [Fact]
    public async Task Linked_entries_are_booked_all_or_none()
    {
        var outcome = await ledger.PostAsync(_tenant,
            PayIn("a", 100), new Post(Key("b"), [Debit("transit:a", 101), Credit("psp:x", 101)]));

        outcome.Refusal!.Code.ShouldBe(RefusalCode.InsufficientFunds);
        (await ledger.AccountAsync(_tenant, "transit:a", "GBP")).ShouldBeNull();
    }

    [Fact]
    public async Task A_later_entry_of_a_link_sees_what_an_earlier_one_did()
    {
        var outcome = await ledger.PostAsync(_tenant,
            PayIn("a", 100), new Post(Key("b"), [Debit("transit:a", 100), Credit("frozen:a", 100)]));

        outcome.Refusal.ShouldBeNull();
        (await ledger.AvailableAsync(_tenant, "frozen:a", "GBP")).ShouldBe("1.00");
    }

    [Theory]
    [InlineData(99, RefusalCode.Unbalanced)]
    [InlineData(0, RefusalCode.InvalidLegs)]
    [InlineData(-100, RefusalCode.InvalidLegs)]
    public async Task Legs_that_do_not_balance_or_are_not_positive_are_refused(long credit, object expected)
    {
        var outcome = await ledger.PostAsync(
            _tenant, new Post(Key("x"), [Debit("psp:x", 100), Credit("transit:a", credit)]));

        outcome.Refusal!.Code.ShouldBe((RefusalCode)expected);
        (await ledger.AccountAsync(_tenant, "psp:x", "GBP")).ShouldBeNull();
    }

    [Fact]
    public async Task Legs_balance_in_each_currency_by_itself()
    {
        var outcome = await ledger.PostAsync(_tenant, new Post(Key("x"),
            [Leg.Debit("psp:x", Money.Of(100, "GBP")), Leg.Credit("transit:a", Money.Of(100, "USD"))]));

        outcome.Refusal!.Code.ShouldBe(RefusalCode.Unbalanced);
        outcome.Refusal.Detail.ShouldContain("GBP, USD");
    }

    [Fact]
    public async Task An_unknown_account_an_unknown_entry_and_too_many_legs_are_refused()
    {
        (await ledger.PostAsync(_tenant, new Post(Key("x"), [Debit("nostro:x", 1), Credit("psp:x", 1)]))).Refusal!.Code
            .ShouldBe(RefusalCode.UnknownAccount);
        (await ledger.PostAsync(_tenant, new Commit(Key("x"), EntryId.New()))).Refusal!.Code
            .ShouldBe(RefusalCode.EntryNotFound);
        var legs = Enumerable.Range(0, 501).SelectMany(_ => new[] { Debit("psp:x", 1), Credit("psp:y", 1) }).ToArray();
        (await ledger.PostAsync(_tenant, new Post(Key("x"), legs))).Refusal!.Code.ShouldBe(RefusalCode.InvalidLegs);
    }

    [Fact]
    public async Task Another_tenants_entry_is_not_there()
    {
        var entry = await ledger.BookAsync(_tenant, PayIn("a", 100));

        var outcome = await ledger.PostAsync(TestTenant.New(), new Reverse(Key("r"), entry.Id));

        outcome.Refusal!.Code.ShouldBe(RefusalCode.EntryNotFound);
    }

    [Fact]
    public async Task Totals_beyond_64_bits_are_refused_and_do_not_wrap()
    {
        await ledger.BookAsync(_tenant, PayIn("a", long.MaxValue - 10));

        var outcome = await ledger.PostAsync(_tenant, PayIn("b", 11));
        var fits = await ledger.PostAsync(_tenant, PayIn("c", 10));

        outcome.Refusal!.Code.ShouldBe(RefusalCode.Overflow);
        fits.Refusal.ShouldBeNull();
    }

    [Fact]
    public async Task An_account_that_is_not_active_takes_no_entry()
    {
        await ledger.BookAsync(_tenant, PayIn("a", 100));
        await ledger.ChangeAsync(_tenant, Credit("transit:a", 1).Account, account =>
            account with { Status = AccountStatus.Frozen });

        var outcome = await ledger.PostAsync(_tenant, PayIn("b", 1, transit: "a"));

        outcome.Refusal!.Code.ShouldBe(RefusalCode.AccountNotActive);
    }

    [Fact]
    public async Task A_maximum_counts_what_is_pending_to_come()
    {
        await ledger.BookAsync(_tenant, PayIn("a", 100));
        await ledger.ChangeAsync(_tenant, Credit("transit:a", 1).Account, account => account with { Maximum = 150 });

        await ledger.BookAsync(_tenant, new Hold(Key("h"), [Debit("psp:x", 50), Credit("transit:a", 50)]));
        var outcome = await ledger.PostAsync(_tenant, PayIn("b", 1, transit: "a"));

        outcome.Refusal!.Code.ShouldBe(RefusalCode.MaximumExceeded);
    }

    private static EntryKey Key(string text) => new(text, null, "test", 1);

    private static Leg Debit(string code, long minorUnits) => Leg.Debit(code, Money.Of(minorUnits, "GBP"));

    private static Leg Credit(string code, long minorUnits) => Leg.Credit(code, Money.Of(minorUnits, "GBP"));

    private static Post PayIn(string key, long minorUnits, string? transit = null) =>
        new(Key(key), [Debit("psp:x", minorUnits), Credit($"transit:{transit ?? key}", minorUnits)]);
}
