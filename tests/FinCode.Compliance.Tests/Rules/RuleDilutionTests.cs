using FinCode.Compliance.Rules;
using FinCode.Compliance.Rules.Language;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using static FinCode.Compliance.Tests.Rules.RuleSamples;

namespace FinCode.Compliance.Tests.Rules;

/// <summary>
/// Who knows a shipped rule sends something small between, or in parts: histories in the database, tried as a backtest
/// tries them.
/// </summary>
public sealed class RuleDilutionTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private static readonly LinkKeys Keys = new("sender", "account", "name", "other name");
    private static readonly TimeSpan HalfAYear = TimeSpan.FromDays(190);

    private readonly TenantId _tenant = TestTenant.New();

    [Theory]
    [InlineData(new long[] { 990_00, 980_00 }, true)]
    [InlineData(new long[] { 990_00, 1_00, 980_00 }, true)]
    [InlineData(new long[] { 990_00, 1_00, 2_00, 3_00, 400_00, 980_00 }, true)]
    [InlineData(new long[] { 990_00, 5_000_00, 980_00 }, true)]
    [InlineData(new long[] { 1_00, 500_00, 980_00 }, false)]
    [InlineData(new long[] { 990_00, 980_00, 1_00 }, false)]
    public Task Small_transfers_between_do_not_hide_amounts_just_under_a_limit(long[] amounts, bool alerts) =>
        LastAsync("structuring", alerts, Row(amounts));

    [Theory]
    [InlineData(new long[] { 300_00, 200_00, 500_00 }, true)]
    [InlineData(new long[] { 300_00, 7_31, 200_00, 1_01, 500_00 }, true)]
    [InlineData(new long[] { 300_00, 7_31, 500_00 }, false)]
    [InlineData(new long[] { 300_00, 200_00, 500_00, 7_31 }, false)]
    public Task Small_transfers_between_do_not_hide_round_amounts(long[] amounts, bool alerts) =>
        LastAsync("round-amounts", alerts, Row(amounts));

    [Theory]
    [InlineData(new long[] { 900_00 }, true)]
    [InlineData(new long[] { 300_00, 300_00, 300_00 }, true)]
    [InlineData(new long[] { 300_00, 300_00 }, false)]
    public Task Money_that_goes_on_in_parts_is_seen_with_the_last_of_them(long[] amounts, bool alerts) => LastAsync(
        "rapid-in-and-out", alerts,
        [
            Sent(1_000_00, TimeSpan.FromHours(-20)) with
            {
                Keys = new LinkKeys("else", "mine", "third", Keys.SenderName),
            },
            .. Row(amounts),
        ]);

    [Theory]
    [InlineData(new long[] { 600_00 }, true)]
    [InlineData(new long[] { 1_00, 600_00 }, true)]
    [InlineData(new long[] { 200_00, 200_00, 200_00 }, true)]
    [InlineData(new long[] { 200_00, 200_00 }, false)]
    public Task Who_wakes_up_with_something_small_first_is_seen_all_the_same(long[] amounts, bool alerts) => LastAsync(
        "dormant-then-active", alerts,
        [Sent(50_00, -HalfAYear), .. Row(amounts)]);

    [Fact]
    public Task Who_sends_now_and_then_does_not_wake_up() => LastAsync("dormant-then-active", false,
        [Sent(50_00, -HalfAYear), Sent(50_00, -TimeSpan.FromDays(30)), Sent(600_00, TimeSpan.Zero)]);

    /// <summary>Each transfer has amounts of its own to count, more than go into one statement.</summary>
    [Fact]
    public async Task Amounts_to_count_may_go_by_the_transfer_itself()
    {
        var rule = Compile(RuleOf(
            "count(sender, 7d, between(transfer.sendAmount * 0.9, transfer.sendAmount * 1.1)) >= 3"));
        FundedTransfer[] history = [.. Enumerable.Range(0, 150).Select(i => Sent(
            100_00 + (i * i * 7), TimeSpan.FromMinutes(-i)))];

        var answers = await TryAsync(rule, history);

        foreach (var one in history)
        {
            var (from, below) = (Part(one, 0.9m), Part(one, 1.1m));
            var alike = history.Count(other => other.FundedAt <= one.FundedAt
                && other.SendAmount.MinorUnits >= from && other.SendAmount.MinorUnits < below);
            answers[one.Id].Verdict.ShouldBe(
                alike >= 3 ? RuleVerdict.Matched : RuleVerdict.NotMatched, one.SendAmount.ToString());
        }
        answers.Values.DistinctBy(answer => answer.Verdict).Count().ShouldBe(2);

        static decimal Part(FundedTransfer of, decimal part) => decimal.Round(of.SendAmount.MinorUnits * part);
    }

    private static FundedTransfer Sent(long minorUnits, TimeSpan at) => new(
        TransactionId.New(), PartyId.New(), PartyId.New(), Money.Of(minorUnits, "GBP"),
        Money.Of(minorUnits, "GBP"), "GB", "NG", PayoutMethod.Bank, FundedAt + at, Keys);

    /// <summary>One an hour, the last of them now.</summary>
    private static FundedTransfer[] Row(long[] amounts) =>
        [.. amounts.Select((amount, i) => Sent(amount, TimeSpan.FromHours(i + 1 - amounts.Length)))];

    private async Task LastAsync(string key, bool alerts, FundedTransfer[] history)
    {
        var rule = Compile(RuleLibrary.All.Single(rule => rule.Key == key).Text);

        var answer = (await TryAsync(rule, history))[history[^1].Id];

        answer.Verdict.ShouldBe(alerts ? RuleVerdict.Matched : RuleVerdict.NotMatched, answer.Explanation);
    }

    private async Task<Dictionary<TransactionId, RuleAnswer>> TryAsync(CompiledRule rule, FundedTransfer[] history)
    {
        await using var scope = compliance.Service.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(_tenant, default);
        foreach (var one in history)
            await FundedTransfers.RememberAsync(session, one, default);
        var figures = await TransferWindows.ReadAsync(
            session, history.Select(one => (one.Id, rule.WindowsFor(FactsOf(one)))), default);
        return history.ToDictionary(one => one.Id, one => rule.Try(FactsOf(one), figures[one.Id]));
    }

    private static RuleFacts FactsOf(FundedTransfer one) => Facts with
    {
        SendAmount = one.SendAmount,
        ReceiveAmount = one.ReceiveAmount,
        FundedAt = one.FundedAt,
    };
}
