using System.Globalization;
using FinCode.Contracts;
using FinCode.Ledger.Operations.Reconciliation;
using FinCode.Testing;
using Xunit.Abstractions;

namespace FinCode.Ledger.Tests.Reconciliation.Operations;

public sealed class SettlementTests(LedgerFixture ledger, ITestOutputHelper output) : IClassFixture<LedgerFixture>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task A_day_ties_on_both_sides_and_its_difference_is_explained()
    {
        var bank = new Bank(ledger, _tenant);
        await bank.BookAsync(700, "BEFORE", "2026-11-10");
        await bank.BookAsync(1_000, "MATCHED", "2026-11-19");
        await bank.BookAsync(2_000, "VALUED-BEFORE", "2026-11-18");
        await bank.BookAsync(300, "NOT-THERE", "2026-11-19");
        await bank.ImportAsync(700, "2026-11-18");
        await bank.ImportAsync(700, "2026-11-19", (1_000, "MATCHED"), (2_000, "VALUED-BEFORE"), (50, "X"), (-20, "Y"));

        var day = await ReportAsync("2026-11-19");

        day.Ties.ShouldBeTrue();
        Show(day.Statement).ShouldBe("7.00 + 30.50 - 0.20 = 37.30");
        Show(day.Books).ShouldBe("27.00 + 13.00 - 0.00 = 40.00");
        (day.Lines, day.MatchedLines, day.Matched.ToAmountString()).ShouldBe((4, 2, "30.00"));
        day.Breaks.Select(one => $"{one.Kind} {one.Count} {one.Amount.ToAmountString()}")
            .ShouldBe(["MISSING_HERE 2 0.30"]);
        (day.Difference.ToAmountString(), day.Explained.OpenOnStatement.ToAmountString(),
            day.Explained.OpenInBooks.ToAmountString(), day.Explained.Elsewhen.ToAmountString())
            .ShouldBe(("-2.70", "0.30", "3.00", "0.00"));
        var before = await ReportAsync("2026-11-18");
        (before.Ties, before.Difference.ToAmountString(), before.Explained.Elsewhen.ToAmountString())
            .ShouldBe((true, "-20.00", "-20.00"));
        var after = await ReportAsync("2026-11-21");
        (after.Ties, after.Covered, after.Statement.Closing).ShouldBe((true, false, day.Statement.Closing));
    }

    [Fact]
    public async Task A_gap_is_said_and_what_was_open_before_the_first_statement_too()
    {
        var bank = new Bank(ledger, _tenant);
        await bank.BookAsync(700, "BEFORE", "2026-11-10");
        await bank.ImportAsync(650, "2026-11-18");
        using var accepted = await bank.SendAsync(bank.Statement(660, "2026-11-19"), query: "&acceptGap=known");
        accepted.EnsureSuccessStatusCode();

        var day = await ReportAsync("2026-11-19");

        (day.Ties, day.Gaps.ToAmountString(), day.Difference.ToAmountString()).ShouldBe((true, "0.10", "-0.40"));
        (day.Explained.Gaps.ToAmountString(), day.Explained.BeforeFirst.ToAmountString()).ShouldBe(("0.10", "-0.50"));
    }

    [Fact]
    public async Task Every_day_of_a_random_fortnight_ties()
    {
        var random = new Random(Seeds.New(output));
        var bank = new Bank(ledger, _tenant);
        await bank.BookAsync(1, "FIRST", "2026-11-01");
        var balance = 100;
        for (var day = 1; day <= 14; day++)
        {
            var lines = new List<(int, string)>();
            for (var i = random.Next(4); i >= 0; i--)
            {
                var (amount, reference) = (random.Next(-50, 50) * 10 + 5, $"REF-{day}-{i}");
                if (random.Next(4) > 0)
                    await bank.BookAsync(
                        random.Next(5) == 0 ? amount + 1 : amount, reference, Day(Math.Max(1, day - random.Next(3))));
                if (random.Next(4) > 0)
                    lines.Add((amount, reference));
            }
            await bank.ImportAsync(balance, Day(day), [.. lines]);
            balance += lines.Sum(line => line.Item1);
        }

        for (var day = 1; day <= 14; day++)
        {
            var report = await ReportAsync(Day(day));
            report.Ties.ShouldBeTrue(Day(day));
            (report.Matched.MinorUnits + report.Breaks.Sum(one => one.Amount.MinorUnits))
                .ShouldBe(report.Statement.In.MinorUnits - report.Statement.Out.MinorUnits);
        }

        static string Day(int day) => new DateOnly(2026, 11, day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task The_report_comes_as_csv_and_for_all_accounts()
    {
        var bank = new Bank(ledger, _tenant);
        await bank.BookAsync(1_000, "MATCHED", "2026-11-19");
        await bank.ImportAsync(0, "2026-11-19", (1_000, "MATCHED"));
        using var client = bank.As("reader", Roles.Manager);

        var csv = await client.GetStringAsync($"{bank.AccountPath}/settlement?day=2026-11-19&format=CSV");
        var all = await client.GetJsonAsync<SettlementReports>($"{Bank.Root}/settlement?day=2026-11-19");

        var rows = csv.Split("\r\n");
        rows.Length.ShouldBe(3);
        rows[1].ShouldStartWith(
            "2026-11-19,psp:acme,GBP,true,true,0.00,10.00,0.00,0.00,10.00,0.00,10.00,0.00,10.00,1,1,");
        rows[1].Split(',').Length.ShouldBe(rows[0].Split(',').Length);
        all.Items.ShouldHaveSingleItem().Ties.ShouldBeTrue();
        (await (await client.GetAsync($"{bank.AccountPath}/settlement?day=2026-11-18")).ProblemAsync())
            .ShouldBe("404 NOT_FOUND");
        (await (await client.GetAsync($"{bank.AccountPath}/settlement?day=2026-11-18&format=PDF")).ProblemAsync())
            .ShouldBe("422 VALIDATION_ERROR format");
    }

    private async Task<SettlementReport> ReportAsync(string day)
    {
        using var client = ledger.Service.Client(_tenant, Roles.Finance);
        return await client.GetJsonAsync<SettlementReport>(
            $"{Bank.Root}/accounts/psp:acme/GBP/settlement?day={day}");
    }

    private static string Show(SettlementSide side)
        => $"{side.Opening.ToAmountString()} + {side.In.ToAmountString()} - "
        + $"{side.Out.ToAmountString()} = {side.Closing.ToAmountString()}";
}
