using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FinCode.Auth.Storage;

/// <summary>
/// Which tenant's rows this scope sees: none until it is said. Row-level security goes by it, so an operation that
/// forgets to say finds nothing rather than everything. It holds from the next time a connection is taken from the
/// pool.
/// </summary>
internal sealed class TenantSight
{
    public string Setting { get; private set; } = "";

    public void Only(TenantId tenant) => Setting = tenant.Value.ToString();

    /// <summary>
    /// For the token endpoint, which learns the tenant from the client, for the platform's own people, and for jobs.
    /// </summary>
    public void Everything() => Setting = "*";
}

internal sealed class TenantOnConnection(TenantSight sight) : DbConnectionInterceptor
{
    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = Command(connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = Command(connection);
        command.ExecuteNonQuery();
    }

    private DbCommand Command(DbConnection connection)
    {
        var command = connection.CreateCommand();
        command.CommandText = "select set_config('fincode.tenant', @tenant, false)";
        var parameter = command.CreateParameter();
        parameter.ParameterName = "tenant";
        parameter.Value = sight.Setting;
        command.Parameters.Add(parameter);
        return command;
    }
}
