using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Jobs;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Operations.Customers;

/// <summary>
/// Replaces a beneficiary's profile. Transfers under way keep the payout details they were ordered with, and are
/// screened again before they leave.
/// </summary>
internal sealed class ChangeBeneficiary(
    Parties parties, Transfers transfers, PartyVault vault, JobSignal<ResumeWhenDetailsAreGiven> resume)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPut("/v1/customers/{id}/beneficiaries/{beneficiaryId}", HandleAsync)
            .RequireAccess(Scopes.TransactionsWrite, Contracts.Roles.Cashier, Contracts.Roles.Agent,
                Contracts.Roles.Manager)
            .WithName("ChangeBeneficiary").WithSummary("Replace a beneficiary's profile").WithTags("Customers")
            .WithGroupName("partners")
            .Produces<BeneficiaryResponse>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404)
            .ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        string id, string beneficiaryId, BeneficiaryInput request, Caller caller, DbSession session,
        TimeProvider clock, IServiceProvider scope, CancellationToken cancellationToken)
    {
        if (!PartyId.TryParse(id, null, out var customer)
            || !PartyId.TryParse(beneficiaryId, null, out var beneficiary))
            return Problems.NotFound();
        var validation = CreateBeneficiary.Validate(request, clock);
        if (validation.Failed)
            return validation.ToProblem();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var answer = await scope.GetRequiredService<ChangeBeneficiary>()
            .RunAsync(customer, beneficiary, request, cancellationToken);
        if (answer is IStatusCodeHttpResult { StatusCode: 200 })
            await session.CommitAsync(cancellationToken);
        return answer;
    }

    private async Task<IResult> RunAsync(
        PartyId customer, PartyId id, BeneficiaryInput request, CancellationToken cancellationToken)
    {
        if (await parties.FindBeneficiaryAsync(customer, id, cancellationToken) is not { } known)
            return Problems.NotFound();
        var recorded = await parties.ChangeAsync(
            known, _ => request.Beneficiary!.ToRecord(request.PayoutDetails?.ToDetails()), cancellationToken,
            row => ChangeCustomer.Register(row, request.Beneficiary!.Reference));
        if (recorded.Row is not { } changed)
            return TransferParties.Problem(recorded.Refusal!.Value, "the beneficiary");
        transfers.AfterCommit(resume.Wake);
        return TypedResults.Ok(CustomerViews.Beneficiary(changed, vault));
    }
}
