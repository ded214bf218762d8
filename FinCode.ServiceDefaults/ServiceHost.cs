using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace FinCode.ServiceDefaults;

/// <summary>The one way to compose a service: Program.cs, the standalone host and the tests all call it.</summary>
public static class ServiceHost
{
    private const string MigrateCommand = "migrate";

    /// <summary>
    /// Builds the service without starting it. <paramref name="configure"/> runs first, so that it can add
    /// configuration (connection strings, addresses) and replace the clock.
    /// </summary>
    public static WebApplication Build(
        this ServiceDefinition service, string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
            ApplicationName = service.Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        configure?.Invoke(builder);
        builder.AddServiceDefaults(service.Noun);
        service.Add(builder);
        var app = builder.Build();
        app.UseServiceDefaults(service.Use);
        service.Map(app);
        return app;
    }

    /// <summary>
    /// What every Program.cs does: <c>migrate</c> brings the database up to date and ends, anything else serves.
    /// </summary>
    public static async Task<int> RunAsync(this ServiceDefinition service, string[] args)
    {
        if (args is [MigrateCommand, ..])
        {
            var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args[1..]).Build();
            await service.MigrateAsync(configuration, CancellationToken.None);
            return 0;
        }
        await service.Build(args).RunAsync();
        return 0;
    }

    /// <summary>
    /// Brings the database up to date with the owner's connection string (<c>ConnectionStrings:ledger-owner</c>).
    /// Several replicas may do this at once: one works, the others wait and find nothing left to do.
    /// </summary>
    public static Task MigrateAsync(
        this ServiceDefinition service, IConfiguration configuration, CancellationToken cancellationToken)
    {
        if (service.Migrations.Count == 0)
            return Task.CompletedTask;
        var connectionString = configuration.RequireConnectionString($"{service.Noun}-owner");
        return DatabaseMigrations.RunAsync(connectionString, service.Noun, service.Migrations, cancellationToken);
    }

    /// <summary>A connection string that must be there; its absence stops the service with a sentence.</summary>
    public static string RequireConnectionString(this IConfiguration configuration, string name) =>
        configuration.GetConnectionString(name) is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException(
                $"The setting ConnectionStrings:{name} is missing: "
                + $"set the environment variable ConnectionStrings__{name}.");

    /// <summary>A setting that must be there; its absence stops the service with a sentence.</summary>
    public static string Require(this IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException(
                $"The setting {key} is missing: "
                + $"set the environment variable {key.Replace(":", "__", StringComparison.Ordinal)}.");
}
