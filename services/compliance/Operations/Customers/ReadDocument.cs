using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>
/// Hands a document to an officer; that it was read is on file before a byte leaves. As an attachment of the sniffed
/// type that no browser opens by itself or guesses about.
/// </summary>
internal static class ReadDocument
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(CustomerRequests.Path + "/documents/{documentId:guid}/content", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ReadCustomerDocument").WithSummary("Read a document; the reading is recorded")
        .WithTags(CustomerRequests.Tag)
        .Produces<Stream>(200, DocumentBytes.Pdf, DocumentBytes.Jpeg, DocumentBytes.Png)
        .ProducesProblem(403).ProducesProblem(404).ProducesProblem(410);

    private static async Task<IResult> HandleAsync(PartyId id, Guid documentId, Caller caller, HttpResponse http,
        CustomerRequests requests, DbSession session, CustomerVault vault, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (file, problem) = await requests.OpenAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        if (await DocumentStore.FindAsync(session, id, documentId, cancellationToken) is not { } document)
            return Problems.NotFound();
        if (await DocumentStore.ReadContentAsync(session, documentId, cancellationToken) is not { } box)
            return CustomerRequests.Erased();
        byte[] content;
        try
        {
            content = await vault.OpenBytesAsync(id, $"document {documentId}", box, cancellationToken);
        }
        catch (CustomerErasedException)
        {
            return CustomerRequests.Erased();
        }
        file.Note(CustomerEvent.DocumentRead, caller.Subject, documentId, null, clock.GetUtcNow());
        await CustomerStore.SaveAsync(session, file, cancellationToken);
        await session.CommitAsync(cancellationToken);
        http.Headers.XContentTypeOptions = "nosniff";
        http.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        http.Headers.CacheControl = "no-store";
        return TypedResults.File(content, document.MediaType,
            $"{documentId:N}.{DocumentBytes.ExtensionOf(document.MediaType)}");
    }
}
