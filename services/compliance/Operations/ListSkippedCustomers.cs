using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>The customers who could not be read when list entries changed; each is tried again by itself.</summary>
internal static class ListSkippedCustomers
{
    private const int MaxSkipped = 100;

    /// <param name="ListVersion">The version whose changed entries the customer has yet to meet.</param>
    /// <param name="Tries">How often so far.</param>
    public sealed record SkippedCustomerView(
        PartyId PartyId, long ListVersion, int Tries, DateTimeOffset SkippedAt, DateTimeOffset NextAt);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/customer-alerts/skipped", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ListSkippedCustomers")
        .WithSummary("Customers who have yet to meet changed list entries, at most 100").WithTags("Screening lists")
        .Produces<IReadOnlyList<SkippedCustomerView>>().ProducesProblem(403);

    private static async Task<IResult> HandleAsync(
        Caller caller, ComplianceWork work, CancellationToken cancellationToken)
    {
        await work.BeginAsync(caller.Tenant, cancellationToken);
        var skipped = await RescreeningSkips.ReadAsync(work.Session, MaxSkipped, cancellationToken);
        return TypedResults.Ok(skipped.ConvertAll(one => new SkippedCustomerView(
            one.Party.Id, one.ListVersion, one.Tries, one.SkippedAt, one.NextAt)));
    }
}
