using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Transactions.Operations.Customers;

/// <summary>Registers somebody whom a customer sends money to. References are unique among a customer's.</summary>
internal sealed class CreateBeneficiary(Parties parties, PartyVault vault)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/customers/{id}/beneficiaries", HandleAsync)
            .RequireAccess(Scopes.TransactionsWrite, Contracts.Roles.Cashier, Contracts.Roles.Agent,
                Contracts.Roles.Manager)
            .WithName("CreateBeneficiary").WithSummary("Register a beneficiary of a customer").NeedsIdempotencyKey()
            .WithTags("Customers").WithGroupName("partners")
            .Produces<BeneficiaryResponse>(201).ProducesProblem(400).ProducesProblem(401).ProducesProblem(403)
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        string id, HttpContext http, BeneficiaryInput request, Caller caller, IdempotentRequests idempotent,
        TimeProvider clock, IServiceProvider scope)
    {
        if (!PartyId.TryParse(id, null, out var customer))
            return Problems.NotFound();
        var validation = Validate(request, clock);
        return validation.Failed
            ? validation.ToProblem()
            // The context lives inside the session's transaction, so the handler is made once that has begun.
            : await idempotent.RunAsync(http, caller.Tenant, "create-beneficiary", request,
                () => scope.GetRequiredService<CreateBeneficiary>()
                    .RunAsync(customer, request, http.RequestAborted));
    }

    internal static Validation Validate(BeneficiaryInput request, TimeProvider clock)
    {
        var validation = new Validation();
        if (validation.Require(request.Beneficiary, "/beneficiary"))
            request.Beneficiary.Validate(validation, "/beneficiary", PartyRole.Beneficiary,
                DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        request.PayoutDetails?.Validate(validation, "/payoutDetails", null);
        return validation;
    }

    private async Task<(Reply?, ProblemHttpResult?)> RunAsync(
        PartyId customer, BeneficiaryInput request, CancellationToken cancellationToken)
    {
        var owner = await parties.FindCustomerAsync(customer, cancellationToken);
        if (owner is null)
            return (null, Problems.NotFound());
        if (owner.RestrictedAt is not null)
            return (null, TransferParties.Problem(PartyRefusal.Restricted, "the customer"));
        var recorded = await parties.RegisterAsync(new PartyClaim(
            PartyRole.Beneficiary, customer, request.Beneficiary!.ToRecord(request.PayoutDetails?.ToDetails()),
            request.Beneficiary.Reference), cancellationToken);
        return recorded.Row is { } row
            ? (new Reply(201, CustomerViews.Beneficiary(row, vault),
                $"/v1/customers/{customer}/beneficiaries/{row.Id}"), null)
            : (null, TransferParties.Problem(recorded.Refusal!.Value, "the beneficiary"));
    }
}
