using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>Whatever is wrong with a request, it is refused with a reason, and the book stays as it was.</summary>
public sealed class BadInputTests(SteppedLedger ledger) : IClassFixture<SteppedLedger>
{
    private static readonly EntryKey s_key = new("bad", null, "test", 1);

    private readonly TenantId _tenant = TestTenant.New();

    public static TheoryData<string, object, object> Bad() => new()
    {
        { "nothing", Asked(), RefusalCode.InvalidRequest },
        { "no legs", Asked(Post()), RefusalCode.InvalidLegs },
        { "one leg", Asked(Post(Debit("psp:x", 1))), RefusalCode.InvalidLegs },
        { "unbalanced", Asked(Post(Debit("psp:x", 2), Credit("transit:a", 1))), RefusalCode.Unbalanced },
        { "balanced over two currencies", Asked(Post(Debit("psp:x", 1), Credit("transit:a", 1, "USD"))),
            RefusalCode.Unbalanced },
        { "a zero leg", Asked(Post(Debit("psp:x", 0), Credit("transit:a", 0))), RefusalCode.InvalidLegs },
        { "a negative leg", Asked(Post(Debit("psp:x", -1), Credit("transit:a", -1))), RefusalCode.InvalidLegs },
        { "the lowest amount", Asked(Post(Debit("psp:x", long.MinValue), Credit("transit:a", long.MinValue))),
            RefusalCode.InvalidLegs },
        { "an unknown account", Asked(Post(Debit("nostro:x", 1), Credit("transit:a", 1))), RefusalCode.UnknownAccount },
        { "an account without a name", Asked(Post(Debit("psp:", 1), Credit("transit:a", 1))),
            RefusalCode.UnknownAccount },
        { "an account of another currency", Asked(Post(Debit("prefund:p:NGN", 1), Credit("transit:a", 1))),
            RefusalCode.UnknownAccount },
        { "an account that no text can name", Asked(Post(Debit("psp:\0", 1), Credit("transit:a", 1))),
            RefusalCode.InvalidRequest },
        { "too many legs", Asked(Post([.. Pairs(501)])), RefusalCode.InvalidLegs },
        { "a million legs", Asked(Post([.. Pairs(500_000)])), RefusalCode.InvalidLegs },
        { "too many legs together", Asked([.. Enumerable.Range(0, 9)
            .Select(n => new Post(Key($"bad{n}"), [.. Pairs(500)]))]),
            RefusalCode.InvalidLegs },
        { "too many entries", Asked([.. Enumerable.Range(0, LedgerPosting.MaxInstructions + 1)
            .Select(n => new Release(Key($"bad{n}"), EntryId.New()))]), RefusalCode.InvalidRequest },
        { "legs that sum up beyond 64 bits", Asked(Post(
            Debit("psp:x", long.MaxValue), Debit("psp:x", long.MaxValue),
            Credit("fx:GBP", long.MaxValue), Credit("fx:GBP", long.MaxValue))), RefusalCode.Overflow },
        { "totals beyond 64 bits", Asked(
            Post(Debit("psp:x", long.MaxValue - 99), Credit("fx:GBP", long.MaxValue - 99))),
            RefusalCode.Overflow },
        { "pending beyond 64 bits", Asked(new Hold(s_key,
            [Debit("psp:x", long.MaxValue - 99), Credit("fx:GBP", long.MaxValue - 99)])), RefusalCode.Overflow },
        { "available below 64 bits",
        Asked(
            new Hold(Key("bad1"), [Debit("psp:y", long.MaxValue), Credit("fx:GBP", long.MaxValue)]),
            new Block(Key("bad2"), [Credit("fx:GBP", long.MaxValue)])
        ), RefusalCode.Overflow },
        { "an empty key", Asked(new Post(Key(""), Good)), RefusalCode.InvalidRequest },
        { "a long key", Asked(new Post(Key(new string('k', 401)), Good)), RefusalCode.InvalidRequest },
        { "a key that is no text", Asked(new Post(Key("a\0b"), Good)), RefusalCode.InvalidRequest },
        { "half of a character", Asked(Said(new EntryDetails(Reference: "\ud83d"))), RefusalCode.InvalidRequest },
        { "the other half", Asked(Said(new EntryDetails(Description: "a\ude00b"))), RefusalCode.InvalidRequest },
        { "a zero in a text", Asked(Said(new EntryDetails(Metadata: "{\"a\":\"\0\"}"))), RefusalCode.InvalidRequest },
        { "a lien on the other side", Asked(new Block(s_key, [Debit("psp:x", 1)])), RefusalCode.InvalidLegs },
        { "more than there is", Asked(new Block(s_key, [Debit("transit:a", 101)])), RefusalCode.InsufficientFunds },
        { "no such entry", Asked(new Commit(s_key, EntryId.New())), RefusalCode.EntryNotFound },
        { "expired from the start", Asked(new Hold(s_key, Good, SteppedClock.Start)), RefusalCode.EntryExpired },
        { "a good one and a bad one", Asked(new Post(Key("good"), Good), Post(Debit("psp:x", 1))),
            RefusalCode.InvalidLegs },
        { "two contents under one key", Asked(new Post(s_key, Good), new Hold(s_key, Good)), RefusalCode.KeyReused },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public async Task A_bad_request_is_refused_and_nothing_is_booked(string what, object request, object code)
    {
        var linked = (Instruction[])request;
        await ledger.BookAsync(_tenant, new Post(Key("first"), [Debit("psp:x", 100), Credit("transit:a", 100)]));
        var before = await HeadAsync();

        var bySession = await ledger.PostAsync(_tenant, linked);
        var byWriter = await ledger.Service.Services.GetRequiredService<BookWriter>()
            .PostAsync(_tenant, linked, CancellationToken.None);

        bySession.Refusal.ShouldNotBeNull(what).Code.ShouldBe((RefusalCode)code, bySession.Refusal!.Detail);
        bySession.Entries.ShouldBeEmpty();
        byWriter.Refusal.ShouldNotBeNull(what).Code.ShouldBe((RefusalCode)code);
        (await HeadAsync()).ShouldBe(before);
        (await ledger.CountAsync($"select count(*) from legs where tenant_id = '{_tenant.Value}'")).ShouldBe(2);
        (await ledger.CountAsync($"select count(*) from accounts where tenant_id = '{_tenant.Value}'")).ShouldBe(2);
    }

    [Theory]
    [InlineData("ada", "ada")]
    [InlineData(null, "ada")]
    [InlineData("a\0", null)]
    public async Task Nobody_approves_what_he_asked_for_and_names_are_texts(string? by, string? approvedBy)
    {
        var outcome = await ledger.Service.Services.GetRequiredService<BookWriter>().PostAsync(
            _tenant, new PostingRequest([new Post(s_key, Good)], by, approvedBy), CancellationToken.None);

        outcome.Refusal!.Code.ShouldBe(RefusalCode.InvalidRequest);
        (await ledger.CountAsync($"select count(*) from books where tenant_id = '{_tenant.Value}'")).ShouldBe(0);
    }

    [Fact]
    public async Task The_largest_totals_fit_and_let_go_again()
    {
        var all = await ledger.BookAsync(_tenant, new Hold(Key("hold"),
            [Debit("psp:x", long.MaxValue), Credit("transit:a", long.MaxValue)]));
        await ledger.BookAsync(_tenant, new Commit(Key("commit"), all.Id));
        var lien = await ledger.BookAsync(_tenant, new Block(Key("lien"), [Debit("transit:a", long.MaxValue)]));
        (await ledger.PostAsync(_tenant, Post(Debit("transit:a", 1), Credit("psp:x", 1))))
            .Refusal!.Code.ShouldBe(RefusalCode.InsufficientFunds);
        await ledger.BookAsync(_tenant, new Release(Key("release"), lien.Id));
        await ledger.BookAsync(_tenant, new Post(Key("back"),
            [Debit("transit:a", long.MaxValue), Credit("psp:x", long.MaxValue)]));

        // Totals only ever grow: what is used up is said so, and does not wrap.
        (await ledger.PostAsync(_tenant, Post(Debit("psp:x", 1), Credit("transit:a", 1))))
            .Refusal!.Code.ShouldBe(RefusalCode.Overflow);
        (await ledger.AvailableAsync(_tenant, "transit:a", "GBP")).ShouldBe("0.00");
        await ledger.ShouldBeSoundAsync(_tenant);
    }

    [Fact]
    public async Task An_expiry_in_another_zone_and_finer_than_the_books_is_kept_as_theirs()
    {
        var expiry = SteppedClock.Start.AddHours(1).AddTicks(17).ToOffset(TimeSpan.FromHours(-5));

        var hold = await ledger.BookAsync(_tenant, new Hold(s_key, Good, expiry));
        var again = await ledger.BookAsync(_tenant, new Hold(s_key, Good, expiry));

        hold.ExpiresAt.ShouldBe(SteppedClock.Start.AddHours(1).AddTicks(10));
        again.Id.ShouldBe(hold.Id);
        again.ExpiresAt.ShouldBe(hold.ExpiresAt);
        await ledger.ShouldBeSoundAsync(_tenant);
    }

    [Fact]
    public async Task A_resolution_lets_all_go_before_any_of_its_legs_counts()
    {
        await ledger.BookAsync(_tenant, new Post(Key("first"), [Debit("psp:x", 100), Credit("transit:a", 100)]));
        var hold = await ledger.BookAsync(_tenant, new Hold(s_key,
        [
            Debit("transit:a", 30), Credit("psp:x", 30), Debit("transit:a", 50), Credit("psp:x", 50),
        ]));

        var commit = await ledger.BookAsync(_tenant, new Commit(Key("commit"), hold.Id,
        [
            Debit("transit:a", 10), Credit("psp:x", 10), Debit("transit:a", 20), Credit("psp:x", 20),
        ]));

        commit.Legs.Select(leg => (leg.PreviousBalance, leg.NewBalance, leg.NewAvailable))
            .ShouldBe([(100, 90, 90), (100, 90, 90), (90, 70, 70), (90, 70, 70)]);
        await ledger.ShouldBeSoundAsync(_tenant);
    }

    private async Task<(long, string)> HeadAsync() => (await ledger.QueryAsync(
        $"select position, encode(chain_hash, 'hex') from books where tenant_id = '{_tenant.Value}'",
        reader => (reader.GetInt64(0), reader.GetString(1)))).ShouldHaveSingleItem();

    private static Instruction[] Asked(params Instruction[] linked) => linked;

    private static Leg[] Good => [Debit("psp:x", 1), Credit("transit:a", 1)];

    private static IEnumerable<Leg> Pairs(int count)
    {
        var (debit, credit) = (Debit("psp:x", 1), Credit("psp:y", 1));
        return Enumerable.Range(0, count).SelectMany(_ => new[] { debit, credit });
    }

    private static Post Post(params Leg[] legs) => new(s_key, legs);

    private static Post Said(EntryDetails details) => new Post(s_key, Good) with { Details = details };

    private static EntryKey Key(string text) => new(text, null, "test", 1);

    private static Leg Debit(string code, long minorUnits, string currency = "GBP") =>
        Leg.Debit(code, Money.Of(minorUnits, currency));

    private static Leg Credit(string code, long minorUnits, string currency = "GBP") =>
        Leg.Credit(code, Money.Of(minorUnits, currency));
}
