using FinCode.Ledger.Jobs;
using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Tests.Posting;
using FinCode.Messaging;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Ledger.Tests.Jobs;

public sealed class ExpiryTests(SteppedLedger ledger) : IClassFixture<SteppedLedger>
{
    private const int PerRequest = 50;

    private static readonly DateTimeOffset s_expiry = SteppedClock.Start.AddHours(1);

    [Fact]
    public async Task What_the_books_refuse_to_let_go_does_not_stand_in_the_way_of_what_expired_later()
    {
        var (stuck, other) = (TestTenant.New(), TestTenant.New());
        for (var i = 0; i <= ExpirePendingEntries.Batch; i += PerRequest)
            await HoldAsync(stuck, i, PerRequest, s_expiry);
        await HoldAsync(other, 0, 1, s_expiry.AddSeconds(1));
        await CloseAsync(stuck, SteppedClock.StartDay.AddDays(1));
        ledger.Clock.Set(s_expiry.AddHours(1));

        await RunAsync();

        (await ledger.AvailableAsync(other, "wallet:a:GBP", "GBP")).ShouldBe("1000.00");
        (await VoidedAsync(stuck)).ShouldBe(0);

        // The books are open for that day: after a pause each is tried again.
        ledger.Clock.Set(SteppedClock.Start.AddDays(2));
        await RunAsync();
        await RunAsync();
        (await VoidedAsync(stuck)).ShouldBe(ExpirePendingEntries.Batch + PerRequest);
        (await ledger.AvailableAsync(stuck, "wallet:a:GBP", "GBP")).ShouldBe("1000.00");
    }

    [Fact]
    public void A_refused_one_is_tried_again_after_pauses_that_grow_to_an_hour()
    {
        var refused = new RefusedReleases();
        var entry = EntryId.New();
        var now = SteppedClock.Start;
        refused.MayTry(entry, now).ShouldBeTrue();
        foreach (var minutes in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            refused.Remember(entry, now);
            refused.MayTry(entry, now.AddMinutes(minutes).AddTicks(-1)).ShouldBeFalse();
            refused.MayTry(entry, now = now.AddMinutes(minutes)).ShouldBeTrue();
        }
        refused.Remember(entry, now);
        refused.Forget(entry);
        refused.MayTry(entry, now).ShouldBeTrue();
    }

    [Fact]
    public void One_that_was_resolved_in_another_way_is_forgotten()
    {
        var refused = new RefusedReleases();
        var (stale, due) = (EntryId.New(), EntryId.New());
        var now = SteppedClock.Start;
        refused.Remember(stale, now);
        refused.Remember(due, now.AddHours(1));

        refused.ForgetOld(now.AddMinutes(61));
        refused.MayTry(stale, now).ShouldBeFalse();
        refused.ForgetOld(now.AddMinutes(61).AddTicks(1));
        refused.MayTry(stale, now).ShouldBeTrue();
        refused.MayTry(due, now.AddHours(1)).ShouldBeFalse();
    }

    private async Task HoldAsync(TenantId tenant, int from, int count, DateTimeOffset expiresAt)
    {
        var one = Money.Of(1, "GBP");
        if (from == 0)
            await ledger.BookAsync(tenant, new Post(new EntryKey("a", null, "test", 1),
                [Leg.Debit("psp:x", Money.Of(100_000, "GBP")), Leg.Credit("wallet:a:GBP", Money.Of(100_000, "GBP"))]));
        var outcome = await ledger.PostAsync(tenant, [.. Enumerable.Range(from, count).Select(i => new Hold(
            new EntryKey($"hold {i}", null, "test", 1), [Leg.Debit("wallet:a:GBP", one), Leg.Credit("psp:x", one)],
            expiresAt))]);
        outcome.Refusal.ShouldBeNull();
    }

    /// <summary>Further than people may: so that nothing can be booked today.</summary>
    private async Task CloseAsync(TenantId tenant, DateOnly until)
    {
        await using var scope = ledger.Service.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, CancellationToken.None);
        await scope.ServiceProvider.GetRequiredService<LedgerPosting>().AddEventsAsync(
            (head, bookedAt) => Task.FromResult<IReadOnlyList<BookEvent>>(
                [new PeriodClosed(head.Position + 1, until, bookedAt, "first", "second")]), CancellationToken.None);
        await session.CommitAsync(CancellationToken.None);
    }

    private async Task RunAsync()
    {
        await using var scope = ledger.Service.Services.CreateAsyncScope();
        (await scope.ServiceProvider.GetRequiredService<ExpirePendingEntries>().RunOnceAsync(CancellationToken.None))
            .ShouldBeFalse();
    }

    private Task<long> VoidedAsync(TenantId tenant) => ledger.CountAsync(
        $"select count(*) from entries where tenant_id = '{tenant.Value}' and kind = 'VOIDED'");
}
