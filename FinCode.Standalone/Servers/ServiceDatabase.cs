using Npgsql;

namespace FinCode.Standalone.Servers;

/// <summary>
/// A service's database with its two roles: the owner, who migrates, and the role the service runs as, which only holds
/// what migrations grant it. Nobody else may connect.
/// </summary>
/// <param name="App">Connection string of the service's own role; goes to <c>ConnectionStrings:noun</c>.</param>
/// <param name="Owner">Connection string of the owner; goes to <c>ConnectionStrings:noun-owner</c>.</param>
internal sealed record ServiceDatabase(string App, string Owner)
{
    /// <summary>As below, on a server of our own and with one password for both roles.</summary>
    public static Task<ServiceDatabase> ProvisionAsync(
        PostgresServer server, string noun, string database, string password, string? template,
        CancellationToken cancellationToken) =>
        ProvisionAsync(server.AdminConnectionString, noun, database, _ => password, template, cancellationToken);

    /// <summary>Makes what is missing; running it again changes nothing but the passwords, which it sets.</summary>
    /// <param name="adminConnectionString">Of somebody who may create roles and databases.</param>
    /// <param name="database">The database's name; the noun, except in tests.</param>
    /// <param name="passwordOf">The password of a role, by the role's name.</param>
    /// <param name="template">A migrated database to copy (nobody may be connected to it), or null for an empty
    /// one.</param>
    public static async Task<ServiceDatabase> ProvisionAsync(
        string adminConnectionString, string noun, string database, Func<string, string> passwordOf, string? template,
        CancellationToken cancellationToken)
    {
        var owner = $"{noun}_owner";
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(adminConnectionString) { Pooling = false }.ConnectionString);
        foreach (var role in (string[])[owner, noun])
            await EnsureRoleAsync(source, role, passwordOf(role), cancellationToken);
        if (!await ExistsAsync(source, "pg_database", "datname", database, cancellationToken))
        {
            var from = template is null ? "" : $" template {Quote(template)}";
            await RunAsync(source, $"create database {Quote(database)} owner {Quote(owner)}{from}", cancellationToken);
        }
        await RunAsync(source, $"revoke all on database {Quote(database)} from public", cancellationToken);
        await RunAsync(source, $"grant connect on database {Quote(database)} to {Quote(noun)}", cancellationToken);
        return new ServiceDatabase(
            Of(adminConnectionString, database, noun, passwordOf),
            Of(adminConnectionString, database, owner, passwordOf));
    }

    private static string Of(
        string adminConnectionString, string database, string role, Func<string, string> passwordOf) =>
        new NpgsqlConnectionStringBuilder(adminConnectionString)
        {
            Database = database,
            Username = role,
            Password = passwordOf(role),
        }.ConnectionString;

    private static async Task EnsureRoleAsync(
        NpgsqlDataSource source, string role, string password, CancellationToken cancellationToken)
    {
        var verb = await ExistsAsync(source, "pg_roles", "rolname", role, cancellationToken) ? "alter" : "create";
        var literal = "'" + password.Replace("'", "''", StringComparison.Ordinal) + "'";
        await RunAsync(source, $"{verb} role {Quote(role)} login password {literal}", cancellationToken);
    }

    private static async Task<bool> ExistsAsync(
        NpgsqlDataSource source, string catalog, string column, string name, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand($"select 1 from {catalog} where {column} = $1");
        command.Parameters.Add(new() { Value = name });
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    private static async Task RunAsync(NpgsqlDataSource source, string sql, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Quote(string identifier) =>
        $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
