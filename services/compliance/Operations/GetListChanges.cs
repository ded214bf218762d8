using FinCode.Compliance.Lists;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>What an edition of a list changed: why customers met it again.</summary>
internal static class GetListChanges
{
    private const int MaxChanges = 500;

    /// <param name="Hash">SHA-256 over all that screening looks at in the entry; missing when it was removed.</param>
    public sealed record ListChangeView(string EntryId, EntryChangeKind Change, string? Hash);

    /// <param name="After">The last entry of the page, for the next one; missing on the last page.</param>
    public sealed record ListChangesView(
        string List, long Edition, IReadOnlyList<ListChangeView> Changes, string? After);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/screening-lists/{list}/editions/{edition:long}/changes", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager, Roles.Platform)
        .WithName("GetScreeningListChanges")
        .WithSummary("The entries that an edition added, changed or removed; the last ten editions are kept")
        .WithTags("Screening lists")
        .Produces<ListChangesView>().ProducesProblem(403).ProducesProblem(404);

    private static async Task<IResult> HandleAsync(string list, long edition, string? after, Caller caller,
        ComplianceWork work, CancellationToken cancellationToken)
    {
        await work.BeginAsync(caller.Tenant, cancellationToken);
        if (await ListEditionStore.ReadAsync(work.Session, list, edition, cancellationToken) is null)
            return Problems.NotFound();
        var changes = await ListEditionStore.ReadChangesAsync(
            work.Session, list, edition, after ?? "", MaxChanges, cancellationToken);
        return TypedResults.Ok(new ListChangesView(list, edition,
            [.. changes.Select(one => new ListChangeView(
                one.EntryId, one.Kind, one.Hash is null ? null : Convert.ToHexStringLower(one.Hash)))],
            changes.Count == MaxChanges ? changes[^1].EntryId : null));
    }
}
