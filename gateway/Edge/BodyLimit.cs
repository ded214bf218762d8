using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;

namespace FinCode.Gateway.Edge;

/// <summary>
/// A body that says it is too large is refused before a byte of it is read; one that does not say is cut off by the
/// server while it is forwarded. A bank's statement file, a customer's document and a file for a case may be larger
/// than any other body.
/// </summary>
internal static class BodyLimit
{
    private const long MaxFileBytes = 16 * 1024 * 1024;
    private const long MaxAttachmentBytes = 5 * 1024 * 1024;

    public static void UseBodyLimit(this WebApplication app) => app.Use((http, next) =>
    {
        var limit = IsFile(http.Request) ? MaxFileBytes
            : IsAttachment(http.Request) ? MaxAttachmentBytes
            : Defaults.MaxRequestBodyBytes;
        if (http.Request.ContentLength > limit)
            return Problems.Of(
                StatusCodes.Status413PayloadTooLarge, Problems.PayloadTooLarge,
                $"A request body has at most {limit} bytes.").ExecuteAsync(http);
        if (limit > Defaults.MaxRequestBodyBytes
            && http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
            server.MaxRequestBodySize = limit;
        return next(http);
    });

    private static bool IsFile(HttpRequest request) => HttpMethods.IsPost(request.Method)
        && request.Path.Value is { } path
        && ((path.StartsWith("/v1/ledger/reconciliation/accounts/", StringComparison.Ordinal)
                && path.EndsWith("/statements", StringComparison.Ordinal))
            || (path.StartsWith("/v1/kyc/customers/", StringComparison.Ordinal)
                && path.EndsWith("/documents", StringComparison.Ordinal)));

    private static bool IsAttachment(HttpRequest request) => HttpMethods.IsPost(request.Method)
        && request.Path.Value is { } path
        && path.StartsWith("/v1/cases/", StringComparison.Ordinal)
        && path.EndsWith("/attachments", StringComparison.Ordinal);
}
