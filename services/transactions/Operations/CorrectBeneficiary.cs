using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Operations;

/// <summary>The details that were wrong; what is left out stays as it was.</summary>
/// <param name="PayoutDetails">Complete, if given: they replace the earlier ones.</param>
internal sealed record CorrectBeneficiaryRequest(string? FullName, PayoutDetailsInput? PayoutDetails)
{
    public override string ToString() => "(personal data)";
}

/// <summary>
/// The partner corrects what the provider refused for good. The beneficiary becomes a new version of itself and the
/// transfer is screened again before anything is sent.
/// </summary>
internal sealed class CorrectBeneficiary(
    Transfers transfers, Parties parties, PartyVault vault, PartyKeys keys, Gates gates,
    TransactionResponses responses)
{
    private const int MaxName = 140;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/transactions/{id}/beneficiary-corrections", HandleAsync)
            .RequireAccess(Scopes.TransactionsWrite, Contracts.Roles.Cashier, Contracts.Roles.Agent,
                Contracts.Roles.Manager)
            .WithName("CorrectBeneficiary").WithSummary(
                "Correct the beneficiary of a transfer that could not be delivered")
            .WithTags("Transactions").WithGroupName("partners")
            .Produces<TransactionResponse>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404)
            .ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        string id, CorrectBeneficiaryRequest request, Caller caller, DbSession session, IServiceProvider scope,
        CancellationToken cancellationToken)
    {
        if (!TransactionId.TryParse(id, null, out var transactionId))
            return Problems.NotFound();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var answer = await scope.GetRequiredService<CorrectBeneficiary>()
            .RunAsync(transactionId, request, cancellationToken);
        if (answer is IStatusCodeHttpResult { StatusCode: 200 })
            await session.CommitAsync(cancellationToken);
        return answer;
    }

    private async Task<IResult> RunAsync(
        TransactionId id, CorrectBeneficiaryRequest request, CancellationToken cancellationToken)
    {
        var transfer = await transfers.LockAsync(id, cancellationToken);
        if (transfer is null)
            return Problems.NotFound();
        var validation = new Validation();
        validation.Check(request.FullName is not null || request.PayoutDetails is not null, "",
            "Give fullName, payoutDetails or both.");
        if (request.FullName is not null)
            OneLine.Require(validation, request.FullName, "/fullName", MaxName);
        request.PayoutDetails?.Validate(validation, "/payoutDetails", transfer.PayoutMethod);
        if (validation.Failed)
            return validation.ToProblem();

        var decision = await transfers.ApplyAsync(transfer, TransferEvent.CorrectDetails, cancellationToken);
        if (decision.Kind != DecisionKind.Transition)
            return Problems.Conflict(Problems.InvalidTransition, "This transfer does not wait for a correction.");
        var known = await transfers.Db.Parties.AsNoTracking()
            .SingleAsync(party => party.TenantId == transfer.TenantId && party.Id == transfer.BeneficiaryId,
                cancellationToken);
        var changed = await parties.ChangeAsync(known, row => Corrected(vault.Open(row), request), cancellationToken,
            // By its wrong details it is not known again: whoever gives those means another one.
            row => row.Fingerprint = null, how: PartyChange.Correction);
        if (changed.Row is not { } beneficiary)
            return TransferParties.Problem(changed.Refusal!.Value, "the beneficiary");
        if (request.PayoutDetails?.ToDetails() is { } payout)
            transfer.Redirect(vault.SealFor(beneficiary, transfer.Id, payout),
                PartyIdentity.AccountOf(transfer.PayoutMethod, payout) is { } account
                    ? keys.Account(transfer.TenantId, account)
                    : beneficiary.LinkKey, transfers.Now);
        // What stands frozen is screened when that ends.
        if (transfer.Stage != TransferStage.Frozen)
            await gates.RequestScreeningAsync(transfer, cancellationToken);
        await transfers.SaveAsync(cancellationToken);
        return TypedResults.Ok(await responses.OfAsync(transfer, cancellationToken));
    }

    private static PartyRecord Corrected(PartyRecord known, CorrectBeneficiaryRequest request) => known with
    {
        FullName = request.FullName?.Trim() ?? known.FullName,
        Payout = request.PayoutDetails?.ToDetails() ?? known.Payout,
    };
}
