using System.Text.Encodings.Web;
using FinCode.Sandbox.Instructions;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Sandbox.Identities;

/// <summary>
/// A hosted identity provider: the merchant opens a session under its reference, the person finishes it on the page,
/// and the merchant hears by callback or asks by its reference.
/// </summary>
internal static class IdentityEndpoints
{
    private const int MaxReferenceLength = 64;

    public static void MapIdentities(this WebApplication app)
    {
        var group = app.MapGroup("/identity").WithTags("identity");
        group.MapPost("/sessions", OpenAsync).RequireApiKey();
        group.MapGet("/sessions/{reference}", IResult (
            string reference, IdentityDesk desk, TimeProvider clock, HttpContext http) =>
            desk.Find(reference) is { } session ? TypedResults.Ok(Answer(http, session, clock)) : Problems.NotFound())
            .RequireApiKey();
        group.MapGet("/page/{sessionId}", ShowPage).AllowAnonymous();
        group.MapPost("/page/{sessionId}", FinishAsync).AllowAnonymous().DisableAntiforgery();
    }

    private static async Task<IResult> OpenAsync(SandboxIdentityRequest request, IdentityDesk desk,
        SandboxSettings settings, TimeProvider clock, HttpContext http, IHostApplicationLifetime lifetime)
    {
        var validation = new Validation();
        if (validation.RequireText(request.Reference, "/reference", MaxReferenceLength))
            validation.Check(request.Reference.All(c => c is > ' ' and < (char)127 and not '/'), "/reference",
                "Visible ASCII characters only, without a slash.");
        validation.RequireText(request.Person?.FullName, "/person/fullName", OrderForm.MaxTextLength);
        validation.Check(OrderForm.IsWeb(request.CallbackUrl ?? ""), "/callbackUrl",
            "An absolute http or https URL.");
        if (validation.Failed)
            return validation.ToProblem();
        var behaviour = Magic.Of(request.Person!.FullName);
        if (behaviour is Behaviour.Down or Behaviour.ErrorWithoutTaking)
            return TypedResults.StatusCode(behaviour == Behaviour.Down ? 503 : 500);
        if (desk.Open(request.Reference!, request.Person.FullName!, request.CallbackUrl!, OrderForm.Digest(request))
            is not { } session)
            return Problems.Conflict("REFERENCE_REUSED", "This reference stands for another request.");
        if (behaviour == Behaviour.ErrorAfterTaking)
            return TypedResults.StatusCode(500);
        return await OrderForm.AnswerAsync(http, new Reaction(StatusCodes.Status201Created,
            Answer(http, session, clock), behaviour == Behaviour.SlowAnswer ? settings.SlowAnswer : default),
            clock, lifetime);
    }

    private static ContentHttpResult ShowPage(string sessionId, HttpContext http, IdentityDesk desk) =>
        desk.FindBySession(sessionId) is null
            ? Page(http, StatusCodes.Status404NotFound, "<p>There is no such session.</p>")
            : Page(http, StatusCodes.Status200OK, $"""
                <p>Show your document and your face, or choose what the provider finds:</p>
                <form method="post" action="{HtmlEncoder.Default.Encode(sessionId)}">
                <p><button name="outcome" value="APPROVED">Approved</button>
                <button name="outcome" value="REFUSED">Refused</button>
                <button name="outcome" value="REVIEW">Needs a person</button>
                <button name="outcome" value="LATE">Approved, but late</button>
                <button name="outcome" value="NEVER">Never answered</button></p>
                </form>
                """);

    private static async Task<IResult> FinishAsync(string sessionId, HttpContext http, IdentityDesk desk,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        if (desk.FindBySession(sessionId) is null)
            return Problems.NotFound();
        var isForm = http.Request.HasFormContentType;
        var finish = isForm
            ? new SandboxIdentityFinish(OutcomeOf((await http.Request.ReadFormAsync(cancellationToken))["outcome"]),
                null, null)
            : await ReadJsonAsync(http, cancellationToken);
        if (finish.Outcome is null)
            return Problems.Invalid("/outcome", "One of APPROVED, REFUSED, REVIEW, LATE and NEVER.");
        if (desk.Finish(sessionId, finish) is not { } finished)
            return isForm
                ? Page(http, StatusCodes.Status409Conflict, "<p>This session is finished.</p>")
                : Problems.Conflict("SESSION_FINISHED", "This session is finished.");
        return isForm
            ? Page(http, StatusCodes.Status200OK, "<p>Thank you. You can close this page.</p>")
            : TypedResults.Ok(Answer(http, finished, clock));
    }

    private static IdentityOutcome? OutcomeOf(string? word) => word switch
    {
        "APPROVED" => IdentityOutcome.Approved,
        "REFUSED" => IdentityOutcome.Refused,
        "REVIEW" => IdentityOutcome.Review,
        "LATE" => IdentityOutcome.Late,
        "NEVER" => IdentityOutcome.Never,
        _ => null,
    };

    private static async Task<SandboxIdentityFinish> ReadJsonAsync(
        HttpContext http, CancellationToken cancellationToken)
    {
        if (!http.Request.HasJsonContentType())
            throw new BadHttpRequestException("JSON or a form is expected.", StatusCodes.Status415UnsupportedMediaType);
        try
        {
            return await http.Request.ReadFromJsonAsync<SandboxIdentityFinish>(cancellationToken)
                ?? throw new BadHttpRequestException("A JSON object is expected.");
        }
        catch (System.Text.Json.JsonException exception)
        {
            throw new BadHttpRequestException("The body is not valid.", exception);
        }
    }

    private static IdentityAnswer Answer(HttpContext http, IdentitySession session, TimeProvider clock) =>
        session.ToAnswer(clock.GetUtcNow(),
            $"{http.Request.Scheme}://{http.Request.Host}/identity/page/{session.SessionId}");

    private static ContentHttpResult Page(HttpContext http, int status, string body) =>
        SandboxPage.Of(http, status, "Sandbox identity", "Nobody is identified here.", body);
}
