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
        var place = Path.Combine(folder, $"pgbench-{Guid.CreateVersion7():N}");
        Directory.CreateDirectory(place);
        await File.WriteAllTextAsync(Path.Combine(place, "script.sql"), script, cancellationToken);
        var seconds = (int)Math.Ceiling(window.End.TotalSeconds);
        var threads = Math.Min(clients, Environment.ProcessorCount);
        string[] arguments =
        [
            "--no-vacuum", "--protocol=prepared", "--file=script.sql", "--log", $"--log-prefix={LogPrefix}",
            $"--client={clients}", $"--jobs={threads}", $"--time={seconds}",
        ];
        var run = await Programs.RunAsync(
            Path.Combine(binaries, "pgbench"), arguments, place, Connection(), cancellationToken);
        if (run.ExitCode != 0)
            throw new InvalidOperationException($"pgbench ended with {run.ExitCode}: {run.Error}");
        var result = Read(Directory.GetFiles(place, LogPrefix + "*").SelectMany(File.ReadLines), window);
        Directory.Delete(place, recursive: true);
        return result;
    }

    /// <summary>
    /// From lines of its log: <c>client number latency(us) script seconds microseconds</c>, the last two the time of
    /// completion. The load began when the first transaction did.
    /// </summary>
    public static LoadResult Read(IEnumerable<string> log, LoadWindow window)
    {
        var transactions = log.Select(line => line.Split(' ')).Select(fields => (
            Latency: long.Parse(fields[LatencyField], CultureInfo.InvariantCulture),
            CompletedAt: (long.Parse(fields[SecondsField], CultureInfo.InvariantCulture) * 1_000_000)
                + long.Parse(fields[MicrosecondsField], CultureInfo.InvariantCulture))).ToArray();
        if (transactions.Length == 0)
            throw new InvalidOperationException("pgbench completed nothing.");
        var began = transactions.Min(one => one.CompletedAt - one.Latency);
        var latencies = new Latencies();
        foreach (var (latency, completedAt) in transactions)
        {
            if (window.Counts(TimeSpan.FromMicroseconds(completedAt - began)))
                latencies.Add(latency);
        }
        return window.Result(latencies);
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
