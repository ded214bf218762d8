namespace FinCode.Transactions;

/// <summary>The document of everything (v1) and the one of what partners use.</summary>
internal static class OpenApiDocuments
{
    private const string Partners = "partners";

    public static void Add(IServiceCollection services)
    {
        services.AddOpenApi("v1", options => options.ShouldInclude = _ => true);
        services.AddOpenApi(Partners,
            options => options.ShouldInclude = description => description.GroupName == Partners);
    }
}
