using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Operations.Proposals;
using FinCode.Ledger.Posting;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations.Entries;

/// <summary>
/// Entries by hand: one person proposes them, another approves, and then they are booked, all or none.
/// </summary>
internal static class ProposeEntries
{
    private const string ProposalKind = "ENTRIES";

    /// <param name="Reason">Why they are booked by hand, 1 to 2000 characters.</param>
    /// <param name="Entries">1 to 50 linked entries, in order.</param>
    public sealed record ProposeEntriesRequest(string? Reason, IReadOnlyList<EntryRequest>? Entries);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/ledger/proposals", HandleAsync)
        .RequireRole(Roles.Finance)
        .WithName("proposeLedgerEntries").WithTags("Ledger proposals")
        .WithSummary("Propose entries: they are booked when a second person approves them")
        .NeedsIdempotencyKey()
        .Produces<LedgerProposal>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static Task<IResult> HandleAsync(
        ProposeEntriesRequest request, Caller caller, HttpContext http, ProposalDesk desk, TimeProvider clock)
    {
        var validation = new Validation();
        validation.RequireText(request.Reason, "/reason", ProposalDesk.MaxReasonLength);
        EntryRequest.Check(request.Entries, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), validation);
        return validation.Failed
            ? Task.FromResult<IResult>(validation.ToProblem())
            : desk.ProposeAsync(http, caller, ProposalKind, request.Entries!, request.Reason!);
    }

    internal sealed class Approved(LedgerPosting ledger) : IProposalKind
    {
        public string Kind => ProposalKind;

        public async Task<(object? Result, ProblemHttpResult? Problem)> CarryOutAsync(
            Proposal proposal, string approvedBy, CancellationToken cancellationToken)
        {
            var entries = JsonSerializer.Deserialize<EntryRequest[]>(proposal.Content, ContractJson.Options)!;
            var linked = entries.Select((entry, index) => entry.ToInstruction(
                EntryKey.OfRequest(BookSteps.Manual, proposal.Id.ToString(), index + 1))).ToArray();
            var outcome = await ledger.PostAsync(linked, cancellationToken, proposal.ProposedBy, approvedBy);
            return outcome.Refusal is { } refusal
                ? (null, RefusalProblem.Of(refusal))
                : (new LedgerEntries([.. outcome.Entries.Select(Views.Of)]), null);
        }
    }
}
