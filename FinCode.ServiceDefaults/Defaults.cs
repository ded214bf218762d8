using FinCode.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace FinCode.ServiceDefaults;

/// <summary>
/// What all hosts share: limits, JSON, problem details, authentication, health, telemetry, HTTP clients.
/// </summary>
public static class Defaults
{
    /// <summary>The largest request body, in bytes, unless an endpoint says otherwise.</summary>
    public const int MaxRequestBodyBytes = 256 * 1024;

    private const int ShutdownSeconds = 15;

    internal static void AddServiceDefaults(this WebApplicationBuilder builder, string noun)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBodyBytes;
        });
        var services = builder.Services;
        services.AddCarefulLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(ShutdownSeconds));
        services.ConfigureHttpJsonOptions(options =>
        {
            ContractJson.Configure(options.SerializerOptions);
            options.SerializerOptions.UnmappedMemberHandling =
                System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow;
            // Of two amounts in one request nobody knows which was meant.
            options.SerializerOptions.AllowDuplicateProperties = false;
        });
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddProblemDetails(options => options.CustomizeProblemDetails = Problems.AddCode);
        services.AddExceptionHandler<ExceptionProblems>();
        services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["alive"]);
        services.AddContractSchemas();
        services.AddServiceDiscovery();
        services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
        builder.AddCallerAuthentication();
        builder.AddTelemetry(noun);
    }

    internal static void UseServiceDefaults(this WebApplication app, Action<WebApplication>? use)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        use?.Invoke(app);
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains("alive") })
            .AllowAnonymous();
        app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = HealthReport.WriteAsync })
            .AllowAnonymous();
    }

    /// <summary>
    /// The service's own database as a singleton <see cref="NpgsqlDataSource"/>, from <c>ConnectionStrings:noun</c>,
    /// with its check in
    /// <c>/health</c>. Whatever the setting says, exceptions do not quote what is in a row.
    /// </summary>
    public static WebApplicationBuilder AddPostgres(this WebApplicationBuilder builder, string noun)
    {
        var connectionString = new NpgsqlConnectionStringBuilder(builder.Configuration.RequireConnectionString(noun))
        {
            IncludeErrorDetail = false,
        }.ConnectionString;
        builder.Services.AddSingleton(_ => new NpgsqlDataSourceBuilder(connectionString) { Name = noun }.Build());
        builder.Services.AddHealthChecks().AddCheck<PostgresHealth>("postgres");
        return builder;
    }
}

internal sealed class PostgresHealth(NpgsqlDataSource source) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = source.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException)
        {
            return HealthCheckResult.Unhealthy("PostgreSQL does not answer.");
        }
    }
}
