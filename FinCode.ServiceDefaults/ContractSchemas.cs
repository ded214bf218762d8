using FinCode.Contracts;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace FinCode.ServiceDefaults;

/// <summary>
/// Amounts and ids are written by converters of ours, which the generator of OpenAPI documents cannot look into. All services
/// describe them alike, so that their documents can be joined.
/// </summary>
internal static class ContractSchemas
{
    public static void AddContractSchemas(this IServiceCollection services) =>
        // After what a service configures: comments in its own assembly would describe a shared type its own way.
        services.PostConfigureAll<OpenApiOptions>(options => options.AddSchemaTransformer(DescribeAsync));

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
            schema.Description = "A typed UUIDv7 (RFC 9562): a prefix that says what it stands for, and 32 digits.";
        }
        return Task.CompletedTask;
    }
}
