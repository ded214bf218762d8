using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace FinCode.ServiceDefaults;

/// <summary>
/// Turns what callers did wrong while a request was bound into 400, 404, 413, 415 or 422 with a pointer, and a database
/// that is away into 503. Everything else stays an unhandled exception: logged, and answered 500 without its text.
/// </summary>
internal sealed partial class ExceptionProblems : IExceptionHandler
{
    private const int RetryAfterSeconds = 2;
    private const string WrongValue = "This value is not of the expected type or not one of the allowed values.";

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } => OfJson(json),
            BadHttpRequestException bad => OfBinding(bad, httpContext),
            // What a form reader says of bytes that are no form.
            InvalidDataException => Problems.Of(
                StatusCodes.Status400BadRequest, Problems.MalformedRequest, "The body is not a valid form."),
            InvalidOperationException when HasUnknownCharset(httpContext.Request) => Problems.Of(
                StatusCodes.Status415UnsupportedMediaType, Problems.UnsupportedMediaType, Problems.JsonExpected),
            NpgsqlException { IsTransient: true } => Problems.Of(
                StatusCodes.Status503ServiceUnavailable, Problems.ServiceUnavailable, "Please send the request again."),
            _ when exception.GetBaseException() is PostgresException
            {
                SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter,
            } => OfCharacters(httpContext.Request),
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

    /// <summary>What the server held the request to: an endpoint may allow more than others.</summary>
    private static long MaxBodyBytes(HttpContext http) =>
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? Defaults.MaxRequestBodyBytes;

    /// <summary>
    /// A part of the path that is no id names nothing (404); a query parameter is pointed at (422). The framework's own
    /// sentences speak of C# and are not for callers.
    /// </summary>
    private static ProblemHttpResult OfBinding(BadHttpRequestException exception, HttpContext http)
    {
        if (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
            return Problems.Of(413, Problems.PayloadTooLarge,
                $"A request body has at most {MaxBodyBytes(http)} bytes.");
        if (exception.StatusCode == StatusCodes.Status415UnsupportedMediaType)
            return Problems.Of(415, Problems.UnsupportedMediaType, Problems.JsonExpected);
        if (exception.StatusCode != StatusCodes.Status400BadRequest)
            return Problems.Of(
                exception.StatusCode, Problems.CodeOf(exception.StatusCode), "The request is malformed.");
        if (Parameter().Match(exception.Message) is { Success: true } match)
        {
            var name = match.Groups["name"].Value;
            // The request itself has forgotten its route by now.
            if (http.Features.Get<IExceptionHandlerFeature>()?.RouteValues?.ContainsKey(name) == true)
                return Problems.NotFound();
            if (!exception.Message.Contains("body", StringComparison.Ordinal))
                return Problems.Invalid(
                    name, match.Groups["missing"].Success ? "This parameter is required." : WrongValue);
        }
        return Problems.Of(400, Problems.MalformedRequest,
            exception.Message.Contains("body", StringComparison.Ordinal)
                ? "A JSON body is expected, and there is none."
                : "The request is malformed.");
    }

    private static ProblemHttpResult OfCharacters(HttpRequest request)
    {
        const string Sentence = "A text holds a character that cannot be stored, such as U+0000.";
        var parameters = request.Query
            .Where(parameter => parameter.Value.Any(value => value?.Contains('\0', StringComparison.Ordinal) == true))
            .Select(parameter => new FieldError(parameter.Key, Sentence)).ToList();
        return Problems.Invalid(parameters.Count > 0 ? parameters : [new FieldError("", Sentence)]);
    }

    private static bool HasUnknownCharset(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.Charset.HasValue && type.Encoding is null;

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
            return WrongValue;
        if (text.StartsWith("Duplicate propert", StringComparison.Ordinal))
            return "This field is there twice.";
        return text.StartsWith("The JSON property", StringComparison.Ordinal) ? "This field is not known here." : text;
    }

    [GeneratedRegex("^(?:Failed to bind parameter|(?<missing>Required parameter)) \"(?:[^\"]* )?(?<name>\\w+)\"")]
    private static partial Regex Parameter();
}
