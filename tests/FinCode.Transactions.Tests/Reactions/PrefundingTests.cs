using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Reactions;

/// <summary>What a partner's prefunded balance does to the transfers that wait for it.</summary>
public sealed class PrefundingTests
{
    [Fact]
    public async Task Transfers_that_wait_for_a_balance_are_asked_for_at_once_when_it_is_not_low_any_more()
    {
        var desk = await PatientAsync();
        var (first, second) = (await desk.CreateAsync(), await desk.CreateAsync());
        var elsewhere = await desk.CreateAsync("MOBILE_MONEY");
        foreach (var made in new[] { first, second, elsewhere })
        {
            await made.ToReservingAsync();
            await made.NotReservedAsync();
            await made.AtStageAsync("AWAITING_FUNDS");
        }

        var restored = Crossed("prefund:sandbox-bank:NGN", BalanceCrossing.NotBelow);
        var id = Guid.CreateVersion7();
        await desk.Service.PublishAsync(desk.Tenant, restored, id);
        await desk.Service.PublishAsync(desk.Tenant, restored, id);

        foreach (var made in new[] { first, second })
        {
            await made.PublishedAsync<ReservationRequested>(e => e.ReservationNumber == 2);
            await made.ReservedAsync(2);
            await made.AtStageAsync("SUBMITTED");
        }

        // Late, when nobody waits for this balance any more, and of other accounts.
        await desk.Service.PublishAsync(desk.Tenant, restored);
        await desk.Service.PublishAsync(desk.Tenant, Crossed("prefund:sandbox-momo:KES", BalanceCrossing.NotBelow));
        await desk.Service.PublishAsync(desk.Tenant, Crossed("wallet:sandbox-momo:NGN", BalanceCrossing.NotBelow));
        await desk.Service.PublishAsync(
            TestTenant.New(), Crossed("prefund:sandbox-momo:NGN", BalanceCrossing.NotBelow));
        await desk.Service.PublishAsync(desk.Tenant, Crossed("prefund:sandbox-momo:NGN", BalanceCrossing.Below));
        await Eventually.HoldsAsync(async () => (await LowAsync(desk)).ShouldBe(1));
        (await elsewhere.StageAsync()).ShouldBe("VERIFYING/AWAITING_FUNDS");
        first.AllPublished<ReservationRequested>().Count.ShouldBe(1);
        second.AllPublished<ReservationRequested>().Count.ShouldBe(1);
        elsewhere.AllPublished<ReservationRequested>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_low_balance_is_finances_work_once_a_crossing()
    {
        var desk = await Desk.OpenAsync();
        var low = Crossed("prefund:sandbox-bank:NGN", BalanceCrossing.Below);
        var id = Guid.CreateVersion7();
        await desk.Service.PublishAsync(desk.Tenant, low, id);
        await desk.Service.PublishAsync(desk.Tenant, low, id);
        await desk.Service.PublishAsync(desk.Tenant, low);

        await Eventually.HoldsAsync(async () => (await LowAsync(desk)).ShouldBe(2));
        var item = (await desk.GetAsync("/v1/anomalies", Roles.Finance)).GetProperty("items")[0];
        (item.GetProperty("kind").GetString(), item.GetProperty("owner").GetString())
            .ShouldBe(("PREFUND_LOW", Roles.Finance));
        item.GetProperty("detail").GetString().ShouldBe("prefund:sandbox-bank:NGN: 1.00 NGN is less than 20.00 NGN");
    }

    [Fact]
    public async Task A_balance_that_is_not_low_any_more_is_nobodys_work_and_other_monitors_stay()
    {
        var desk = await Desk.OpenAsync();
        var (watched, other) = (MonitorId.New(), MonitorId.New());
        const string account = "prefund:sandbox-bank:NGN";
        await desk.Service.PublishAsync(desk.Tenant, Crossed(account, BalanceCrossing.Below, watched));
        await desk.Service.PublishAsync(desk.Tenant, Crossed(account, BalanceCrossing.Below, other));
        await Eventually.HoldsAsync(async () => (await LowAsync(desk)).ShouldBe(2));

        // Nobody waits for the balance: the row ends all the same.
        var restored = Crossed(account, BalanceCrossing.NotBelow, watched);
        var id = Guid.CreateVersion7();
        await desk.Service.PublishAsync(desk.Tenant, restored, id);
        await desk.Service.PublishAsync(desk.Tenant, restored, id);
        await Eventually.HoldsAsync(async () => (await ItemsAsync(desk, "")).ShouldBe(1));

        (await ItemsAsync(desk, "?ended=true")).ShouldBe(1);
        await desk.Service.PublishAsync(desk.Tenant, Crossed(account, BalanceCrossing.Below, watched));
        await Eventually.HoldsAsync(async () => (await ItemsAsync(desk, "")).ShouldBe(2));
        (await ItemsAsync(desk, "?ended=true")).ShouldBe(1, "what is over stays over");
    }

    [Fact]
    public async Task A_shortfall_of_safeguarding_is_finances_work_until_it_is_over()
    {
        var desk = await Desk.OpenAsync();
        var (report, ending) = (Id<SafeguardingReportKind>.New(), Id<SafeguardingReportKind>.New());
        var shortfall = new SafeguardingShortfall(report, new DateOnly(2026, 3, 9), Money.Of(10_000, "GBP"),
            Money.Of(7_500, "GBP"), Money.Of(2_500, "GBP"));
        var id = Guid.CreateVersion7();
        await desk.Service.PublishAsync(desk.Tenant, shortfall, id);
        await desk.Service.PublishAsync(desk.Tenant, shortfall, id);
        await Eventually.HoldsAsync(async () => (await ItemsAsync(desk, "")).ShouldBe(1));
        var item = (await desk.GetAsync("/v1/anomalies", Roles.Finance)).GetProperty("items")[0];
        (item.GetProperty("kind").GetString(), item.GetProperty("owner").GetString())
            .ShouldBe(("SAFEGUARDING_SHORTFALL", Roles.Finance));
        item.GetProperty("detail").GetString().ShouldBe(
            $"2026-03-09: 75.00 GBP is held and 100.00 GBP is owed to customers; 25.00 GBP is missing ({report})");

        id = Guid.CreateVersion7();
        await desk.Service.PublishAsync(desk.Tenant, new SafeguardingRestored(report, ending), id);
        await desk.Service.PublishAsync(desk.Tenant, new SafeguardingRestored(report, ending), id);

        await Eventually.HoldsAsync(async () => (await ItemsAsync(desk, "")).ShouldBe(0));
        (await ItemsAsync(desk, "?ended=true")).ShouldBe(1);
    }

    /// <summary>A service whose own pauses are longer than any test.</summary>
    private static async Task<Desk> PatientAsync() => await Desk.OpenAsync(await TransactionsUnderTest.StartAsync(
        new Dictionary<string, string?>
        {
            ["Transactions:ReservationRetrySeconds"] = "3000", ["Transactions:JobIntervalSeconds"] = "3000",
        }));

    private static BalanceCrossed Crossed(string account, BalanceCrossing crossing, MonitorId? monitor = null) => new(
        monitor ?? MonitorId.New(), account, Money.Of(2_000, "NGN"),
        Money.Of(crossing == BalanceCrossing.Below ? 100 : 5_000, "NGN"), crossing, EntryId.New());

    private static Task<long> LowAsync(Desk desk) => desk.ScalarAsync<long>(
        "select count(*) from anomalies where tenant_id = $1 and kind = 'PREFUND_LOW'", desk.Tenant.Value);

    private static async Task<int> ItemsAsync(Desk desk, string query) =>
        (await desk.GetAsync($"/v1/anomalies{query}", Roles.Finance)).GetProperty("items").GetArrayLength();
}
