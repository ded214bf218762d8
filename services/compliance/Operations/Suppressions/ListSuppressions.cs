using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Suppressions;

public enum SuppressionState
{
    InForce,
    Expired,
    Revoked,
}

/// <summary>A false positive that does not hold transfers any more.</summary>
/// <param name="State">IN_FORCE says nothing about whether either side has changed: then no hit is like it.</param>
public sealed record SuppressionView(
    SuppressionId Id, CaseId CaseId, PartyId PartyId, ScreenedName Name, string List, string EntryId,
    SuppressionState State, string ProposedBy, string ApprovedBy, DateTimeOffset ApprovedAt, DateTimeOffset ExpiresAt,
    string? RevokedBy, DateTimeOffset? RevokedAt)
{
    internal static SuppressionView Of(Suppression one, DateTimeOffset now) => new(one.Id, one.CaseId, one.Hit.PartyId,
        one.Hit.Name, one.Hit.List, one.Hit.EntryId,
        one.RevokedAt is not null ? SuppressionState.Revoked
            : one.IsInForce(now) ? SuppressionState.InForce : SuppressionState.Expired,
        one.ProposedBy, one.ApprovedBy, one.ApprovedAt, one.ExpiresAt, one.RevokedBy, one.RevokedAt);
}

/// <summary>What is suppressed, and what was.</summary>
internal static class ListSuppressions
{
    /// <param name="Next">Pass it as <c>before</c> to get the next page; missing on the last one.</param>
    public sealed record SuppressionPage(IReadOnlyList<SuppressionView> Items, SuppressionId? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/suppressions", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ListSuppressions").WithSummary("Suppressed false positives, the newest first").WithTags("Cases")
        .Produces<SuppressionPage>().ProducesProblem(403).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(bool? inForce, string? before, int? limit, Caller caller,
        ComplianceWork work, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        var edge = Page.Edge<SuppressionKind>(validation, before, "before");
        var size = Page.Size(validation, limit);
        if (validation.Failed)
            return validation.ToProblem();
        await work.BeginAsync(caller.Tenant, cancellationToken);
        var now = clock.GetUtcNow();
        var found = await SuppressionStore.ListAsync(
            work.Session, inForce == true ? now : null, edge, size + 1, cancellationToken);
        var items = found.Take(size).Select(one => SuppressionView.Of(one, now)).ToArray();
        return TypedResults.Ok(new SuppressionPage(items, found.Count > size ? items[^1].Id : null));
    }
}
