using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Operations.Proposals;
using FinCode.Ledger.Posting;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations.Reconciliation;

/// <summary>
/// Money of our own goes to the safeguarding account because too little is held for customers: one person says so, and
/// it is booked when a second approves.
/// </summary>
internal static class TopUpSafeguarding
{
    private const string ProposalKind = "SAFEGUARDING_TOP_UP";

    public sealed record SafeguardingTopUpRequest(Money? Amount, string? Reason);

    public sealed record SafeguardingTopUpResult(EntryId EntryId);

    internal sealed record TopUp(Money Amount);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/ledger/safeguarding/top-ups", HandleAsync)
        .RequireRole(Roles.Finance)
        .WithName("topUpSafeguarding").WithTags(ReconciliationViews.Tag)
        .WithSummary("Propose a top-up of the safeguarding account of the amount's currency from our own money")
        .NeedsIdempotencyKey()
        .Produces<LedgerProposal>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static Task<IResult> HandleAsync(
        SafeguardingTopUpRequest request, Caller caller, HttpContext http, ProposalDesk desk)
    {
        var validation = new Validation();
        validation.RequireText(request.Reason, "/reason", ProposalDesk.MaxReasonLength);
        if (validation.Require(request.Amount, "/amount"))
            validation.Check(request.Amount.Value.IsPositive, "/amount", "The amount is more than zero.");
        return validation.Failed
            ? Task.FromResult<IResult>(validation.ToProblem())
            : desk.ProposeAsync(http, caller, ProposalKind, new TopUp(request.Amount!.Value), request.Reason!);
    }

    internal sealed class Approved(LedgerPosting ledger) : IProposalKind
    {
        private const string Step = "safeguarding-top-up";

        public string Kind => ProposalKind;

        public async Task<(object? Result, ProblemHttpResult? Problem)> CarryOutAsync(
            Proposal proposal, string approvedBy, CancellationToken cancellationToken)
        {
            var amount = JsonSerializer.Deserialize<TopUp>(proposal.Content, ContractJson.Options)!.Amount;
            var entry = new Post(EntryKey.OfRequest(Step, proposal.Id.ToString()),
                [
                    Leg.Debit(AccountCodes.Complete("safeguarding", amount.Currency), amount),
                    Leg.Credit(AccountCodes.Own(amount.Currency), amount),
                ]);
            var outcome = await ledger.PostAsync([entry], cancellationToken, proposal.ProposedBy, approvedBy);
            return outcome.Refusal is { } refusal
                ? (null, RefusalProblem.Of(refusal))
                : (new SafeguardingTopUpResult(outcome.Entries[0].Id), null);
        }
    }
}
