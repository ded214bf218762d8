using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Operations.Customers;

/// <param name="EraseAfter">When it will be done, if nothing happens that the law wants kept.</param>
internal sealed record ErasureResponse(PartyId Id, DateTimeOffset EraseAfter);

/// <summary>For how many years after the last transfer a customer's record is kept.</summary>
internal sealed record RetentionView(int? Years);

/// <summary>
/// Erases a customer, or says until when that has to wait; until then there are no new transfers. It is done by
/// itself when the time has come.
/// </summary>
internal static class DeleteCustomer
{
    public const string Retained = "RETENTION_NOT_OVER";

    private const int MaxYears = 30;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapDelete("/v1/customers/{id}", HandleAsync).RequireRole(Contracts.Roles.Manager)
            .WithName("DeleteCustomer").WithSummary("Erase a customer when the record need not be kept any more")
            .WithTags("Customers")
            .Produces<ErasureResponse>(202).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404)
            .ProducesProblem(409);
        routes.MapGet("/v1/customer-retention", GetRetentionAsync).RequireRole(Contracts.Roles.Manager)
            .WithName("GetCustomerRetention").WithSummary("How long customers' records are kept")
            .WithTags("Customers").Produces<RetentionView>().ProducesProblem(401).ProducesProblem(403);
        routes.MapPut("/v1/customer-retention", PutRetentionAsync).RequireRole(Contracts.Roles.Manager)
            .WithName("PutCustomerRetention").WithSummary("Change how long customers' records are kept")
            .WithTags("Customers").Produces<RetentionView>().ProducesProblem(401).ProducesProblem(403)
            .ProducesProblem(422);
    }

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, DbSession session, IServiceProvider scope, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (!PartyId.TryParse(id, null, out var customer))
            return Problems.NotFound();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var after = await scope.GetRequiredService<Erasure>().RestrictAsync(customer, cancellationToken);
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

    private static async Task<IResult> GetRetentionAsync(
        Caller caller, DbSession session, IServiceProvider scope, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        return TypedResults.Ok(
            new RetentionView(await scope.GetRequiredService<Erasure>().YearsAsync(cancellationToken)));
    }

    private static async Task<IResult> PutRetentionAsync(
        RetentionView request, Caller caller, DbSession session, IServiceProvider scope,
        CancellationToken cancellationToken)
    {
        if (request.Years is not (>= 1 and <= MaxYears))
            return Problems.Invalid("/years", $"A record is kept for 1 to {MaxYears} years.");
        await session.BeginAsync(caller.Tenant, cancellationToken);
        await scope.GetRequiredService<Erasure>().SetYearsAsync(
            request.Years.Value, caller.Subject, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(request);
    }
}
