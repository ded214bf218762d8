using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace FinCode.Transactions.Tests.Jobs;

/// <summary>What time does, with a clock that the test moves.</summary>
public sealed class ExpiryTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private TransactionsUnderTest _under = null!;

    public async Task InitializeAsync() => _under = await TransactionsUnderTest.StartAsync(
        new()
        {
            ["Transactions:PayInWindowSeconds"] = "600",
            ["Transactions:PayInWindowSecondsOf:BankTransfer"] = "86400",
            ["Transactions:QuoteSeconds"] = "900",
        },
        builder => builder.Services.AddSingleton<TimeProvider>(_clock));

    public async Task DisposeAsync()
    {
        await _under.Service.DisposeAsync();
        await _under.Provider.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_pays_and_it_expires_and_money_that_comes_after_all_goes_back_once_screened()
    {
        var desk = await Desk.OpenAsync(_under);
        var made = await desk.CreateAsync();
        await AdvanceAsync(TimeSpan.FromSeconds(599));
        (await made.StatusAsync()).ShouldBe("WAITING_TO_PAY");
        await AdvanceUntilAsync(made, "EXPIRED", TimeSpan.FromSeconds(1));
        (await made.PublishedAsync<TransactionStatusChanged>(e => e.To == TransactionStatus.Expired))
            .Reason.ShouldBe(StatusReasons.NotPaidInTime);
        (await Desk.ProblemOf(await made.CancelAsync())).Code.ShouldBe("INVALID_TRANSITION");

        (await made.PayAsync()).EnsureSuccessStatusCode();
        (await made.StageAsync()).ShouldBe("PENDING_REFUND/REFUND_SCREENING");
        (await made.PublishedAsync<TransactionFunded>()).PaidAfterEnd.ShouldBeTrue();
        await made.BookedAsync(LedgerSteps.PayIn);
        made.AllPublished<RefundRequested>().ShouldBeEmpty();
        await made.ScreenedAsync(ScreeningOutcome.Review);
        await made.AtStageAsync("REFUND_IN_REVIEW");
        await made.DecidedAsync(CaseDecision.Release);
        await made.AtStageAsync("REFUND_RESERVING");
        (await made.PublishedAsync<RefundRequested>()).Amount.ShouldBe(made.Total);
    }

    [Fact]
    public async Task Late_money_of_a_true_match_is_frozen()
    {
        var desk = await Desk.OpenAsync(_under);
        var made = await desk.CreateAsync();
        (await made.CancelAsync()).EnsureSuccessStatusCode();
        await made.PayAsync();
        await made.ScreenedAsync(ScreeningOutcome.Review);
        await made.DecidedAsync(CaseDecision.Freeze);
        await made.AtStageAsync("FROZEN");
        (await made.PublishedAsync<TransactionFrozen>()).Amount.ShouldBe(made.Total);
        made.AllPublished<RefundRequested>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_paid_transfer_does_not_expire()
    {
        var desk = await Desk.OpenAsync(_under);
        var made = await desk.CreateAsync();
        (await made.PayAsync()).EnsureSuccessStatusCode();
        await AdvanceAsync(TimeSpan.FromMinutes(20));
        var unpaid = await desk.CreateAsync();
        await AdvanceUntilAsync(unpaid, "EXPIRED", TimeSpan.FromSeconds(601));
        (await made.StatusAsync()).ShouldBe("VERIFYING");
    }

    [Fact]
    public async Task An_expired_quote_makes_no_transfer()
    {
        var desk = await Desk.OpenAsync(_under);
        var quote = await desk.QuoteAsync();
        await AdvanceAsync(TimeSpan.FromSeconds(901));
        (await Desk.ProblemOf(await desk.PostTransactionAsync(Desk.Transaction(quote, "1"))))
            .ShouldSatisfyAllConditions(
            problem => problem.Status.ShouldBe(409), problem => problem.Code.ShouldBe("QUOTE_EXPIRED"));
    }

    private async Task AdvanceUntilAsync(Made made, string status, TimeSpan step)
    {
        await AdvanceAsync(step);
        await Eventually.TrueAsync(async () =>
        {
            await AdvanceAsync(TimeSpan.FromSeconds(1));
            return await made.StatusAsync() == status;
        }, status, TimeSpan.FromSeconds(30));
    }

    private Task AdvanceAsync(TimeSpan time)
    {
        _clock.Advance(time);
        return Task.CompletedTask;
    }
}
