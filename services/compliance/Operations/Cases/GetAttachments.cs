using FinCode.Compliance.CaseFiles;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>
/// The files of a case: which there are, who has read them, and one of them; reading it is written down.
/// </summary>
internal static class GetAttachments
{
    private const int MaxReads = 100;

    /// <param name="Number">Of the step that put it on file.</param>
    public sealed record CaseAttachmentView(
        int Number, string MediaType, int Size, string AddedBy, DateTimeOffset AddedAt);

    public sealed record CaseAttachmentReadView(int Number, string Reader, DateTimeOffset ReadAt);

    /// <param name="Reads">The latest 100.</param>
    public sealed record CaseAttachmentList(
        IReadOnlyList<CaseAttachmentView> Items, IReadOnlyList<CaseAttachmentReadView> Reads);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/cases/{id}/attachments", ListAsync)
            .RequireRole(Roles.Compliance)
            .WithName("ListCaseAttachments").WithSummary("The files of a case, and who has read them")
            .WithTags("Cases").Produces<CaseAttachmentList>().ProducesProblem(403).ProducesProblem(404);
        routes.MapGet("/v1/cases/{id}/attachments/{number:int}", ReadAsync)
            .RequireRole(Roles.Compliance)
            .WithName("ReadCaseAttachment").WithSummary("A file of a case").WithTags("Cases")
            .Produces<Stream>(200, AttachmentBytes.Pdf, AttachmentBytes.Jpeg, AttachmentBytes.Png, AttachmentBytes.Text)
            .ProducesProblem(403).ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(
        CaseId id, Caller caller, ComplianceWork work, CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        if (!await db.Cases.AnyAsync(one => one.TenantId == caller.Tenant && one.Id == id, cancellationToken))
            return Problems.NotFound();
        var files = await CaseAttachments.ListAsync(work.Session, id, cancellationToken);
        var reads = await CaseAttachments.ReadsAsync(work.Session, id, MaxReads, cancellationToken);
        return TypedResults.Ok(new CaseAttachmentList(
            files.ConvertAll(one => new CaseAttachmentView(
                one.Number, one.MediaType, one.Size, one.AddedBy, one.AddedAt)),
            reads.ConvertAll(one => new CaseAttachmentReadView(one.Number, one.Reader, one.ReadAt))));
    }

    private static async Task<IResult> ReadAsync(CaseId id, int number, HttpResponse response, Caller caller,
        ComplianceWork work, CaseVault vault, TimeProvider clock, CancellationToken cancellationToken)
    {
        await work.BeginAsync(caller.Tenant, cancellationToken);
        if (await CaseAttachments.FindAsync(work.Session, id, number, cancellationToken) is not var (mediaType, box)
            || await vault.OpenAttachmentAsync(id, box, cancellationToken) is not { } content)
            return Problems.NotFound();
        // Written down before a byte of it leaves.
        await CaseAttachments.NoteReadAsync(
            work.Session, id, number, caller.Subject, clock.GetUtcNow(), cancellationToken);
        await work.CommitAsync(cancellationToken);
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        return TypedResults.File(content, mediaType, $"{id}-{number}");
    }
}
