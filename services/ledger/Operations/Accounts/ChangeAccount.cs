using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Operations.Proposals;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Storage;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations.Accounts;

/// <summary>
/// Another status, owner, other limits or metadata: proposed by one person, done when a second approves.
/// </summary>
internal static class ChangeAccount
{
    private const string ProposalKind = "ACCOUNT_CHANGE";
    private const int MaxOwnerLength = 100;

    /// <summary>The account as it shall be: what is missing is taken away, but for the status.</summary>
    /// <param name="Status">ACTIVATED, FROZEN (takes nothing; what is pending may be let go) or CLOSED (empty).</param>
    /// <param name="Minimum">The lowest available balance; below zero it is an overdraft. None unless given.</param>
    /// <param name="Maximum">The highest balance with what is to come. None unless given.</param>
    public sealed record ChangeAccountRequest(
        string? Reason, AccountStatus? Status, string? Owner, Money? Minimum, Money? Maximum,
        IReadOnlyDictionary<string, string>? Metadata);

    /// <summary>What is stored: the change and the account that it is about.</summary>
    internal sealed record AccountChange(
        string Account, string Currency, AccountStatus? Status, string? Owner, Money? Minimum, Money? Maximum,
        IReadOnlyDictionary<string, string>? Metadata);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/ledger/accounts/{account}/{currency}/changes", HandleAsync)
        .RequireRole(Roles.Finance)
        .WithName("proposeLedgerAccountChange").WithTags("Ledger proposals")
        .WithSummary("Propose another status, owner, other limits or metadata of an account")
        .NeedsIdempotencyKey()
        .Produces<LedgerProposal>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static Task<IResult> HandleAsync(
        string account, string currency, ChangeAccountRequest request, Caller caller, HttpContext http,
        ProposalDesk desk)
    {
        var validation = new Validation();
        var known = validation.RequireCurrency(currency, "currency");
        validation.RequireText(request.Reason, "/reason", ProposalDesk.MaxReasonLength);
        validation.OptionalText(request.Owner, "/owner", MaxOwnerLength);
        MetadataRules.Check(request.Metadata, validation, "/metadata");
        AccountLimits.Check(request.Minimum, request.Maximum, known, validation);
        return validation.Failed
            ? Task.FromResult<IResult>(validation.ToProblem())
            : desk.ProposeAsync(http, caller, ProposalKind, new AccountChange(account, currency, request.Status,
                request.Owner, request.Minimum, request.Maximum, request.Metadata), request.Reason!);
    }

    internal sealed class Approved(LedgerPosting ledger, AccountStore accounts) : IProposalKind
    {
        public string Kind => ProposalKind;

        public async Task<(object? Result, ProblemHttpResult? Problem)> CarryOutAsync(
            Proposal proposal, string approvedBy, CancellationToken cancellationToken)
        {
            var change = JsonSerializer.Deserialize<AccountChange>(proposal.Content, ContractJson.Options)!;
            var name = new AccountName(change.Account, Currency.Of(change.Currency));
            AccountBalance? changed = null;
            ProblemHttpResult? problem = null;
            await ledger.AddEventsAsync(async (head, bookedAt) =>
            {
                (changed, problem) = Apply(await accounts.FindAsync(name, cancellationToken), change);
                return changed is null
                    ? []
                    : [new AccountEvent(head.Position + 1, IsOpening: false, changed, bookedAt, proposal.ProposedBy,
                        approvedBy)];
            }, cancellationToken);
            return changed is null ? (null, problem) : (Views.Of(changed), null);
        }

        private static (AccountBalance?, ProblemHttpResult?) Apply(AccountBalance? account, AccountChange change)
        {
            if (account is null)
                return (null, Problems.NotFound("There is no such account in your book."));
            if (account.Status == AccountStatus.Closed)
                return (null, Problems.Conflict(Problems.InvalidTransition, "The account is closed for good."));
            var changed = account with
            {
                Status = change.Status ?? account.Status,
                Owner = change.Owner,
                Minimum = change.Minimum?.MinorUnits,
                Maximum = change.Maximum?.MinorUnits,
                Metadata = Metadata.Write(change.Metadata),
            };
            if (changed.BrokenLimit() is { } broken)
                return (null, Problems.Of(StatusCodes.Status422UnprocessableEntity, Problems.LimitExceeded,
                    $"The account does not keep within these limits now: {broken.Detail}"));
            return changed.Status == AccountStatus.Closed && !changed.IsEmpty
                ? (null, Problems.Conflict(Problems.InvalidTransition, "Only an empty account is closed."))
                : (changed, null);
        }
    }
}
