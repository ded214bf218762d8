using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>
/// Who comes into which batch is decided by holding the book: the opener's batch waits for it, and all that comes then
/// is in the next one.
/// </summary>
public sealed class BookWriterTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task Two_hundred_at_once_under_one_key_get_one_entry()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAsync(ledger, _tenant);
        var opener = PostAsync(writer, PayIn("a", 100));
        await held.IsWantedAsync();
        var waiting = Enumerable.Range(0, 199).Select(_ => PostAsync(writer, PayIn("a", 100))).ToArray();
        await held.LetGoAsync();

        var outcomes = await Task.WhenAll([opener, .. waiting]);

        var first = (await opener).Entries.ShouldHaveSingleItem();
        outcomes.ShouldAllBe(outcome => outcome.Refusal == null);
        foreach (var entry in outcomes.Select(outcome => outcome.Entries[0]))
        {
            entry.Id.ShouldBe(first.Id);
            entry.Position.ShouldBe(first.Position);
            entry.Legs.ShouldBe(first.Legs);
            entry.BookedAt.ShouldBe(first.BookedAt);
        }
        (await KeysAsync()).ShouldBe(["first", "a"]);
        await ledger.ShouldBeSoundAsync(_tenant);
    }

    [Fact]
    public async Task Many_books_with_few_connections_wait_for_each_other_and_all_get_their_turn()
    {
        const int books = 12, callers = 24, each = 5;
        await using var service = await ledger.Service.StartReplicaAsync(LedgerApp.Service,
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:ledger"] = ledger.Service.AppConnectionString + ";Maximum Pool Size=4;Timeout=120",
            });
        var writer = new BookWriter(service.Services.GetRequiredService<IServiceScopeFactory>(), TimeProvider.System,
            NullLogger<BookWriter>.Instance);
        var tenants = Enumerable.Range(0, books).Select(_ => TestTenant.New()).ToArray();

        await Task.WhenAll(tenants.SelectMany(tenant => Enumerable.Range(0, callers).Select(async caller =>
        {
            for (var n = 0; n < each; n++)
                (await writer.PostAsync(tenant, [PayIn($"{caller}-{n}", 1, "all")], CancellationToken.None))
                    .Refusal.ShouldBeNull();
        })));

        foreach (var tenant in tenants)
            (await ledger.AvailableAsync(tenant, "transit:all", "GBP")).ShouldBe("1.20");
    }

    [Fact]
    public async Task Of_two_contents_under_one_key_in_one_batch_the_first_stands()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAsync(ledger, _tenant);
        var opener = PostAsync(writer, PayIn("opener", 1));
        await held.IsWantedAsync();
        var one = PostAsync(writer, PayIn("a", 100));
        var other = PostAsync(writer, PayIn("a", 101));
        var again = PostAsync(writer, PayIn("a", 100));
        var otherForm = PostAsync(writer, new Hold(Key("a"), PayIn("a", 100).Legs));
        await held.LetGoAsync();

        (await opener).Refusal.ShouldBeNull();
        (await other).Refusal!.Code.ShouldBe(RefusalCode.KeyReused);
        (await otherForm).Refusal!.Code.ShouldBe(RefusalCode.KeyReused);
        (await again).Entries[0].Id.ShouldBe((await one).Entries[0].Id);
        (await ledger.AvailableAsync(_tenant, "transit:a", "GBP")).ShouldBe("1.00");
    }

    [Fact]
    public async Task A_refusal_in_a_batch_takes_nothing_with_it_and_leaves_nothing()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("a", 100));
        await using var held = await HeldBook.HoldAsync(ledger, _tenant);
        var opener = PostAsync(writer, PayIn("opener", 1));
        await held.IsWantedAsync();
        var before = PostAsync(writer, PayOut("b", "a", 60));
        var tooMuch = writer.PostAsync(_tenant, [PayIn("c", 5), PayOut("d", "a", 41)], CancellationToken.None);
        var after = PostAsync(writer, PayOut("e", "a", 40));
        await held.LetGoAsync();
        await opener;

        (await before).Refusal.ShouldBeNull();
        (await tooMuch).Refusal!.Code.ShouldBe(RefusalCode.InsufficientFunds);
        (await after).Refusal.ShouldBeNull();
        (await KeysAsync()).ShouldBe(["a", "opener", "b", "e"]);
        (await ledger.AccountAsync(_tenant, "transit:c", "GBP")).ShouldBeNull();
    }

    [Fact]
    public async Task What_fails_for_a_reason_of_its_own_fails_alone()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAsync(ledger, _tenant);
        var opener = PostAsync(writer, PayIn("opener", 1));
        await held.IsWantedAsync();
        var good = Enumerable.Range(0, 5).Select(n => PostAsync(writer, PayIn($"good{n}", 1))).ToArray();
        var poison = PostAsync(writer, new Strange(Key("poison")));
        var later = PostAsync(writer, PayIn("later", 1));
        await held.LetGoAsync();
        await opener;

        (await Task.WhenAll([.. good, later])).ShouldAllBe(outcome => outcome.Refusal == null);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => poison);
        (await KeysAsync()).ShouldBe(["first", "opener", "good0", "good1", "good2", "good3", "good4", "later"]);
        await ledger.ShouldBeSoundAsync(_tenant);
    }

    [Fact]
    public async Task When_too_many_wait_the_next_is_sent_away_and_booked_nothing()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAsync(ledger, _tenant);
        var opener = PostAsync(writer, PayIn("opener", 1));
        await held.IsWantedAsync();
        var waiting = Enumerable.Range(0, BookWriter.MaxWaiting)
            .Select(n => PostAsync(writer, new Post(Key($"k{n}"), PayIn("a", 1).Legs))).ToArray();

        await Should.ThrowAsync<BookBusyException>(() => PostAsync(writer, PayIn("refused", 1)));
        var otherBook = await writer.PostAsync(TestTenant.New(), [PayIn("elsewhere", 1)], CancellationToken.None);
        await held.LetGoAsync();

        otherBook.Refusal.ShouldBeNull();
        (await Task.WhenAll([opener, .. waiting])).ShouldAllBe(outcome => outcome.Refusal == null);
        (await KeysAsync()).ShouldBe(
            ["first", "opener", .. Enumerable.Range(0, BookWriter.MaxWaiting).Select(n => $"k{n}")]);
        (await PostAsync(writer, PayIn("refused", 1))).Refusal.ShouldBeNull();
    }

    [Fact]
    public async Task Who_gives_up_before_his_batch_books_nothing_and_who_gives_up_in_it_learns_by_his_key()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAsync(ledger, _tenant);
        using var impatient = new CancellationTokenSource();
        var inBatch = writer.PostAsync(_tenant, [PayIn("in-batch", 1)], impatient.Token);
        await held.IsWantedAsync();
        var waiting = writer.PostAsync(_tenant, [PayIn("waiting", 1)], impatient.Token);
        var patient = PostAsync(writer, PayIn("patient", 1));
        await impatient.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => inBatch);
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        await Should.ThrowAsync<OperationCanceledException>(
            () => writer.PostAsync(_tenant, [PayIn("never", 1)], impatient.Token));
        await held.LetGoAsync();
        (await patient).Refusal.ShouldBeNull();
        (await KeysAsync()).ShouldBe(["first", "in-batch", "patient"]);
        (await PostAsync(writer, PayIn("in-batch", 1))).Entries[0].Position.ShouldBe(5);
    }

    [Fact]
    public async Task Who_waits_when_the_service_stops_is_answered_and_who_comes_later_is_sent_away()
    {
        var writer = NewWriter();
        await PostAsync(writer, PayIn("first", 1));
        await using var held = await HeldBook.HoldAsync(ledger, _tenant);
        var opener = PostAsync(writer, PayIn("opener", 1));
        await held.IsWantedAsync();
        var waiting = Enumerable.Range(0, 2_500)
            .Select(n => PostAsync(writer, new Post(Key($"k{n}"), PayIn("a", 1).Legs))).ToArray();

        var stopping = writer.StopAsync(CancellationToken.None);
        await Should.ThrowAsync<BookBusyException>(() => PostAsync(writer, PayIn("late", 1)));
        stopping.IsCompleted.ShouldBeFalse();
        await held.LetGoAsync();
        await stopping;

        opener.IsCompletedSuccessfully.ShouldBeTrue();
        (await Task.WhenAll(waiting)).ShouldAllBe(outcome => outcome.Refusal == null);
        (await KeysAsync()).Count.ShouldBe(2_502);
    }

    [Fact]
    public async Task A_book_that_is_drained_while_others_come_keeps_them_all()
    {
        var writer = NewWriter();

        // Whoever is answered comes again at once, so that the queue runs empty and fills again all the time.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(client => Task.Run(async () =>
        {
            for (var n = 0; n < 60; n++)
                (await PostAsync(writer, PayIn($"{client}-{n}", 1, "a"))).Refusal.ShouldBeNull();
        })));

        (await KeysAsync()).Count.ShouldBe(240);
        await writer.StopAsync(CancellationToken.None);
        await ledger.ShouldBeSoundAsync(_tenant);
    }

    private BookWriter NewWriter() => new(
        ledger.Service.Services.GetRequiredService<IServiceScopeFactory>(), TimeProvider.System,
        NullLogger<BookWriter>.Instance);

    private Task<PostingOutcome> PostAsync(BookWriter writer, Instruction instruction) =>
        writer.PostAsync(_tenant, [instruction], CancellationToken.None);

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

    /// <summary>A programmer's error: an instruction that the books do not know.</summary>
    private sealed record Strange(EntryKey Key) : Instruction(Key);
}
