using System.Globalization;
using FinCode.Standalone.Servers;
using Npgsql;

namespace FinCode.Benches.Harness;

/// <summary>
/// PostgreSQL's own load generator, with prepared statements. It logs every transaction, so that a run is measured
/// within the same kind of window as a load of ours: without the first moments of its connections.
/// </summary>
internal sealed class PgBench(string binaries, string connectionString, string folder)
{
    private const string LogPrefix = "log";
    private const int LatencyField = 2;
    private const int SecondsField = 4;
    private const int MicrosecondsField = 5;
    private static readonly TimeSpan s_spareTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_maxSpareTime = TimeSpan.FromMinutes(1);

    public static PgBench Find(string connectionString, string folder)
    {
        var binaries = PostgresServer.TryFindBinaries()
            ?? throw new InvalidOperationException("PostgreSQL is not installed.");
        return File.Exists(Path.Combine(binaries, "pgbench"))
            ? new PgBench(binaries, connectionString, folder)
            : throw new InvalidOperationException($"There is no pgbench in {binaries}.");
    }

    /// <param name="script">One transaction, in pgbench's words.</param>
    public async Task<LoadResult> RunAsync(
        string script, int clients, LoadWindow window, CancellationToken cancellationToken)
    {
        // Its time begins before its connections are open, so it gets more of it; too little shows in the log.
        for (var spare = s_spareTime; spare <= s_maxSpareTime; spare *= 2)
        {
            var log = await LogAsync(script, clients, window.End + spare, cancellationToken);
            if (Read(log, window) is { } result)
                return result;
        }
        throw new InvalidOperationException($"pgbench could not open {clients} connections within a minute.");
    }

    /// <summary>
    /// From lines of its log: <c>client number latency(us) script seconds microseconds</c>, the last two the time of
    /// completion. The load began when the first transaction did; null when it ended within the window.
    /// </summary>
    public static LoadResult? Read(IEnumerable<string> log, LoadWindow window)
    {
        var transactions = log.Select(line => line.Split(' ')).Select(fields => (
            Latency: long.Parse(fields[LatencyField], CultureInfo.InvariantCulture),
            CompletedAt: (long.Parse(fields[SecondsField], CultureInfo.InvariantCulture) * 1_000_000)
                + long.Parse(fields[MicrosecondsField], CultureInfo.InvariantCulture))).ToArray();
        if (transactions.Length == 0)
            return null;
        var began = transactions.Min(one => one.CompletedAt - one.Latency);
        var ended = transactions.Max(one => one.CompletedAt);
        if (TimeSpan.FromMicroseconds(ended - began) < window.End)
            return null;
        var latencies = new Latencies();
        foreach (var (latency, completedAt) in transactions)
        {
            if (window.Counts(TimeSpan.FromMicroseconds(completedAt - began)))
                latencies.Add(latency);
        }
        return window.Result(latencies);
    }

    private async Task<string[]> LogAsync(
        string script, int clients, TimeSpan time, CancellationToken cancellationToken)
    {
        var place = Path.Combine(folder, $"pgbench-{Guid.CreateVersion7():N}");
        Directory.CreateDirectory(place);
        await File.WriteAllTextAsync(Path.Combine(place, "script.sql"), script, cancellationToken);
        string[] arguments =
        [
            "--no-vacuum", "--protocol=prepared", "--file=script.sql", "--log", $"--log-prefix={LogPrefix}",
            $"--client={clients}", $"--jobs={Math.Min(clients, Environment.ProcessorCount)}",
            $"--time={(int)Math.Ceiling(time.TotalSeconds)}",
        ];
        var run = await Programs.RunAsync(
            Path.Combine(binaries, "pgbench"), arguments, place, Connection(), cancellationToken);
        if (run.ExitCode != 0)
            throw new InvalidOperationException($"pgbench ended with {run.ExitCode}: {run.Error}");
        string[] log = [.. Directory.GetFiles(place, LogPrefix + "*").SelectMany(File.ReadLines)];
        Directory.Delete(place, recursive: true);
        return log;
    }

    private Dictionary<string, string> Connection()
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return new Dictionary<string, string>
        {
            ["PGHOST"] = parts.Host!,
            ["PGPORT"] = parts.Port.ToString(CultureInfo.InvariantCulture),
            ["PGUSER"] = parts.Username!,
            ["PGPASSWORD"] = parts.Password!,
            ["PGDATABASE"] = parts.Database!,
        };
    }
}
