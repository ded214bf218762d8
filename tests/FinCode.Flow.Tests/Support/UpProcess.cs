using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using FinCode.Compliance;
using FinCode.Compliance.CaseFiles;
using FinCode.Ledger;
using FinCode.Ledger.Proofs;
using FinCode.Standalone.Demo;
using FinCode.Standalone.Hosting;
using FinCode.Standalone.Seeding;
using Npgsql;

namespace FinCode.Flow.Tests.Support;

/// <summary>
/// The platform as a process of its own, so that it can be killed; one data folder over all its lives.
/// </summary>
internal sealed class UpProcess : IDisposable
{
    private const string Ready = "FinCode runs.";

    private readonly string _folder = Directory.CreateTempSubdirectory("fincode-crash-").FullName;
    private Process? _process;

    public string Folder => _folder;

    /// <summary>Starts it and returns when it says that it runs.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(
            "dotnet", [typeof(Platform).Assembly.Location, "up", "--data", _folder, "--port", $"{Port()}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in DemoSettings.Services)
            start.Environment[key.Replace(":", "__")] = value;
        // These flows are about being cut off, not about being paid too late.
        start.Environment["Transactions__PayInWindowSeconds"] = "600";
        // Evidence is written while the platform is killed.
        start.Environment["Ledger__CheckpointSeconds"] = "1";
        start.Environment["Compliance__CaseHeadsSeconds"] = "1";
        _process = Process.Start(start)!;
        var errors = _process.StandardError.ReadToEndAsync();
        var output = new List<string>();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            output.Add(line);
            if (line.StartsWith(Ready, StringComparison.Ordinal))
            {
                _ = _process.StandardOutput.ReadToEndAsync();
                return;
            }
        }
        var log = Path.Combine(_folder, "postgres", "postgres.log");
        throw new InvalidOperationException(
            $"It did not start: {string.Join('\n', output)} {await errors} "
            + (File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(5)) : ""));
    }

    /// <summary>kill -9: the process gets no say in it. Its servers hear of it from the kernel.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>kill -9 to PostgreSQL's first process, as the kernel does when memory is short.</summary>
    public void KillPostgres()
    {
        var id = int.Parse(File.ReadLines(Path.Combine(_folder, "postgres", "cluster", "postmaster.pid")).First());
        using var postgres = Process.GetProcessById(id);
        postgres.Kill();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public Task<int> ExitCodeAsync() => _process!.WaitForExitAsync().ContinueWith(_ => _process.ExitCode);

    public DemoActors Actors()
    {
        var ports = Read<Dictionary<string, int>>("ports.json");
        return new DemoActors(
            new Uri($"http://127.0.0.1:{ports[PlatformServices.Gateway]}"),
            new Uri($"http://127.0.0.1:{ports[PlatformServices.Sandbox]}"),
            Read<PlatformSecrets>("secrets.json").SandboxApiKey, Read<SeededTenant>("tenant.json"));
    }

    /// <summary>
    /// The verifiers, which share nothing with the services, over the databases and what was kept outside of them.
    /// </summary>
    public async Task<string> VerifyAsync()
    {
        using var said = new StringWriter();
        using var key = ECDsa.Create();
        key.ImportFromPem(Read<PlatformSecrets>("secrets.json").SigningKeyOf(LedgerApp.Noun));
        var keys = Path.Combine(_folder, "signing-key.pem");
        await File.WriteAllTextAsync(keys, key.ExportSubjectPublicKeyInfoPem());
        LedgerVerification.Run(
            new LedgerVerificationRequest
            {
                Connection = Connection(LedgerApp.Noun),
                Checkpoints = Path.Combine(_folder, "checkpoints"),
                Keys = keys,
            },
            said, TextWriter.Null, CancellationToken.None);
        var heads = Path.Combine(_folder, "case-heads");
        await CaseFileVerification.RunAsync(
            Connection(ComplianceApp.Noun), said, said, CancellationToken.None,
            Directory.Exists(heads) ? heads : null);
        return said.ToString();
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process?.Dispose();
        RemoveFolder();
    }

    private string Connection(string noun) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = int.Parse(File.ReadLines(Path.Combine(_folder, "postgres", "cluster", "postmaster.pid")).ElementAt(3)),
        Database = noun,
        Username = noun,
        Password = Read<PlatformSecrets>("secrets.json").DatabasePassword(noun),
        Pooling = false,
    }.ConnectionString;

    /// <summary>PostgreSQL may still be ending in it.</summary>
    private void RemoveFolder()
    {
        var pidFile = Path.Combine(_folder, "postgres", "cluster", "postmaster.pid");
        var since = TimeProvider.System.GetTimestamp();
        while (File.Exists(pidFile) && TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(20))
            Thread.Yield();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The port of the last life, or a free one.</summary>
    private int Port() => File.Exists(Path.Combine(_folder, "ports.json"))
        ? Read<Dictionary<string, int>>("ports.json")[PlatformServices.Gateway]
        : Standalone.Servers.FreePort.Find();

    private T Read<T>(string name) => JsonSerializer.Deserialize<T>(
        File.ReadAllText(Path.Combine(_folder, name)), JsonSerializerOptions.Web)!;
}
