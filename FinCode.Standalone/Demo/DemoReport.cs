using System.Globalization;
using FinCode.Standalone.Client;
using Spectre.Console;

namespace FinCode.Standalone.Demo;

/// <summary>What the demo ends with: how the transfers ended, the books, the webhooks, and what did not hold.</summary>
internal static class DemoReport
{
    /// <summary>Wide enough for the tables where there is no terminal to ask.</summary>
    public const int PlainWidth = 120;

    public static void Write(IAnsiConsole console, IReadOnlyList<DemoRun> runs, DemoProofs proofs, Checks checks)
    {
        console.WriteLine();
        console.Write(Transfers(runs));
        console.Write(Books(proofs));
        console.Write(Webhooks(proofs));
        if (checks.Failures.Count > 0)
        {
            console.MarkupLine("[red]What did not hold:[/]");
            foreach (var failure in checks.Failures)
                console.WriteLine($"- {failure}");
            console.WriteLine();
        }
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{checks.Passed} passed, {checks.Failures.Count} failed"));
    }

    private static Table Transfers(IReadOnlyList<DemoRun> runs)
    {
        var table = Titled("Transfers").AddColumns("Transfer", "Corridor", "Method", "Public status");
        table.AddColumn(new TableColumn("Time").RightAligned());
        foreach (var run in runs)
            table.AddRow(
                Markup.Escape(run.Transfer.Name), run.Transfer.Corridor, ApiWords.Of(run.Transfer.PayoutMethod),
                Board.Coloured(run.Status), string.Create(CultureInfo.InvariantCulture,
                    $"{run.Taken.TotalSeconds:F1} s"));
        return table;
    }

    private static Table Books(DemoProofs proofs)
    {
        var table = Titled("Trial balance").AddColumn("Currency");
        foreach (var heading in new[] { "Debits", "Credits", "Difference" })
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var row in proofs.TrialBalance)
            table.AddRow(row.Currency, row.Debits.ToAmountString(), row.Credits.ToAmountString(),
                $"[{(row.Difference.IsZero ? "green" : "red")}]{row.Difference.ToAmountString()}[/]");
        return table;
    }

    private static Table Webhooks(DemoProofs proofs)
    {
        var table = Titled("Webhooks received").AddColumn("Type");
        foreach (var heading in new[] { "Received", "Refused first", "Signature verified" })
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var type in proofs.Webhooks.GroupBy(webhook => webhook.Type ?? "?").OrderBy(group => group.Key))
            table.AddRow(Markup.Escape(type.Key),
                Number(type.Count(webhook => webhook.Answered is >= 200 and < 300)),
                Number(type.Count(webhook => webhook.Answered is < 200 or >= 300)),
                $"{Number(type.Count(webhook => webhook.Verified))} of {Number(type.Count())}");
        return table;
    }

    private static Table Titled(string title) =>
        new Table().Border(TableBorder.Simple).Title(title);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
