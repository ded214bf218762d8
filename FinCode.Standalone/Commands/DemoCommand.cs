using System.CommandLine;
using FinCode.Standalone.Client;
using FinCode.Standalone.Demo;
using FinCode.Standalone.Hosting;
using FinCode.Standalone.Seeding;
using Spectre.Console;

namespace FinCode.Standalone.Commands;

/// <summary>
/// <c>demo [--transfers FILE]</c>: plays the transfers of a file through a platform of its own, in a temporary
/// folder and on free
/// ports, and checks how each ended. 0 only when everything holds.
/// </summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var transfers = new Option<string>("--transfers")
        {
            Description = "The transfers to play.", DefaultValueFactory = _ => Path.Combine("demo", "transfers.csv"),
        };
        var command = new Command("demo", "Plays the transfers of a file and checks how each ended.") { transfers };
        command.SetAction(parsed => RunAsync(parsed.GetValue(transfers)!));
        return command;
    }

    private static async Task<int> RunAsync(string path)
    {
        using var signals = new EndSignals();
        var folder = Directory.CreateTempSubdirectory("fincode-demo-").FullName;
        try
        {
            return await PlayAsync(DemoTransferFile.Read(path), folder, signals.Token);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return 1;
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or FormatException
            or ApiException or HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"The demo cannot run: {exception.Message}");
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> PlayAsync(
        IReadOnlyList<DemoTransfer> transfers, string folder, CancellationToken cancellationToken)
    {
        var console = AnsiConsole.Console;
        if (!Board.IsLive(console))
            console.Profile.Width = DemoReport.PlainWidth;
        console.WriteLine($"FinCode demo: {transfers.Count} transfers, data in {folder} until it ends");
        var options = new PlatformOptions
        {
            DataFolder = folder,
            Settings = DemoSettings.Services,
            Progress = text => console.WriteLine($"  {text}"),
        };
        await using var platform = await Platform.StartAsync(options, cancellationToken);
        console.WriteLine("  creating the tenant, its people, corridors and balances");
        var tenant = await Seed.TenantAsync(platform, DemoSettings.Tenant, cancellationToken);
        using var actors = new DemoActors(
            platform.Gateway, platform.Sandbox, platform.Secrets.SandboxApiKey, tenant);
        console.WriteLine("  playing the transfers");

        var checks = new Checks();
        var runs = transfers.Select(transfer => new DemoRun(transfer, TimeProvider.System)
        {
            Changed = (run, what) =>
            {
                if (!Board.IsLive(console))
                    console.WriteLine(Board.Line(run, what));
            },
        }).ToArray();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _ = platform.Ended.ContinueWith(_ => ended.Cancel(), TaskScheduler.Default);
        var proofs = new DemoProofs(actors, checks);
        try
        {
            var player = new DemoPlayer(actors, checks);
            await Board.ShowAsync(console, runs, Task.WhenAll(runs.Select(run => player.PlayAsync(run, ended.Token))));
            await proofs.CheckAsync(runs, ended.Token);
        }
        catch (OperationCanceledException) when (platform.Ended.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException(await platform.Ended);
        }
        DemoReport.Write(console, runs, proofs, checks);
        return checks.Failures.Count == 0 ? 0 : 1;
    }
}
