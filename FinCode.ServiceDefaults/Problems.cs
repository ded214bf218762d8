using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.ServiceDefaults;

/// <summary>
/// One wrong field: a JSON pointer (RFC 6901) into the request body, or a parameter's name, and a sentence.
/// </summary>
public sealed record FieldError(string Pointer, string Detail);

/// <summary>
/// Problem details (RFC 9457) with a stable <c>code</c>; validation errors carry <c>errors: [{pointer, detail}]</c>.
/// </summary>
public static class Problems
{
    public const string AuthRequired = "AUTH_REQUIRED";
    public const string Forbidden = "FORBIDDEN";
    public const string NotFoundCode = "NOT_FOUND";
    public const string ValidationError = "VALIDATION_ERROR";
    public const string MalformedRequest = "MALFORMED_REQUEST";
    public const string PayloadTooLarge = "PAYLOAD_TOO_LARGE";
    public const string UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE";
    public const string MethodNotAllowed = "METHOD_NOT_ALLOWED";
    public const string RateLimitExceeded = "RATE_LIMIT_EXCEEDED";
    public const string ServerError = "SERVER_ERROR";
    public const string ServiceUnavailable = "SERVICE_UNAVAILABLE";
    public const string IdempotencyKeyMissing = "IDEMPOTENCY_KEY_MISSING";
    public const string IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED";
    public const string RequestInProgress = "REQUEST_IN_PROGRESS";
    public const string InvalidTransition = "INVALID_TRANSITION";
    public const string QuoteExpired = "QUOTE_EXPIRED";
    public const string InsufficientFunds = "INSUFFICIENT_FUNDS";
    public const string LimitExceeded = "LIMIT_EXCEEDED";

    internal const string JsonExpected = "The body is expected as application/json in UTF-8.";

    public static ProblemHttpResult Of(int status, string code, string detail) => TypedResults.Problem(
        statusCode: status, detail: detail, extensions: new Dictionary<string, object?> { ["code"] = code });

    /// <summary>404. Also for what belongs to another tenant: whether it exists is nobody's business.</summary>
    public static ProblemHttpResult NotFound(string detail = "There is nothing here with that id.") =>
        Of(StatusCodes.Status404NotFound, NotFoundCode, detail);

    public static ProblemHttpResult Conflict(string code, string detail) =>
        Of(StatusCodes.Status409Conflict, code, detail);

    public static ProblemHttpResult Deny(string detail) => Of(StatusCodes.Status403Forbidden, Forbidden, detail);

    /// <summary>422 with the fields that are wrong.</summary>
    public static ProblemHttpResult Invalid(IReadOnlyList<FieldError> errors) => TypedResults.Problem(
        statusCode: StatusCodes.Status422UnprocessableEntity,
        detail: "Some fields are missing or wrong; see errors.",
        extensions: new Dictionary<string, object?> { ["code"] = ValidationError, ["errors"] = errors });

    public static ProblemHttpResult Invalid(string pointer, string detail) =>
        Invalid([new FieldError(pointer, detail)]);

    /// <summary>Gives a code to problems that the framework made (an unknown route, a missing token, ...).</summary>
    internal static void AddCode(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        problem.Type = null;
        problem.Instance = null;
        problem.Detail ??= WhatToDo(problem.Status ?? StatusCodes.Status500InternalServerError);
        if (!problem.Extensions.ContainsKey("code"))
            problem.Extensions["code"] = CodeOf(problem.Status ?? StatusCodes.Status500InternalServerError);
    }

    /// <summary>A sentence for people where the framework gives none.</summary>
    private static string? WhatToDo(int status) => status switch
    {
        StatusCodes.Status401Unauthorized =>
            "Send a valid access token as \"Authorization: Bearer ...\"; POST /connect/token gives one.",
        StatusCodes.Status403Forbidden => "The access token has neither the scope nor the role that this needs.",
        StatusCodes.Status404NotFound => "There is nothing at this address.",
        StatusCodes.Status405MethodNotAllowed => "This address does not take that method.",
        StatusCodes.Status415UnsupportedMediaType => JsonExpected,
        StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable
            or StatusCodes.Status504GatewayTimeout =>
            "Please send the request again in a while, with the same Idempotency-Key if it had one.",
        >= 500 => "Something is wrong on our side; if it stays so, tell us the traceId.",
        _ => null,
    };

    /// <summary>The stable code of an HTTP status where nothing more precise is known.</summary>
    public static string CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => MalformedRequest,
        StatusCodes.Status401Unauthorized => AuthRequired,
        StatusCodes.Status403Forbidden => Forbidden,
        StatusCodes.Status404NotFound => NotFoundCode,
        StatusCodes.Status405MethodNotAllowed => MethodNotAllowed,
        StatusCodes.Status413PayloadTooLarge => PayloadTooLarge,
        StatusCodes.Status415UnsupportedMediaType => UnsupportedMediaType,
        StatusCodes.Status422UnprocessableEntity => ValidationError,
        StatusCodes.Status429TooManyRequests => RateLimitExceeded,
        StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable
            or StatusCodes.Status504GatewayTimeout => ServiceUnavailable,
        >= 500 => ServerError,
        _ => MalformedRequest,
    };
}
