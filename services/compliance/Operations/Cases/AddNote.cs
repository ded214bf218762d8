using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>What an officer found out goes on file.</summary>
internal static class AddNote
{
    /// <param name="Text">1 to 4000 characters; kept encrypted.</param>
    public sealed record CaseNoteRequest(string? Text);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/cases/{id}/notes", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("AddCaseNote").WithSummary("Put a note on a case's file").WithTags("Cases")
        .NeedsIdempotencyKey()
        .Produces<CaseSummary>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409)
        .ProducesProblem(422);

    private static Task<IResult> HandleAsync(HttpContext http, CaseId id, CaseNoteRequest request, Caller caller,
        IdempotentRequests requests, CaseDesk desk, TimeProvider clock)
    {
        var validation = new Validation();
        validation.RequireText(request.Text, "/text", CaseDesk.MaxTextLength);
        if (validation.Failed)
            return Task.FromResult<IResult>(validation.ToProblem());
        return requests.RunAsync(http, caller.Tenant, $"add-case-note {id}", request, async () =>
        {
            var (found, refusal) = await desk.TakeAsync(
                id, request.Text!, (one, text) => one.AddNote(text, caller.Subject, clock), http.RequestAborted);
            if (found is null)
                return (null, Problems.NotFound());
            return refusal is { } refused
                ? (null, refused.ToProblem())
                : (new Reply(StatusCodes.Status201Created, CaseSummary.Of(found)), null);
        });
    }
}
