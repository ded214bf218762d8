using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>
/// The transactions service asks before it erases a customer: as long as a case holds one of these parties, nothing of
/// them goes. The gateway does not route it.
/// </summary>
internal static class FindHolds
{
    private const int MaxParties = 1000;

    /// <param name="Parties">1 to 1000: a customer, and whom the customer sent money to.</param>
    public sealed record HoldQuestion(TenantId? Tenant, IReadOnlyList<PartyId>? Parties);

    public sealed record HoldAnswer(bool IsHeld);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/internal/holds", HandleAsync)
        .RequireAccess(Scopes.PartiesInternal)
        .WithName("FindHolds").WithSummary("Whether a case holds one of these parties").WithTags("Internal")
        .Produces<HoldAnswer>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        HoldQuestion request, Caller caller, ComplianceWork work, CancellationToken cancellationToken)
    {
        if (!caller.IsIn(Roles.Service))
            return Problems.Deny("Only services may ask this.");
        var validation = new Validation();
        validation.Require(request.Tenant, "/tenant");
        validation.Check(
            request.Parties is { Count: > 0 and <= MaxParties }, "/parties", $"1 to {MaxParties} parties.");
        if (validation.Failed)
            return validation.ToProblem();
        await work.BeginAsync(request.Tenant!.Value, cancellationToken);
        return TypedResults.Ok(new HoldAnswer(
            await CustomerCases.AreHeldAsync(work.Session, request.Parties!, cancellationToken)));
    }
}
