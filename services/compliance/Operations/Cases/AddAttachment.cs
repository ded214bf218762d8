using System.Security.Cryptography;
using System.Text.Json;
using FinCode.Compliance.CaseFiles;
using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.Metadata;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>
/// A file goes on a case: the body of the request, taken for what its bytes say, kept encrypted. No name is asked for
/// or kept; what it is about goes into a note.
/// </summary>
internal static class AddAttachment
{
    /// <summary>Of one case.</summary>
    private const int MaxAttachments = 50;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/cases/{id}/attachments", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("AddCaseAttachment").WithSummary("Put a file on a case").WithTags("Cases")
        .WithMetadata(new AttachmentLimit(AttachmentBytes.MaxBytes))
        .Accepts<Stream>(AttachmentBytes.Pdf, AttachmentBytes.Jpeg, AttachmentBytes.Png, AttachmentBytes.Text)
        .NeedsIdempotencyKey()
        .Produces<CaseSummary>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409)
        .ProducesProblem(413).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(HttpContext http, CaseId id, Caller caller,
        IdempotentRequests requests, ComplianceWork work, CaseVault vault, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        // The server refuses what is longer than this endpoint takes (413).
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, cancellationToken);
        var content = body.ToArray();
        if (AttachmentBytes.TypeOf(content) is not { } mediaType)
            return Problems.Invalid("", "A PDF, a JPEG, a PNG or a plain text in UTF-8.");
        var request = new { sha256 = Convert.ToHexStringLower(SHA256.HashData(content)) };
        return await requests.RunAsync(http, caller.Tenant, $"add-case-attachment {id}", request, async () =>
        {
            if (await work.Db.LockCaseAsync(caller.Tenant, id, cancellationToken) is not { } found)
                return (null, Problems.NotFound());
            var earlier = await CaseAttachments.ListAsync(work.Session, id, cancellationToken);
            var box = await vault.SealAttachmentAsync(id, content, cancellationToken);
            var terms = JsonSerializer.Serialize(new AttachmentTerms(
                mediaType, content.Length, Convert.ToHexStringLower(SHA256.HashData(box))), ContractJson.Options);
            if (found.Attach(earlier.Count < MaxAttachments, terms, caller.Subject, clock) is { } refusal)
                return (null, refusal.ToProblem());
            await work.Db.SaveStepsAsync(found, cancellationToken);
            await CaseAttachments.AddAsync(
                work.Session, id, found.EventCount, mediaType, content.Length, box, cancellationToken);
            return (new Reply(StatusCodes.Status201Created, CaseSummary.Of(found)), null);
        });
    }

    private sealed record AttachmentLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
