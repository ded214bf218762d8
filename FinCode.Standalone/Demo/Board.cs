using System.Globalization;
using Spectre.Console;

namespace FinCode.Standalone.Demo;

/// <summary>
/// Shows the transfers while they progress: a table that redraws itself on a terminal, a line per change elsewhere.
/// </summary>
internal static class Board
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(200);

    public static bool IsLive(IAnsiConsole console) =>
        console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal;

    public static async Task ShowAsync(IAnsiConsole console, IReadOnlyList<DemoRun> runs, Task playing)
    {
        if (!IsLive(console))
        {
            await playing;
            return;
        }
        await console.Live(Draw(runs)).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
        {
            while (!playing.IsCompleted)
            {
                live.UpdateTarget(Draw(runs));
                await Task.WhenAny(playing, Task.Delay(Redraw, TimeProvider.System));
            }
            live.UpdateTarget(Draw(runs));
        });
        await playing;
    }

    public static string Line(DemoRun run, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{run.Taken.TotalSeconds,6:F1}s  {run.Transfer.Name,-34} {what}");

    private static Table Draw(IReadOnlyList<DemoRun> runs)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Transfer", "Corridor", "Method", "Status",
            "Now", "Time");
        foreach (var run in runs)
            table.AddRow(
                Markup.Escape(run.Transfer.Name), run.Transfer.Corridor, Client.ApiWords.Of(run.Transfer.PayoutMethod),
                Coloured(run.Status), Markup.Escape(run.Doing),
                string.Create(CultureInfo.InvariantCulture, $"{run.Taken.TotalSeconds:F1} s"));
        return table;
    }

    public static string Coloured(string status) => status switch
    {
        "PAID" => "[green]PAID[/]",
        "REFUNDED" or "EXPIRED" or "CANCELLED" => $"[blue]{status}[/]",
        "FAILED_TO_DELIVER" => $"[red]{status}[/]",
        "-" => "-",
        _ => $"[yellow]{status}[/]",
    };
}
