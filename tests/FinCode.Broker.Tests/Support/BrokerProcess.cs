using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FinCode.Standalone.Kafka;

namespace FinCode.Broker.Tests.Support;

/// <summary>The broker as a process of its own, which a test can kill.</summary>
internal sealed class BrokerProcess : IDisposable
{
    private readonly Process _process;

    private BrokerProcess(Process process, string bootstrap)
    {
        _process = process;
        Bootstrap = bootstrap;
    }

    public string Bootstrap { get; }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static async Task<BrokerProcess> StartAsync(string folder, int port)
    {
        string[] arguments =
            [typeof(KafkaBroker).Assembly.Location, "broker", "--data", folder, "--port", $"{port}"];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var line = await process.StandardOutput.ReadLineAsync();
        const string ready = "broker ready on ";
        if (line is null || !line.StartsWith(ready, StringComparison.Ordinal))
            throw new InvalidOperationException($"The broker did not start: {line} {await errors}");
        return new BrokerProcess(process, line[ready.Length..]);
    }

    /// <summary>kill -9: the process gets no say in it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Bytes of memory that the process has in use.</summary>
    public long ResidentBytes()
    {
        _process.Refresh();
        return _process.WorkingSet64;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
