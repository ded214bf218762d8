using FinCode.Compliance.Lists;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>Which lists are in force, how old they are, and what was refused.</summary>
internal static class GetLists
{
    /// <param name="ContentHash">SHA-256 over the files, in hexadecimal.</param>
    /// <param name="Orphans">Rows of other files without an entry; they are dropped.</param>
    public sealed record ListVersionView(
        long Version, string ContentHash, int Entries, int Aliases, int WeakAliases, int Addresses, int Comments,
        int Orphans, DateTimeOffset LoadedAt);

    /// <param name="ActiveVersion">Missing before the first import; nothing is screened then.</param>
    /// <param name="CheckedAt">When the folder last held good lists.</param>
    /// <param name="AgeMinutes">Whole minutes since then.</param>
    /// <param name="IsTooOld">Older than allowed: nothing is screened, transfers wait.</param>
    /// <param name="RefusedReason">Why the files that lie in the folder now are not used.</param>
    /// <param name="Versions">The newest first, at most 50.</param>
    public sealed record ScreeningListsView(
        string List, long? ActiveVersion, DateTimeOffset? CheckedAt, long? AgeMinutes, int MaxAgeHours, bool IsTooOld,
        DateTimeOffset? RefusedAt, string? RefusedReason, IReadOnlyList<ListVersionView> Versions);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/screening-lists", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager, Roles.Platform)
        .WithName("GetScreeningLists").WithSummary("The sanctions lists: versions, age, counts")
        .WithTags("Screening lists")
        .Produces<ScreeningListsView>().ProducesProblem(403);

    private static async Task<IResult> HandleAsync(Caller caller, ComplianceWork work, ComplianceOptions options,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        await work.BeginAsync(caller.Tenant, cancellationToken);
        var state = await ListStore.ReadStateAsync(work.Session, cancellationToken);
        var versions = await ListStore.ReadVersionsAsync(work.Session, cancellationToken);
        var age = clock.GetUtcNow() - state.CheckedAt;
        return TypedResults.Ok(new ScreeningListsView(OfacLists.ListName, state.ActiveVersion, state.CheckedAt,
            age is { } old ? old.Ticks / TimeSpan.TicksPerMinute : null, options.MaxListAgeHours,
            age is null || age > TimeSpan.FromHours(options.MaxListAgeHours), state.RefusedAt, state.RefusedReason,
            versions.ConvertAll(ToView)));
    }

    private static ListVersionView ToView(ListVersion one) => new(
        one.Version, Convert.ToHexStringLower(one.ContentHash),
        one.Counts.Entries, one.Counts.Parts["alt.csv"], one.Counts.WeakAliases, one.Counts.Parts["add.csv"],
        one.Counts.Parts["sdn_comments.csv"],
        one.Counts.Orphans, one.LoadedAt);
}
