using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Transactions.Operations.Customers;

/// <summary>For how many years after the last transfer a customer's record is kept.</summary>
internal sealed record RetentionInput(int? Years);

/// <param name="Years">What counts.</param>
/// <param name="ProposedYears">What counts once somebody else approves it; missing when nothing is proposed.</param>
internal sealed record RetentionView(int Years, int? ProposedYears, string? ProposedBy);

/// <summary>
/// How long customers' records are kept. Less than five years is proposed by one MANAGER and approved by another one.
/// </summary>
internal static class ChangeRetention
{
    public const string FourEyes = "FOUR_EYES";

    private const int MaxYears = 30;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/customer-retention", GetAsync).RequireRole(Contracts.Roles.Manager)
            .WithName("GetCustomerRetention").WithSummary("How long customers' records are kept")
            .WithTags("Customers").Produces<RetentionView>().ProducesProblem(401).ProducesProblem(403);
        routes.MapPut("/v1/customer-retention", PutAsync).RequireRole(Contracts.Roles.Manager)
            .WithName("PutCustomerRetention").WithSummary("Change how long customers' records are kept")
            .WithTags("Customers").Produces<RetentionView>().Produces<RetentionView>(202).ProducesProblem(401)
            .ProducesProblem(403).ProducesProblem(422);
        routes.MapPost("/v1/customer-retention/approvals", ApproveAsync).RequireRole(Contracts.Roles.Manager)
            .WithName("ApproveCustomerRetention").WithSummary("Approve that customers' records are kept shorter")
            .WithTags("Customers").Produces<RetentionView>().ProducesProblem(401).ProducesProblem(403)
            .ProducesProblem(409).ProducesProblem(422);
    }

    public static ProblemHttpResult SamePerson() => Problems.Of(
        StatusCodes.Status403Forbidden, FourEyes, "Whoever asked for it does not approve it.");

    private static async Task<IResult> GetAsync(
        Caller caller, DbSession session, CustomerRetention retention, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        return TypedResults.Ok(await ViewAsync(retention, cancellationToken));
    }

    private static async Task<IResult> PutAsync(RetentionInput request, Caller caller, DbSession session,
        CustomerRetention retention, CancellationToken cancellationToken)
    {
        if (request.Years is not (>= 1 and <= MaxYears))
            return Problems.Invalid("/years", $"A record is kept for 1 to {MaxYears} years.");
        var isAtOnce = request.Years >= CustomerRetention.DefaultYears;
        await session.BeginAsync(caller.Tenant, cancellationToken);
        await (isAtOnce
            ? retention.SetAsync(request.Years.Value, caller.Subject, cancellationToken)
            : retention.ProposeAsync(request.Years.Value, caller.Subject, cancellationToken));
        var view = await ViewAsync(retention, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return isAtOnce ? TypedResults.Ok(view) : TypedResults.Accepted((string?)null, view);
    }

    private static async Task<IResult> ApproveAsync(RetentionInput request, Caller caller, DbSession session,
        CustomerRetention retention, CancellationToken cancellationToken)
    {
        if (request.Years is null)
            return Problems.Invalid("/years", "The years that were read as proposed.");
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var proposed = await retention.GetAsync(cancellationToken, isLocked: true);
        if (proposed.ProposedYears != request.Years)
            return Problems.Conflict(Problems.InvalidTransition, "That is not what is proposed.");
        if (proposed.ProposedBy == caller.Subject)
            return SamePerson();
        await retention.ApproveAsync(caller.Subject, cancellationToken);
        var view = await ViewAsync(retention, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(view);
    }

    private static async Task<RetentionView> ViewAsync(
        CustomerRetention retention, CancellationToken cancellationToken)
    {
        var (years, proposedYears, proposedBy) = await retention.GetAsync(cancellationToken);
        return new RetentionView(years, proposedYears, proposedBy);
    }
}
