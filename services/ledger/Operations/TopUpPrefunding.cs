using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations;

/// <summary>Money of our own was moved to a payout partner, so that it pays out on our behalf.</summary>
internal static class TopUpPrefunding
{
    /// <param name="Amount">What arrived at the partner.</param>
    /// <param name="Cost">What it cost us, in the currency it was bought with; the amount itself unless given.</param>
    public sealed record TopUpRequest(Money? Amount, Money? Cost);

    /// <param name="Account">The prefunded balance after the top-up.</param>
    public sealed record TopUpAnswer(EntryId EntryId, LedgerAccount Account);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/ledger/prefunding/{partner}/top-ups", HandleAsync)
        .RequireRole(Roles.Finance)
        .WithName("topUpPrefunding").WithTags("Ledger")
        .WithSummary("Book a top-up of a payout partner's prefunded balance")
        .NeedsIdempotencyKey()
        .Produces<TopUpAnswer>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        string partner, TopUpRequest request, Caller caller, HttpContext http, IdempotentRequests requests,
        Handler handler)
    {
        var validation = new Validation();
        validation.Check(AccountCodes.IsName(partner), "partner",
            $"A partner is 1 to {AccountCodes.MaxNameLength} letters, digits, dots, hyphens or underscores.");
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
            ? validation.ToProblem()
            : await requests.RunAsync(http, caller.Tenant, "top-up", request, () => handler.RunAsync(
                partner, request.Amount!.Value, request.Cost ?? request.Amount.Value,
                http.Request.Headers[IdempotentRequests.Header].ToString(), caller.Subject, http.RequestAborted));
    }

    internal sealed class Handler(LedgerPosting ledger, AccountStore accounts, EntryStore entries)
    {
        public async Task<(Reply?, ProblemHttpResult?)> RunAsync(
            string partner, Money amount, Money cost, string requestKey, string subject,
            CancellationToken cancellationToken)
        {
            var key = EntryKey.OfRequest(BookSteps.TopUp, requestKey);
            List<PostingRequest> groups = [new([Prefunding.TopUp(key, partner, amount, cost)], subject)];
            if (await SettlementAsync(partner, amount, key, requestKey, cancellationToken) is { } settlement)
                groups.Add(new PostingRequest([settlement], subject));

            // Should another top-up settle the fees at the same moment, the second group is refused and there is
            // nothing left to do.
            var outcome = (await ledger.PostAllAsync(groups, cancellationToken))[0];
            if (outcome.Refusal is { } refusal)
                return (null, RefusalProblem.Of(refusal));
            var prefund = new AccountName(AccountCodes.Prefund(partner, amount.Currency), amount.Currency);
            var account = Views.Of((await accounts.FindAsync(prefund, cancellationToken))!);
            return (new Reply(StatusCodes.Status201Created, new TopUpAnswer(outcome.Entries[0].Id, account),
                $"/v1/ledger/accounts/{prefund.Code}/{prefund.Currency.Code}"), null);
        }

        /// <summary>Only beside a new top-up: a repeated one has settled what there was.</summary>
        private async Task<Post?> SettlementAsync(
            string partner, Money amount, EntryKey topUp, string requestKey, CancellationToken cancellationToken)
        {
            if ((await entries.FindAsync([], [topUp.Text], cancellationToken)).Count > 0)
                return null;
            var name = new AccountName(AccountCodes.Owed(partner, amount.Currency), amount.Currency);
            return await accounts.FindAsync(name, cancellationToken) is { } owed
                ? Prefunding.SettleFees(EntryKey.OfRequest(BookSteps.FeesSettled, requestKey), partner,
                    new Money(owed.Balance, amount.Currency), amount)
                : null;
        }
    }
}
