using System.Reflection;
using DbUp;
using DbUp.Engine.Output;
using Npgsql;

namespace FinCode.ServiceDefaults;

/// <summary>
/// Applies the embedded SQL files in the order of assemblies and then of file names, each in a transaction of its own,
/// under an advisory lock. In the files <c>$app_role$</c> stands for the role that the service runs as.
/// </summary>
public static class DatabaseMigrations
{
    private const long AdvisoryLockKey = 0x46696E436F6465; // "FinCode"

    public static async Task RunAsync(
        string ownerConnectionString, string appRole, IReadOnlyList<Assembly> assemblies,
        CancellationToken cancellationToken)
    {
        // A migration of a large table takes as long as it takes.
        var unpooled = new NpgsqlConnectionStringBuilder(ownerConnectionString)
        {
            Pooling = false, CommandTimeout = 0,
        }.ConnectionString;
        await using var connection = new NpgsqlConnection(unpooled);
        await connection.OpenAsync(cancellationToken);
        await using var take = new NpgsqlCommand("select pg_advisory_lock($1)", connection)
        {
            Parameters = { new() { Value = AdvisoryLockKey } },
        };
        await take.ExecuteNonQueryAsync(cancellationToken);

        // The lock is held by the connection and goes with it, also when this process dies half-way.
        foreach (var assembly in assemblies)
            Apply(unpooled, appRole, assembly);
    }

    private static void Apply(string connectionString, string appRole, Assembly assembly)
    {
        var result = DeployChanges.To.PostgresqlDatabase(connectionString)
            .WithScriptsEmbeddedInAssembly(assembly, name =>
                name.Contains(".Storage.Migrations.", StringComparison.Ordinal)
                && name.EndsWith(".sql", StringComparison.Ordinal))
            .WithVariable("app_role", appRole)
            .WithTransactionPerScript()
            .JournalToPostgresqlTable("public", "schema_versions")
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new InvalidOperationException(
                $"Migration {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
    }
}
