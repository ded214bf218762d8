namespace FinCode.AppHost;

/// <summary>
/// One PostgreSQL for development with a database per service, each with two roles as in production: the owner, who migrates, and
/// the role that the service runs as. The container's first start makes them (postgres/10-databases.sh).
/// </summary>
internal static class DatabaseResources
{
    private const string RolePassword = "postgres-role-password";

    public static IResourceBuilder<PostgresServerResource> AddServiceDatabases(
        this IDistributedApplicationBuilder builder, string name)
    {
        var password = builder.AddSecret(RolePassword);
        return builder.AddPostgres(name)
            .WithInitFiles("postgres")
            .WithEnvironment("FINCODE_ROLE_PASSWORD", password);
    }

    /// <summary>The database's connection string for a role.</summary>
    public static ReferenceExpression ConnectionString(
        this IResourceBuilder<PostgresServerResource> server, string database, string role)
    {
        var endpoint = server.Resource.PrimaryEndpoint;
        var password = server.ApplicationBuilder.Resources.OfType<ParameterResource>()
            .Single(parameter => parameter.Name == RolePassword);
        return ReferenceExpression.Create(
            $"Host={endpoint.Property(EndpointProperty.Host)};Port={endpoint.Property(EndpointProperty.Port)};Database={database};Username={role};Password={password}");
    }
}
