using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace FinCode.ServiceDefaults;

/// <summary>
/// Turns what callers did wrong while a request was bound into 400, 413, 415 or 422 with a pointer, and a database that
/// is away into 503. Everything else stays an unhandled exception: logged, and answered 500 without its text.
/// </summary>
internal sealed class ExceptionProblems : IExceptionHandler
{
    private const int RetryAfterSeconds = 2;

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } => OfJson(json),
            BadHttpRequestException bad => Problems.Of(bad.StatusCode, Problems.CodeOf(bad.StatusCode), Sentence(bad)),
            NpgsqlException { IsTransient: true } => Problems.Of(
                StatusCodes.Status503ServiceUnavailable, Problems.ServiceUnavailable, "Please send the request again."),
            _ => null,
        };
        if (problem is null)
            return false;
        if (problem.StatusCode == StatusCodes.Status503ServiceUnavailable)
            httpContext.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        await problem.ExecuteAsync(httpContext);
        return true;
    }

    private static ProblemHttpResult OfJson(JsonException exception)
    {
        var isSyntax = exception.InnerException?.GetType().Name == "JsonReaderException";
        return isSyntax
            ? Problems.Of(StatusCodes.Status400BadRequest, Problems.MalformedRequest,
                $"The body is not valid JSON (line {exception.LineNumber + 1}).")
            : Problems.Invalid(ToPointer(exception.Path), WithoutPosition(exception.Message));
    }

    /// <summary>"$.sender.phones[0]" becomes "/sender/phones/0".</summary>
    private static string ToPointer(string? path) => (path ?? "$")
        .TrimStart('$')
        .Replace("['", ".", StringComparison.Ordinal).Replace("']", "", StringComparison.Ordinal)
        .Replace('[', '.').Replace("]", "", StringComparison.Ordinal)
        .Replace('.', '/');

    private static string WithoutPosition(string message)
    {
        var text = message.Split(" Path: ")[0];
        if (text.StartsWith("The JSON value could not be converted", StringComparison.Ordinal))
            return "This value is not of the expected type or not one of the allowed values.";
        return text.StartsWith("The JSON property", StringComparison.Ordinal) ? "This field is not known here." : text;
    }

    private static string Sentence(BadHttpRequestException exception) => exception.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => $"A request body has at most {Defaults.MaxRequestBodyBytes} bytes.",
        StatusCodes.Status415UnsupportedMediaType => "The body is expected as application/json.",
        _ => "The request is malformed: " + exception.Message,
    };
}
