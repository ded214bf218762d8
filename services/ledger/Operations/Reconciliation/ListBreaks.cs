using System.Globalization;
using FinCode.Contracts;
using FinCode.Ledger.Reconciliation.Model.Breaks;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Reconciliation;

/// <summary>The worklist of FINANCE.</summary>
internal static class ListBreaks
{
    /// <summary>The oldest first.</summary>
    /// <param name="Next">Pass it as <c>after</c> for younger ones; missing on the last page.</param>
    public sealed record ReconciliationBreakPage(IReadOnlyList<ReconciliationBreak> Items, string? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/reconciliation/breaks", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("listBreaks").WithTags(ReconciliationViews.Tag)
        .WithSummary("Breaks by account, status (OPEN, RESOLVED), kind and assignee, oldest first")
        .Produces<ReconciliationBreakPage>()
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        Caller caller, DbSession session, BreakStore breaks, TimeProvider clock, CancellationToken cancellationToken,
        string? account = null, string? currency = null, string? status = null, string? kind = null,
        string? assignee = null, int? limit = null, string? after = null)
    {
        if (!Paging.TryLimit(limit, out var size, out var problem))
            return problem;
        var validation = new Validation();
        var name = account is null ? null : ReconciliationViews.AccountOf(account, currency ?? "");
        validation.Check(account is null == (currency is null) && account is null == (name is null), "currency",
            "An account is given with its currency.");
        validation.Check(status is null or "OPEN" or "RESOLVED", "status", "A status is OPEN or RESOLVED.");
        var known = default(BreakKind);
        validation.Check(kind is null || Words.TryParse(kind, out known), "kind",
            "A kind is MISSING_HERE, MISSING_THERE, AMOUNT_DIFFERS, DUPLICATE or GAP.");
        var cursor = CursorOf(after);
        validation.Check(after is null || cursor is not null, "after", "This is not a cursor that a page ended with.");
        if (validation.Failed)
            return validation.ToProblem();

        await session.BeginAsync(caller.Tenant, cancellationToken);
        var found = await breaks.ListAsync(new BreakFilter(name, status is null ? null : status == "OPEN",
            kind is null ? null : known, assignee, cursor), size + 1, cancellationToken);
        var page = found.Take(size).ToArray();
        return TypedResults.Ok(new ReconciliationBreakPage(
            [.. page.Select(one => ReconciliationViews.Of(one, clock.Today()))],
            found.Count > size ? $"{page[^1].Since:yyyy-MM-dd}/{page[^1].Id}" : null));
    }

    private static (DateOnly, BreakId)? CursorOf(string? cursor) =>
        cursor?.Split('/') is [var day, var id] && BreakId.TryParse(id, null, out var known)
        && DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var since)
            ? (since, known)
            : null;
}
