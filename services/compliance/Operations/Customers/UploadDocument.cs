using System.Security.Cryptography;
using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.Metadata;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>A document of a customer.</summary>
/// <param name="Sha256">Of the bytes as they came, in hexadecimal.</param>
/// <param name="ExpiresOn">The last day on which it counts.</param>
/// <param name="RefusalCode">Why it was not taken: UNREADABLE, INCOMPLETE, OUT_OF_DATE, OTHER_DOCUMENT_NEEDED,
/// DETAILS_DIFFER or NOT_ACCEPTED.</param>
public sealed record KycDocumentView(
    Guid Id, string Type, string MediaType, int Size, string Sha256, DocumentState State, DateOnly? ExpiresOn,
    string? RefusalCode, DateTimeOffset UploadedAt, DateTimeOffset? ReviewedAt)
{
    internal static KycDocumentView Of(StoredDocument one) => new(one.Id, one.Type, one.MediaType, one.Size,
        Convert.ToHexStringLower(one.Sha256), one.State, one.ExpiresOn, one.RefusalCode, one.UploadedAt,
        one.ReviewedAt);
}

/// <summary>
/// Takes a document as the body of the request: PDF, JPEG or PNG by its first bytes. No name of a file is asked for,
/// kept or logged. The same document of a customer twice is one as long as nobody has decided about it.
/// </summary>
internal static partial class UploadDocument
{
    public const string NotADocument = "NOT_A_DOCUMENT";

    /// <summary>Documents of a customer at most.</summary>
    private const int MaxDocuments = 100;

    private static readonly string[] s_mediaTypes = [DocumentBytes.Pdf, DocumentBytes.Jpeg, DocumentBytes.Png];

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(CustomerRequests.Path + "/documents", HandleAsync)
        .RequireAccess(Scopes.KycWrite, Roles.Compliance)
        .WithName("UploadCustomerDocument").WithSummary("Upload a document of a customer")
        .WithDescription("The body is the document. The same document again answers the same (200) until it is "
            + "accepted or refused; then it is shown anew.")
        .WithTags(CustomerRequests.Tag).WithGroupName("partners")
        .WithMetadata(new DocumentLimit(
            routes.ServiceProvider.GetRequiredService<ComplianceOptions>().MaxDocumentBytes))
        .Accepts<Stream>(DocumentBytes.Pdf, DocumentBytes.Jpeg, DocumentBytes.Png)
        .Produces<KycDocumentView>(201).Produces<KycDocumentView>().ProducesProblem(403).ProducesProblem(404)
        .ProducesProblem(413).ProducesProblem(415).ProducesProblem(422).ProducesProblem(503);

    private static async Task<IResult> HandleAsync(PartyId id, string type, HttpRequest http, Caller caller,
        CustomerRequests requests, ComplianceOptions options, DbSession session, CustomerVault vault,
        CustomerDesk desk, TimeProvider clock, ILogger<StoredDocument> logger, CancellationToken cancellationToken)
    {
        if (!DocumentTypes.All.Contains(type))
            return Problems.Invalid("type", $"One of {string.Join(", ", DocumentTypes.All)}.");
        var called = http.ContentType?.Split(';')[0].Trim();
        if (called is null || !s_mediaTypes.Contains(called, StringComparer.OrdinalIgnoreCase))
            return Problems.Of(415, Problems.UnsupportedMediaType, $"One of {string.Join(", ", s_mediaTypes)}.");
        if (http.ContentLength > options.MaxDocumentBytes)
            return Problems.Of(413, Problems.PayloadTooLarge,
                $"A document has at most {options.MaxDocumentBytes} bytes.");
        var content = await ReadAsync(http, cancellationToken);
        if (DocumentBytes.TypeOf(content) is not { } mediaType
            || !mediaType.Equals(called, StringComparison.OrdinalIgnoreCase))
            return Problems.Of(422, NotADocument, "The bytes are not those of a document of this media type.");

        var (file, problem) = await requests.OpenAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        var hash = SHA256.HashData(content);
        var others = await DocumentStore.OfCustomerAsync(session, id, cancellationToken);
        if (others.Find(one => one.State == DocumentState.Received && one.Type == type
                && one.IdentityHash == file.IdentityHash && one.Sha256.SequenceEqual(hash)) is { } earlier)
            return TypedResults.Ok(KycDocumentView.Of(earlier));
        if (others.Count >= MaxDocuments)
            return Problems.Of(422, Problems.LimitExceeded, $"A customer has at most {MaxDocuments} documents.");
        var now = clock.GetUtcNow();
        var added = new StoredDocument(Guid.CreateVersion7(now), id, type, mediaType, content.Length, hash,
            DocumentState.Received, null, null, caller.Subject, now, null, null, file.IdentityHash);
        try
        {
            await DocumentStore.AddAsync(session, added, await vault.SealBytesAsync(
                id, $"document {added.Id}", content, cancellationToken), cancellationToken);
        }
        catch (CustomerErasedException)
        {
            return CustomerRequests.Erased();
        }
        file.Note(CustomerEvent.DocumentReceived, caller.Subject, added.Id, type, now);
        await desk.SettleAsync(file, null, cancellationToken);
        await session.CommitAsync(cancellationToken);
        LogReceived(logger, id, added.Id, mediaType, added.Size);
        return TypedResults.Created((string?)null, KycDocumentView.Of(added));
    }

    /// <summary>The server refuses what is longer than the limit of this endpoint (413).</summary>
    private static async Task<byte[]> ReadAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream((int)(http.ContentLength ?? 0));
        await http.Body.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    }

    private sealed record DocumentLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{PartyId} showed {DocumentId}: {MediaType}, {Size} bytes")]
    private static partial void LogReceived(
        ILogger logger, PartyId partyId, Guid documentId, string mediaType, int size);
}
