using FinCode.Contracts;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations.Reconciliation;

/// <summary>Who looks after a break, and what was found out. Nothing of it is ever changed or removed.</summary>
internal static class AnnotateBreak
{
    private const int MaxSubjectLength = 200;

    /// <param name="Assignee">The subject of a person's token; null for nobody.</param>
    public sealed record BreakAssignment(string? Assignee);

    public sealed record BreakNoteRequest(string? Text);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/v1/ledger/reconciliation/breaks/{breakId}/assignee", AssignAsync)
            .RequireRole(Roles.Finance)
            .WithName("assignBreak").WithTags(ReconciliationViews.Tag)
            .WithSummary("Say who looks after a break")
            .Produces<GetBreak.ReconciliationBreakDetails>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapPost("/v1/ledger/reconciliation/breaks/{breakId}/notes", NoteAsync)
            .RequireRole(Roles.Finance)
            .WithName("addBreakNote").WithTags(ReconciliationViews.Tag)
            .WithSummary("Write down what was found out about a break")
            .NeedsIdempotencyKey()
            .Produces<GetBreak.ReconciliationBreakDetails>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> AssignAsync(
        BreakId breakId, BreakAssignment request, Caller caller, DbSession session, ReconciledAccounts reconciled,
        BreakStore breaks, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.OptionalText(request.Assignee, "/assignee", MaxSubjectLength);
        validation.Check(request.Assignee is not { Length: 0 }, "/assignee", "A person, or null.");
        if (validation.Failed)
            return validation.ToProblem();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (await breaks.HoldAsync(breakId, reconciled, cancellationToken) is not var (_, found))
            return Problems.NotFound();
        if (found.Assignee != request.Assignee)
            await breaks.AssignAsync(breakId, request.Assignee, caller.Subject, cancellationToken);
        var details = await GetBreak.DetailsAsync(
            (await breaks.FindAsync(breakId, cancellationToken))!, breaks, clock, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(details);
    }

    private static async Task<IResult> NoteAsync(
        BreakId breakId, BreakNoteRequest request, Caller caller, HttpContext http, IdempotentRequests requests,
        ReconciledAccounts reconciled, BreakStore breaks, TimeProvider clock)
    {
        var validation = new Validation();
        validation.RequireText(request.Text, "/text", ReconciliationViews.MaxReasonLength);
        return validation.Failed
            ? validation.ToProblem()
            : await requests.RunAsync(http, caller.Tenant, "break-note", request, RunAsync);

        async Task<(Reply?, ProblemHttpResult?)> RunAsync()
        {
            if (await breaks.HoldAsync(breakId, reconciled, http.RequestAborted) is not var (_, found))
                return (null, Problems.NotFound());
            await breaks.NoteAsync(
                breakId, BreakNoteKind.Note, caller.Subject, request.Text!, http.RequestAborted);
            return (new Reply(StatusCodes.Status201Created,
                await GetBreak.DetailsAsync(found, breaks, clock, http.RequestAborted)), null);
        }
    }
}
