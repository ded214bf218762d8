using FinCode.Contracts;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace FinCode.Transactions;

/// <summary>The document of everything (v1) and the one of what partners use.</summary>
internal static class OpenApiDocuments
{
    private const string Partners = "partners";

    public static void Add(IServiceCollection services)
    {
        services.AddOpenApi("v1", options =>
        {
            options.ShouldInclude = _ => true;
            options.AddSchemaTransformer(DescribeAsync);
        });
        services.AddOpenApi(Partners, options =>
        {
            options.ShouldInclude = description => description.GroupName == Partners;
            options.AddSchemaTransformer(DescribeAsync);
        });
    }

    /// <summary>Amounts and ids are written by converters of ours, which the generator cannot look into.</summary>
    private static Task DescribeAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(Money))
        {
            schema.Type = JsonSchemaType.Object;
            schema.Description = "A decimal string, at most the currency's number of decimals, and an ISO 4217 code.";
            schema.Required = new HashSet<string> { "amount", "currency" };
            schema.Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["amount"] = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = @"^-?\d+(\.\d+)?$" },
                ["currency"] = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[A-Z]{3}$" },
            };
        }
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Id<>))
        {
            schema.Type = JsonSchemaType.String;
            schema.Pattern = "^[a-z]{3}_[0-9a-f]{32}$";
        }
        return Task.CompletedTask;
    }
}
