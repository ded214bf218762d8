using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>The editions of the tenant's own list.</summary>
internal static class GetOwnList
{
    /// <param name="Editions">The newest first, at most 50.</param>
    public sealed record OwnListsView(IReadOnlyList<OwnListView> Editions);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/screening-lists/own", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("GetOwnScreeningList").WithSummary("The editions of the list of your own")
        .WithTags("Screening lists")
        .Produces<OwnListsView>().ProducesProblem(403);

    private static async Task<IResult> HandleAsync(
        Caller caller, ComplianceWork work, CancellationToken cancellationToken)
    {
        await work.BeginAsync(caller.Tenant, cancellationToken);
        var editions = await OwnListStore.ReadAllAsync(work.Session, cancellationToken);
        return TypedResults.Ok(new OwnListsView(editions.ConvertAll(OwnListView.Of)));
    }
}
