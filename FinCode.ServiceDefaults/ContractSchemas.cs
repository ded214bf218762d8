using FinCode.Contracts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace FinCode.ServiceDefaults;

/// <summary>
/// Amounts and ids are written by converters of ours, which the generator of OpenAPI documents cannot look into. All
/// services describe them alike, so that their documents can be joined; likewise how a caller is authenticated.
/// </summary>
internal static class ContractSchemas
{
    private const string Bearer = "bearer";

    public static void AddContractSchemas(this IServiceCollection services) =>
        // After what a service configures: comments in its own assembly would describe a shared type its own way.
        services.PostConfigureAll<OpenApiOptions>(options => options
            .AddSchemaTransformer(DescribeAsync)
            .AddOperationTransformer(AddHeadersAsync)
            .AddDocumentTransformer(AddBearerAsync));

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
                ["amount"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String, Pattern = @"^-?\d+(\.\d+)?$", Examples = ["102.00"],
                },
                ["currency"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String, Pattern = "^[A-Z]{3}$", Examples = ["GBP"],
                },
            };
        }
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Id<>))
        {
            var prefix = type.GetGenericArguments()[0].GetProperty(nameof(IEntityKind.Prefix))!.GetValue(null);
            schema.Type = JsonSchemaType.String;
            schema.Pattern = $"^{prefix}_[0-9a-f]{{32}}$";
            schema.Description = "A UUIDv7 (RFC 9562) behind a prefix that says what it stands for.";
        }
        else
        {
            // Answers leave out what is null, and callers may as well.
            foreach (var property in context.JsonTypeInfo.Properties.Where(property => property.IsGetNullable))
                schema.Required?.Remove(property.Name);
        }
        return Task.CompletedTask;
    }

    private static Task AddHeadersAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (!IsOpen(context))
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<NeedsIdempotencyKey>().Any())
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = NeedsIdempotencyKey.Header,
                In = ParameterLocation.Header,
                Required = true,
                Description = "Made by the caller, one for each thing to do; the same key and body again have one "
                    + "effect and the same answer.",
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.String, MinLength = 1, MaxLength = NeedsIdempotencyKey.MaxLength,
                },
            });
        return Task.CompletedTask;
    }

    private static bool IsOpen(OpenApiOperationTransformerContext context) =>
        context.Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any();

    private static Task AddBearerAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.AddComponent<IOpenApiSecurityScheme>(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Bearer,
            BearerFormat = "JWT",
            Description = "The access_token that POST /connect/token gives.",
        });
        return Task.CompletedTask;
    }
}
