using Microsoft.Net.Http.Headers;

namespace FinCode.Gateway.Edge;

/// <summary>
/// What every answer says to browsers: nothing here is to be framed, sniffed, cached or scripted from elsewhere.
/// </summary>
internal static class OutgoingHeaders
{
    private const string Nothing = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>The documentation page runs the script that this gateway serves itself, and no other.</summary>
    private const string DocumentationPage =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; "
        + "style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

    private const string OneYear = "max-age=31536000; includeSubDomains";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((http, next) =>
    {
        http.Response.OnStarting(() =>
        {
            Add(http);
            return Task.CompletedTask;
        });
        return next(http);
    });

    private static void Add(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy =
            http.Request.Path.StartsWithSegments(Documents.Page, StringComparison.Ordinal)
                ? DocumentationPage : Nothing;
        if (http.Request.IsHttps)
            headers.StrictTransportSecurity = OneYear;
        if (!headers.ContainsKey(HeaderNames.CacheControl))
            headers.CacheControl = "no-store";
    }
}
