using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Reactions;

/// <summary>
/// Lists that became newer than a clearance, on each way to a payout. Lists are everybody's, hence a service of its
/// own.
/// </summary>
public sealed class NewerBasisTests : IAsyncLifetime
{
    private TransactionsUnderTest? _under;

    public async Task InitializeAsync() => _under = await TransactionsUnderTest.StartAsync(
        new() { ["Payouts:RetryBaseSeconds"] = "600" });

    public async Task DisposeAsync()
    {
        await _under!.Service.DisposeAsync();
        await _under.Provider.DisposeAsync();
    }

    [Fact]
    public async Task After_a_wait_before_the_gates_opened()
    {
        var (desk, made) = await PaidAsync();
        await ListsAsync(desk, 7);

        await made.ScreenedAsync(lists: 6);

        await AskedAgainAsync(made, 2);
        await made.ScreenedAsync(lists: 7, round: 2);
        await made.AtStageAsync("RESERVING");
    }

    [Fact]
    public async Task After_a_review()
    {
        var (desk, made) = await PaidAsync();
        await made.ScreenedAsync(ScreeningOutcome.Review);
        await ListsAsync(desk, 7);

        await made.DecidedAsync(CaseDecision.Release);

        await AskedAgainAsync(made, 2);
        made.AllPublished<TransactionCleared>().ShouldBeEmpty();
    }

    [Fact]
    public async Task Between_the_reservation_and_the_submission()
    {
        var (desk, made) = await PaidAsync();
        await made.ScreenedAsync();
        await made.AtStageAsync("RESERVING");
        await ListsAsync(desk, 7);

        await made.ReservedAsync();

        await AskedAgainAsync(made, 2);
        desk.Provider.SentFor(made.Key).ShouldBeEmpty();
    }

    [Fact]
    public async Task Before_a_retry()
    {
        var (desk, made) = await PaidAsync();
        desk.Provider.Script(made.Key, Outcome.Down, Outcome.Complete);
        await made.ScreenedAsync();
        await made.AtStageAsync("RESERVING");
        await made.ReservedAsync();
        await Eventually.TrueAsync(
            async () => await made.CountAsync("payout_attempts", "number = 2 and state = 'PENDING'") == 1, "a retry");
        await ListsAsync(desk, 7);

        await desk.ExecuteAsync(
            "update payout_attempts set due_at = now() where transaction_id = $1 and state = 'PENDING'", made.Id.Value);

        await AskedAgainAsync(made, 2);
        desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
        await made.ScreenedAsync(lists: 7, round: 2);
        await made.AtStageAsync("COMPLETING");
    }

    private async Task<(Desk Desk, Made Made)> PaidAsync()
    {
        var desk = await Desk.OpenAsync(_under);
        var made = await desk.CreateAsync();
        (await made.PayAsync()).EnsureSuccessStatusCode();
        await made.BookedAsync(LedgerSteps.PayIn);
        return (desk, made);
    }

    private static async Task AskedAgainAsync(Made made, int round) =>
        (await made.PublishedAsync<ScreeningRequested>()).ScreeningRound.ShouldBe(round);

    private static async Task ListsAsync(Desk desk, long version)
    {
        await desk.Service.PublishAsync(Tenants.Platform, new ScreeningBasisChanged(Tenants.Platform, version, null));
        await Eventually.HoldsAsync(async () => (await desk.ScalarAsync<long>(
            "select coalesce(max(list_version), 0) from screening_basis where tenant_id = $1", Tenants.Platform.Value))
            .ShouldBe(version));
    }
}
