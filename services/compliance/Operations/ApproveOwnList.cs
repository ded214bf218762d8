using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>
/// A second person approves a proposed list of the tenant's own. It makes a list version of that tenant, so that
/// clearances under older ones do not hold at submission.
/// </summary>
internal static partial class ApproveOwnList
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/screening-lists/own/{edition:long}/approve", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ApproveOwnScreeningList").WithSummary("Approve the list of your own that someone else proposed")
        .WithTags("Screening lists")
        .Produces<OwnListView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private static async Task<IResult> HandleAsync(long edition, Caller caller, ComplianceWork work, Outbox outbox,
        TimeProvider clock, ILogger<OwnListEdition> logger, CancellationToken cancellationToken)
    {
        await work.BeginAsync(caller.Tenant, cancellationToken);
        var session = work.Session;
        await OwnListStore.LockAsync(session, cancellationToken);
        var proposed = await OwnListStore.FindAsync(session, edition, cancellationToken);
        if (proposed is null)
            return Problems.NotFound();
        // The same person approving once more is a repeated request.
        if (proposed.State == OwnListState.InForce && proposed.ApprovedBy == caller.Subject)
            return TypedResults.Ok(OwnListView.Of(proposed));
        if (proposed.State != OwnListState.Proposed)
            return Problems.Conflict(Problems.InvalidTransition, "This edition does not wait for an approval.");
        if (proposed.UploadedBy == caller.Subject)
            return Refusal.FourEyes.ToProblem();
        var now = clock.GetUtcNow();
        // Versions are given in the order in which they come into force, those of the platform and of tenants alike.
        await ListStore.LockAsync(session, cancellationToken);
        var version = await ListStore.AddVersionOfAsync(
            session, caller.Tenant.Value, edition, now, cancellationToken);
        var changes = await ChangesAsync(session, edition, cancellationToken);
        await OwnListStore.ApproveAsync(session, edition, version, caller.Subject, now, cancellationToken);
        await RescreeningStore.StartAsync(session, version, caller.Tenant.Value, changes, now, cancellationToken);
        await outbox.AddAsync(new ScreeningBasisChanged(caller.Tenant, version, null), cancellationToken);
        var approved = await OwnListStore.FindAsync(session, edition, cancellationToken);
        await work.CommitAsync(cancellationToken);
        LogApproved(logger, caller.Tenant, edition, version);
        return TypedResults.Ok(OwnListView.Of(approved!));
    }

    /// <summary>What the edition changes against the one in force.</summary>
    private static async Task<List<ChangedEntry>> ChangesAsync(
        DbSession session, long edition, CancellationToken cancellationToken)
    {
        var before = await OwnListStore.FindInForceAsync(session, cancellationToken) is { } inForce
            ? EntriesOf(await OwnListStore.ReadContentAsync(session, inForce.Edition, cancellationToken))
            : [];
        var after = OwnList.Read(await OwnListStore.ReadContentAsync(session, edition, cancellationToken)).Entries;
        return [.. ChangedEntry.Of(OwnList.Name, ListDiff.Between(before, after))];
    }

    /// <summary>None when stricter readers than then cannot read it any more: all entries are new then.</summary>
    private static IReadOnlyList<ListedEntry> EntriesOf(byte[] content)
    {
        try
        {
            return OwnList.Read(content).Entries;
        }
        catch (DamagedListException)
        {
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{TenantId} screens with edition {Edition} of its own list from list version {ListVersion} on")]
    private static partial void LogApproved(ILogger logger, TenantId tenantId, long edition, long listVersion);
}
