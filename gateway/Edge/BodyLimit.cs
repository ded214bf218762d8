using FinCode.ServiceDefaults;

namespace FinCode.Gateway.Edge;

/// <summary>
/// A body that says it is too large is refused before a byte of it is read; one that does not say is cut off by the
/// server while it is forwarded.
/// </summary>
internal static class BodyLimit
{
    public static void UseBodyLimit(this WebApplication app) => app.Use((http, next) =>
        http.Request.ContentLength > Defaults.MaxRequestBodyBytes
            ? Problems.Of(
                StatusCodes.Status413PayloadTooLarge, Problems.PayloadTooLarge,
                $"A request body has at most {Defaults.MaxRequestBodyBytes} bytes.").ExecuteAsync(http)
            : next(http));
}
