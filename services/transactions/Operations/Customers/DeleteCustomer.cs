using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Operations.Customers;

/// <param name="EraseAfter">When it will be done, if nothing happens that the law wants kept.</param>
internal sealed record ErasureResponse(PartyId Id, DateTimeOffset EraseAfter);

/// <summary>
/// Erases a customer, or says until when that has to wait; until then there are no new transfers. It is done by
/// itself when the time has come and a second person has approved it.
/// </summary>
internal static class DeleteCustomer
{
    public const string Retained = "RETENTION_NOT_OVER";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapDelete("/v1/customers/{id}", HandleAsync).RequireRole(Contracts.Roles.Manager)
            .WithName("DeleteCustomer").WithSummary("Erase a customer when the record need not be kept any more")
            .WithTags("Customers")
            .Produces<ErasureResponse>(202).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404)
            .ProducesProblem(409);
        routes.MapPost("/v1/customers/{id}/erasure-approvals", ApproveAsync).RequireRole(Contracts.Roles.Manager)
            .WithName("ApproveErasure").WithSummary("Approve that a customer is erased").WithTags("Customers")
            .Produces<ErasureResponse>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);
    }

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, DbSession session, IServiceProvider scope, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (!PartyId.TryParse(id, null, out var customer))
            return Problems.NotFound();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var after = await scope.GetRequiredService<Erasure>().RestrictAsync(
            customer, caller.Subject, cancellationToken);
        if (after is not { } eraseAfter)
            return Problems.NotFound();
        // Also where it has to wait: from now on there are no new transfers.
        await session.CommitAsync(cancellationToken);
        if (eraseAfter <= clock.GetUtcNow().AddDays(1))
            return TypedResults.Accepted((string?)null, new ErasureResponse(customer, eraseAfter));
        return TypedResults.Problem(
            statusCode: StatusCodes.Status409Conflict,
            detail: $"The record has to be kept until {eraseAfter:yyyy-MM-dd}; until then it is only kept.",
            extensions: new Dictionary<string, object?> { ["code"] = Retained, ["eraseAfter"] = eraseAfter });
    }

    private static async Task<IResult> ApproveAsync(
        string id, Caller caller, DbSession session, IServiceProvider scope, CancellationToken cancellationToken)
    {
        if (!PartyId.TryParse(id, null, out var customer))
            return Problems.NotFound();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var answer = await scope.GetRequiredService<Erasure>().ApproveAsync(
            customer, caller.Subject, cancellationToken);
        if (answer is not var (isApproved, eraseAfter))
            return Problems.NotFound("There is no customer with that id whose erasure was asked for.");
        if (!isApproved)
            return ChangeRetention.SamePerson();
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(new ErasureResponse(customer, eraseAfter));
    }
}
