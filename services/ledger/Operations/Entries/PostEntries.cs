using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Entries;

/// <summary>
/// Entries by one of the platform's own services; the gateway does not route it. They join the batch of their book, and
/// the answer comes after the commit. The key is known to the books for ever.
/// </summary>
internal static class PostEntries
{
    private const int RetryAfterSeconds = 1;

    /// <param name="Entries">1 to 50 linked entries, in order: all are booked or none.</param>
    public sealed record PostEntriesRequest(IReadOnlyList<EntryRequest>? Entries);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/internal/ledger/entries", HandleAsync)
        .RequireAccess(Scopes.LedgerPost)
        .WithName("postLedgerEntries").WithTags("Internal")
        .WithSummary("Book linked entries, all or none")
        .NeedsIdempotencyKey()
        .Produces<LedgerEntries>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> HandleAsync(
        PostEntriesRequest request, Caller caller, HttpContext http, BookWriter writer, TimeProvider clock,
        CancellationToken cancellationToken, string? tenant = null)
    {
        if (!caller.IsIn(Contracts.Roles.Service))
            return Problems.Deny("Only services may post here; people propose entries.");
        if (!TenantId.TryParse(tenant, null, out var book))
            return Problems.Invalid("tenant", "The tenant of the book is needed, as prn_ and 32 hexadecimal digits.");
        if (!IdempotentRequests.TryKey(http, out var key, out var unusable))
            return unusable;
        var validation = new Validation();
        EntryRequest.Check(request.Entries, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), validation);
        if (validation.Failed)
            return validation.ToProblem();

        var linked = request.Entries!.Select((entry, index) =>
            entry.ToInstruction(EntryKey.OfRequest(BookSteps.Service, key, index + 1))).ToArray();
        try
        {
            var outcome = await writer.PostAsync(
                book, new PostingRequest(linked, IsOneContent: true), cancellationToken);
            return outcome.Refusal is { } refusal
                ? RefusalProblem.Of(refusal, linked.Length == 1 ? "/entries/0" : "/entries")
                : TypedResults.Json(new LedgerEntries([.. outcome.Entries.Select(Views.Of)]),
                    statusCode: StatusCodes.Status201Created);
        }
        catch (BookBusyException busy)
        {
            http.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, Problems.ServiceUnavailable,
                $"{busy.Message} Nothing was booked; please send it again with the same key.");
        }
    }
}
