using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Transactions.Operations.Customers;

/// <summary>
/// Registers a customer: somebody who sends. It is screened like every party. References and e-mail addresses are
/// unique in the tenant.
/// </summary>
internal sealed class CreateCustomer(Parties parties, PartyVault vault)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/customers", HandleAsync)
        .RequireAccess(Scopes.TransactionsWrite, Contracts.Roles.Cashier, Contracts.Roles.Agent,
            Contracts.Roles.Manager)
        .WithName("CreateCustomer").WithSummary("Register a customer").NeedsIdempotencyKey()
        .WithTags("Customers").WithGroupName("partners")
        .Produces<CustomerResponse>(201).ProducesProblem(400).ProducesProblem(401).ProducesProblem(403)
        .ProducesProblem(409).ProducesProblem(422);

    private static Task<IResult> HandleAsync(
        HttpContext http, PartyInput request, Caller caller, IdempotentRequests idempotent, TimeProvider clock,
        IServiceProvider scope)
    {
        var validation = new Validation();
        request.Validate(validation, "", PartyRole.Sender, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        return validation.Failed
            ? Task.FromResult<IResult>(validation.ToProblem())
            // The context lives inside the session's transaction, so the handler is made once that has begun.
            : idempotent.RunAsync(http, caller.Tenant, "create-customer", request,
                () => scope.GetRequiredService<CreateCustomer>().RunAsync(request, http.RequestAborted));
    }

    private async Task<(Reply?, ProblemHttpResult?)> RunAsync(
        PartyInput request, CancellationToken cancellationToken)
    {
        var recorded = await parties.RegisterAsync(
            new PartyClaim(PartyRole.Sender, null, request.ToRecord(null), request.Reference), cancellationToken);
        return recorded.Row is { } row
            ? (new Reply(201, CustomerViews.Customer(row, vault), $"/v1/customers/{row.Id}"), null)
            : (null, TransferParties.Problem(recorded.Refusal!.Value, "the customer"));
    }
}
