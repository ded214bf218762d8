using System.Security.Cryptography;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>An edition of the tenant's own list.</summary>
/// <param name="ContentHash">SHA-256 of the file, in hexadecimal.</param>
/// <param name="ListVersion">The list version that it made when it came into force.</param>
public sealed record OwnListView(
    long Edition, OwnListState State, string ContentHash, int Entries, int Names, string UploadedBy,
    DateTimeOffset UploadedAt, string? ApprovedBy, DateTimeOffset? ApprovedAt, long? ListVersion)
{
    internal static OwnListView Of(OwnListEdition one) => new(one.Edition, one.State,
        Convert.ToHexStringLower(one.ContentHash), one.Entries, one.Names, one.UploadedBy, one.UploadedAt,
        one.ApprovedBy, one.ApprovedAt, one.ListVersion);
}

/// <summary>
/// Proposes the tenant's own list anew, whole, as a plain CSV; a proposal that still waits is withdrawn. It is screened
/// with when a second person has approved it.
/// </summary>
internal static class UploadOwnList
{
    private const string MediaType = "text/csv";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/v1/screening-lists/own", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("UploadOwnScreeningList").WithSummary("Propose the list of your own, as CSV")
        .WithTags("Screening lists")
        .Accepts<string>(MediaType)
        .Produces<OwnListView>(202).ProducesProblem(403).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(HttpRequest request, Caller caller, ComplianceWork work,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        // The server refuses what is longer than any body may be (413).
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        var content = body.ToArray();
        ListContent read;
        try
        {
            read = OwnList.Read(content);
        }
        catch (DamagedListException damage)
        {
            return Problems.Invalid("", damage.Message);
        }
        await work.BeginAsync(caller.Tenant, cancellationToken);
        await OwnListStore.LockAsync(work.Session, cancellationToken);
        var hash = SHA256.HashData(content);
        var waiting = (await OwnListStore.ReadAllAsync(work.Session, cancellationToken))
            .Find(one => one.State == OwnListState.Proposed);
        // The same file by the same person once more is a repeated request.
        if (waiting is not null && waiting.UploadedBy == caller.Subject && waiting.ContentHash.SequenceEqual(hash))
            return TypedResults.Accepted((string?)null, OwnListView.Of(waiting));
        var edition = await OwnListStore.ProposeAsync(
            work.Session, hash, content, read.Counts, caller.Subject, clock.GetUtcNow(), cancellationToken);
        var proposed = await OwnListStore.FindAsync(work.Session, edition, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Accepted((string?)null, OwnListView.Of(proposed!));
    }
}
