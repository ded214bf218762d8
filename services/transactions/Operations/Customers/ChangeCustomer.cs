using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Jobs;
using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Operations.Customers;

/// <summary>
/// Replaces a customer's profile. Other details are a new version, which is screened; transfers under way are screened
/// again before they leave, and those that waited for the details go on.
/// </summary>
internal sealed class ChangeCustomer(
    Parties parties, Transfers transfers, PartyVault vault, JobSignal<ResumeWhenDetailsAreGiven> resume)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/v1/customers/{id}", HandleAsync)
        .RequireAccess(Scopes.TransactionsWrite, Contracts.Roles.Cashier, Contracts.Roles.Agent,
            Contracts.Roles.Manager)
        .WithName("ChangeCustomer").WithSummary("Replace a customer's profile").WithTags("Customers")
        .WithGroupName("partners")
        .Produces<CustomerResponse>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404)
        .ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        string id, PartyInput request, Caller caller, DbSession session, TimeProvider clock, IServiceProvider scope,
        CancellationToken cancellationToken)
    {
        if (!PartyId.TryParse(id, null, out var partyId))
            return Problems.NotFound();
        var validation = new Validation();
        request.Validate(validation, "", PartyRole.Sender, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        if (validation.Failed)
            return validation.ToProblem();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var answer = await scope.GetRequiredService<ChangeCustomer>().RunAsync(partyId, request, cancellationToken);
        if (answer is IStatusCodeHttpResult { StatusCode: 200 })
            await session.CommitAsync(cancellationToken);
        return answer;
    }

    private async Task<IResult> RunAsync(PartyId id, PartyInput request, CancellationToken cancellationToken)
    {
        if (await parties.FindCustomerAsync(id, cancellationToken) is not { } known)
            return Problems.NotFound();
        var recorded = await parties.ChangeAsync(
            known, _ => request.ToRecord(null), cancellationToken, row => Register(row, request.Reference));
        if (recorded.Row is not { } changed)
            return TransferParties.Problem(recorded.Refusal!.Value, "the customer");
        transfers.AfterCommit(resume.Wake);
        return TypedResults.Ok(CustomerViews.Customer(changed, vault));
    }

    /// <summary>Who is changed by its id is known by it from now on. A reference that is left out stays.</summary>
    internal static void Register(PartyRow row, string? reference)
    {
        row.IsRegistered = true;
        row.Fingerprint = null;
        row.Reference = reference ?? row.Reference;
    }
}
