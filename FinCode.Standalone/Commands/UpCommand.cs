using System.CommandLine;
using FinCode.Standalone.Hosting;
using FinCode.Standalone.Seeding;

namespace FinCode.Standalone.Commands;

/// <summary>
/// <c>up [--port 5080] [--fresh] [--data DIR]</c>: the platform runs, with a tenant to try it with, until Ctrl-C.
/// </summary>
internal static class UpCommand
{
    private const int DefaultPort = 5080;
    private const int MaxPort = 65535;
    private const string TenantFile = "tenant.json";

    public static Command Create()
    {
        var port = new Option<int>("--port")
        {
            Description = "The gateway's port.", DefaultValueFactory = _ => DefaultPort,
        };
        port.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var asked)
                && asked is < 1 or > MaxPort)
                result.AddError($"A port is a number from 1 to {MaxPort}.");
        });
        var fresh = new Option<bool>("--fresh") { Description = "Forget everything that is in the data folder." };
        var data = new Option<string>("--data")
        {
            Description = "Where everything is kept.", DefaultValueFactory = _ => DataFolder.Default(),
        };
        var command = new Command("up", "Runs the whole platform until Ctrl-C; data survive a restart.") 
        {
            port, fresh, data,
        };
        command.SetAction(parsed => RunAsync(parsed.GetValue(port), parsed.GetValue(fresh), parsed.GetValue(data)!));
        return command;
    }

    private static async Task<int> RunAsync(int port, bool isFresh, string path)
    {
        using var signals = new EndSignals();
        var output = Console.Out;
        try
        {
            var folder = DataFolder.Open(path);
            if (isFresh)
                folder.Empty();
            await output.WriteLineAsync($"FinCode, data in {folder.Path}");
            var options = new PlatformOptions
            {
                DataFolder = path,
                GatewayPort = port,
                Configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build(),
                Progress = text => output.WriteLine($"  {text}"),
            };
            await using var platform = await Platform.StartAsync(folder, options, signals.Token);
            var tenant = await TenantAsync(platform, output, signals.Token);
            await output.WriteLineAsync(Welcome.Text(platform, tenant));
            return await WaitAsync(platform, output, signals.Token);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception exception) when (
            exception is DataFolderInUseException or InvalidOperationException or IOException
            or UnauthorizedAccessException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync($"FinCode cannot run: {exception.Message}");
            return 1;
        }
    }

    /// <summary>The tenant of an earlier run, or a new one when there is none.</summary>
    private static async Task<SeededTenant> TenantAsync(Platform platform, TextWriter output,
        CancellationToken cancellationToken)
    {
        if (platform.Folder.Read<SeededTenant>(TenantFile) is { } kept)
            return kept;
        await output.WriteLineAsync("  creating a tenant to try it with");
        var made = await Seed.TenantAsync(platform, new SeedPlan { Name = "Example Remit" }, cancellationToken);
        platform.Folder.Write(TenantFile, made);
        return made;
    }

    private static async Task<int> WaitAsync(Platform platform, TextWriter output, CancellationToken cancellationToken)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(asked.SetResult);
        if (await Task.WhenAny(asked.Task, platform.Ended) == platform.Ended)
        {
            await Console.Error.WriteLineAsync(await platform.Ended);
            return 1;
        }
        await output.WriteLineAsync("Stopping.");
        return 0;
    }
}
