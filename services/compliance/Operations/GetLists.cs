using FinCode.Compliance.Lists;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>Which lists are in force, how old they are, and what was refused.</summary>
internal static class GetLists
{
    /// <param name="Format">The format of its files: "OFAC_SDN", "UN_XML", ...</param>
    /// <param name="Edition">Missing before the first good files.</param>
    /// <param name="ContentHash">SHA-256 over the files, in hexadecimal.</param>
    /// <param name="Names">Primary names and aliases, each once an entry.</param>
    /// <param name="Orphans">Rows that belong to no entry; they are dropped.</param>
    /// <param name="Rows">What each file, or section of it, held; the loss of a tenth of one is refused.</param>
    /// <param name="Added">Entries that the edition before did not have.</param>
    /// <param name="Changed">Entries in which anything that screening looks at is other than before.</param>
    /// <param name="CheckedAt">When its files were last found good, new or unchanged.</param>
    /// <param name="AgeMinutes">Whole minutes since then.</param>
    /// <param name="IsGrowingOld">Operators are alarmed.</param>
    /// <param name="IsTooOld">Older than allowed: nothing is screened, transfers wait.</param>
    /// <param name="RefusedReason">Why the files that were found last are not used.</param>
    public sealed record ScreeningListView(
        string List, string? Format, long? Edition, string? ContentHash, int? Entries, int? Names, int? WeakAliases,
        int? Orphans, IReadOnlyDictionary<string, int>? Rows, int? Added, int? Changed, int? Removed,
        DateTimeOffset? LoadedAt, DateTimeOffset? CheckedAt, long? AgeMinutes, long MaxAgeHours, bool IsGrowingOld,
        bool IsTooOld, DateTimeOffset? RefusedAt, string? RefusedReason);

    /// <param name="Editions">The edition of each list that is screened with together.</param>
    public sealed record ListVersionView(
        long Version, IReadOnlyDictionary<string, long> Editions, DateTimeOffset LoadedAt);

    /// <param name="ActiveVersion">Missing before the first import; nothing is screened then.</param>
    /// <param name="IsTooOld">A list is missing or too old: nothing is screened, transfers wait.</param>
    /// <param name="Versions">The newest first, at most 50.</param>
    public sealed record ScreeningListsView(
        long? ActiveVersion, bool IsTooOld, IReadOnlyList<ScreeningListView> Lists,
        IReadOnlyList<ListVersionView> Versions);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/screening-lists", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager, Roles.Platform)
        .WithName("GetScreeningLists").WithSummary("The screening lists: editions, age, counts, refusals")
        .WithTags("Screening lists")
        .Produces<ScreeningListsView>().ProducesProblem(403);

    private static async Task<IResult> HandleAsync(Caller caller, ComplianceWork work, ComplianceOptions options,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        await work.BeginAsync(caller.Tenant, cancellationToken);
        var active = await ListStore.ReadActiveVersionAsync(work.Session, cancellationToken);
        var standings = await ListStore.ReadStandingsAsync(work.Session, cancellationToken);
        var editions = await ListEditionStore.ReadInForceAsync(work.Session, cancellationToken);
        var versions = await ListStore.ReadVersionsAsync(work.Session, cancellationToken);
        var now = clock.GetUtcNow();
        return TypedResults.Ok(new ScreeningListsView(
            active, active is null || ListAges.WhyNotUsable(options, standings, now) is not null,
            standings.ConvertAll(standing => ToView(
                standing, editions.Find(edition => edition.List == standing.List), options, now)),
            versions.ConvertAll(one => new ListVersionView(one.Version, one.Editions, one.LoadedAt))));
    }

    private static ScreeningListView ToView(
        ListStanding standing, ListEdition? edition, ComplianceOptions options, DateTimeOffset now) => new(
        standing.List, edition?.Format, edition?.Edition,
        edition is null ? null : Convert.ToHexStringLower(edition.ContentHash), edition?.Counts.Entries,
        edition?.Counts.Names, edition?.Counts.WeakAliases, edition?.Counts.Orphans, edition?.Counts.Parts,
        edition?.Added, edition?.Changed, edition?.Removed, edition?.LoadedAt, standing.CheckedAt,
        ListAges.Age(standing, now) is { } age ? age.Ticks / TimeSpan.TicksPerMinute : null,
        options.MaxAgeOf(standing.List).Ticks / TimeSpan.TicksPerHour,
        ListAges.IsAlarming(options, standing, now), ListAges.IsTooOld(options, standing, now),
        standing.RefusedAt, standing.RefusedReason);
}
