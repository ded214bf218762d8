using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Sandbox;

/// <summary>The pages of the sandbox's providers: plain HTML without script, never kept and never framed.</summary>
internal static class SandboxPage
{
    /// <param name="note">A sentence that nobody takes it for the real thing.</param>
    /// <param name="body">HTML; whoever calls encodes what came from outside.</param>
    public static ContentHttpResult Of(HttpContext http, int status, string title, string note, string body)
    {
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'";
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Text($"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>{title}</title></head>
            <body>
            <h1>{title}</h1>
            <p>{note}</p>
            {body}
            </body>
            </html>
            """, "text/html; charset=utf-8", statusCode: status);
    }
}
