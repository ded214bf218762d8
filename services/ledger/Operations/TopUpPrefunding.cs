using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Operations.Monitors;
using FinCode.Ledger.Operations.Proposals;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Storage;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations;

/// <summary>
/// Money of our own was moved to a payout partner, so that it pays out on our behalf: one person says so, and it is
/// booked when a second approves.
/// </summary>
internal static class TopUpPrefunding
{
    private const string ProposalKind = "TOP_UP";

    /// <param name="Amount">What arrived at the partner.</param>
    /// <param name="Cost">What it cost us, in the currency it was bought with; the amount itself unless given.</param>
    /// <param name="Reason">For the file; at most 2000 characters.</param>
    public sealed record TopUpRequest(Money? Amount, Money? Cost, string? Reason);

    /// <param name="Account">The prefunded balance after the top-up.</param>
    public sealed record TopUpResult(EntryId EntryId, LedgerAccount Account);

    internal sealed record TopUp(string Partner, Money Amount, Money Cost);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/ledger/prefunding/{partner}/top-ups", HandleAsync)
        .RequireRole(Roles.Finance)
        .WithName("topUpPrefunding").WithTags("Ledger proposals")
        .WithSummary("Propose a top-up of a payout partner's prefunded balance")
        .NeedsIdempotencyKey()
        .Produces<LedgerProposal>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static Task<IResult> HandleAsync(
        string partner, TopUpRequest request, Caller caller, HttpContext http, ProposalDesk desk)
    {
        var validation = new Validation();
        validation.Check(AccountCodes.IsName(partner), "partner",
            $"A partner is 1 to {AccountCodes.MaxNameLength} letters, digits, dots, hyphens or underscores.");
        validation.OptionalText(request.Reason, "/reason", ProposalDesk.MaxReasonLength);
        if (validation.Require(request.Amount, "/amount"))
            validation.Check(request.Amount.Value.IsPositive, "/amount", "The amount is more than zero.");
        if (request.Cost is { } given)
        {
            validation.Check(given.IsPositive, "/cost", "The cost is more than zero.");
            validation.Check(
                request.Amount is not { } amount || amount.Currency != given.Currency || amount == given, "/cost",
                "In one currency the cost is the amount.");
        }
        return validation.Failed
            ? Task.FromResult<IResult>(validation.ToProblem())
            : desk.ProposeAsync(http, caller, ProposalKind,
                new TopUp(partner, request.Amount!.Value, request.Cost ?? request.Amount.Value),
                string.IsNullOrWhiteSpace(request.Reason) ? $"Top-up at {partner}" : request.Reason);
    }

    internal sealed class Approved(
        LedgerPosting ledger, BookLog log, AccountStore accounts, LowPrefunding low) : IProposalKind
    {
        public string Kind => ProposalKind;

        public async Task<(object? Result, ProblemHttpResult? Problem)> CarryOutAsync(
            Proposal proposal, string approvedBy, CancellationToken cancellationToken)
        {
            var (partner, amount, cost) = JsonSerializer.Deserialize<TopUp>(proposal.Content, ContractJson.Options)!;
            var requestKey = proposal.Id.ToString();
            List<Instruction> linked =
                [Prefunding.TopUp(EntryKey.OfRequest(BookSteps.TopUp, requestKey), partner, amount, cost)];

            // With the book held, so that what is owed is still owed when it is settled.
            await log.HoldAsync(cancellationToken);
            var owed = await accounts.FindAsync(
                new AccountName(AccountCodes.Owed(partner, amount.Currency), amount.Currency), cancellationToken);
            if (owed is not null && Prefunding.SettleFees(EntryKey.OfRequest(BookSteps.FeesSettled, requestKey),
                partner, new Money(owed.Balance, amount.Currency), amount) is { } settlement)
                linked.Add(settlement);

            var outcome = await ledger.PostAsync(linked, cancellationToken, proposal.ProposedBy, approvedBy);
            if (outcome.Refusal is { } refusal)
                return (null, RefusalProblem.Of(refusal));
            var prefund = new AccountName(AccountCodes.Prefund(partner, amount.Currency), amount.Currency);
            var account = (await accounts.FindAsync(prefund, cancellationToken))!;
            await low.WatchAsync(account, approvedBy, cancellationToken);
            return (new TopUpResult(outcome.Entries[0].Id, Views.Of(account)), null);
        }
    }
}
