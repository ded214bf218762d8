using System.Reflection;
using Microsoft.AspNetCore.Builder;

namespace FinCode.ServiceDefaults;

/// <summary>
/// One service: its noun (the Aspire resource, database, consumer group, chart key and service.name alike), how its
/// parts are added and its endpoints mapped, and the assemblies whose embedded <c>Storage/Migrations/*.sql</c> make its
/// database, in order.
/// </summary>
public sealed record ServiceDefinition(string Noun, Assembly Assembly)
{
    public required Action<WebApplicationBuilder> Add { get; init; }

    public required Action<WebApplication> Map { get; init; }

    /// <summary>Empty for a service without a database.</summary>
    public IReadOnlyList<Assembly> Migrations { get; init; } = [];

    /// <summary>Runs before routing; the gateway puts its own middleware here.</summary>
    public Action<WebApplication>? Use { get; init; }
}
