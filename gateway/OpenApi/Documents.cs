using Scalar.AspNetCore;

namespace FinCode.Gateway;

/// <summary>
/// The partners' document at <c>/openapi/partners.json</c>, as checked in at <c>docs/openapi/partners.json</c>, and a
/// page that shows it at <c>/docs</c>. The page's script comes from this process; nothing is loaded from elsewhere.
/// </summary>
internal static class Documents
{
    public const string Page = "/docs";
    public const string Partners = "/openapi/partners.json";

    public static void MapDocuments(this WebApplication app)
    {
        var document = Read();
        app.MapGet(Partners, () => TypedResults.Text(document, "application/json")).AllowAnonymous();
        app.MapScalarApiReference(Page, options => options
            .WithTitle(OpenApiMerge.Title)
            .WithOpenApiRoutePattern("/openapi/{documentName}.json")
            .AddDocument("partners", OpenApiMerge.Title)
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()).AllowAnonymous();
    }

    public static string Read()
    {
        using var stream = typeof(Documents).Assembly.GetManifestResourceStream("partners.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
