using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Proposals;

/// <summary>
/// A second person approves or rejects, the one who proposed may withdraw. Who decides what he proposed himself is
/// refused here, and by the database.
/// </summary>
internal static partial class DecideProposal
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "approve", ProposalStatus.Approved, "Approve a proposal of somebody else: it is carried out now");
        Map(routes, "reject", ProposalStatus.Rejected, "Reject a proposal of somebody else");
        Map(routes, "withdraw", ProposalStatus.Withdrawn, "Withdraw a proposal of one's own");
    }

    private static void Map(IEndpointRouteBuilder routes, string verb, ProposalStatus status, string summary) => routes
        .MapPost($"/v1/ledger/proposals/{{id}}/{verb}",
            (string id, Caller caller, Handler handler, CancellationToken cancellationToken) =>
                handler.RunAsync(id, status, caller, cancellationToken))
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName($"{verb}LedgerProposal").WithTags("Ledger proposals")
        .WithSummary(summary)
        .Produces<LedgerProposal>()
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal sealed partial class Handler(
        DbSession session, ProposalStore proposals, IEnumerable<IProposalKind> kinds, TimeProvider clock,
        ILogger<Handler> logger)
    {
        public async Task<IResult> RunAsync(
            string text, ProposalStatus status, Caller caller, CancellationToken cancellationToken)
        {
            if (!ProposalId.TryParse(text, null, out var id))
                return Problems.NotFound();
            await session.BeginAsync(caller.Tenant, cancellationToken);
            if (await proposals.LockAsync(id, cancellationToken) is not { } proposal)
                return Problems.NotFound();
            // The same decision by the same person once more is a repeated request.
            if (proposal.Status == status && proposal.DecidedBy == caller.Subject)
                return TypedResults.Ok(LedgerProposal.Of(proposal));
            if (proposal.Status != ProposalStatus.Proposed)
                return Problems.Conflict(Problems.InvalidTransition, "This proposal is decided already.");
            var isOwn = proposal.ProposedBy == caller.Subject;
            if (isOwn != (status == ProposalStatus.Withdrawn))
                return Problems.Deny(isOwn
                    ? "A second person decides what you proposed; you may withdraw it."
                    : "Only who proposed this may withdraw it; you may reject it.");

            object? result = null;
            if (status == ProposalStatus.Approved)
            {
                var kind = kinds.Single(one => one.Kind == proposal.Kind);
                (result, var problem) = await kind.CarryOutAsync(proposal, caller.Subject, cancellationToken);
                if (problem is not null)
                    return problem;
            }
            var decided = proposal.Decide(status, caller.Subject, clock.Now(),
                result is null ? null : JsonSerializer.Serialize(result, ContractJson.Options));
            await proposals.SaveDecisionAsync(decided, cancellationToken);
            await session.CommitAsync(cancellationToken);
            LogDecided(logger, proposal.Kind, proposal.Id, status);
            return TypedResults.Ok(LedgerProposal.Of(decided));
        }

        [LoggerMessage(Level = LogLevel.Information, Message = "Proposal {Kind} {ProposalId} is {Status} now")]
        private static partial void LogDecided(
            ILogger logger, string kind, ProposalId proposalId, ProposalStatus status);
    }
}
