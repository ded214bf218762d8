using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

public enum KycReviewDecision
{
    Accept,
    Refuse,
}

/// <summary>
/// A person looked at a document: it counts until a day, or is not taken. Never who uploaded it, and never for another
/// name or date of birth than it was uploaded for. What was accepted may be refused later; what was refused stays so.
/// </summary>
internal static class ReviewDocument
{
    private const int MaxYears = 20;

    /// <param name="ExpiresOn">The last day on which it counts; needed to accept anything but a selfie.</param>
    /// <param name="RefusalCode">Needed to refuse; the customer may read it.</param>
    public sealed record KycDocumentReview(KycReviewDecision? Decision, DateOnly? ExpiresOn, string? RefusalCode);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(CustomerRequests.Path + "/documents/{documentId:guid}/review", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ReviewCustomerDocument").WithSummary("Accept or refuse a document that someone else uploaded")
        .WithTags(CustomerRequests.Tag)
        .Produces<KycDocumentView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409)
        .ProducesProblem(422);

    private static async Task<IResult> HandleAsync(PartyId id, Guid documentId, KycDocumentReview request,
        Caller caller, CustomerRequests requests, DbSession session, CustomerDesk desk, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var today = CustomerStore.Today(now);
        var (file, problem) = await requests.OpenAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        if (await DocumentStore.FindAsync(session, id, documentId, cancellationToken) is not { } document)
            return Problems.NotFound();
        var validation = Check(request, document.Type, today);
        if (validation.Failed)
            return validation.ToProblem();
        var state = request.Decision == KycReviewDecision.Accept ? DocumentState.Accepted : DocumentState.Refused;
        // The same decision by the same person once more is a repeated request.
        if (document.State == state && document.ReviewedBy == caller.Subject
            && document.ExpiresOn == request.ExpiresOn && document.RefusalCode == request.RefusalCode)
            return TypedResults.Ok(KycDocumentView.Of(document));
        if (document.State == DocumentState.Refused
            || (document.State == DocumentState.Accepted && state == DocumentState.Accepted))
            return CustomerRequests.Transition();
        if (document.UploadedBy == caller.Subject)
            return CustomerRequests.SamePerson();
        if (state == DocumentState.Accepted
            && (document.IdentityHash is null || document.IdentityHash != file.IdentityHash))
            return CustomerRequests.AnotherIdentity();
        await DocumentStore.ReviewAsync(session, documentId, state, request.ExpiresOn, request.RefusalCode,
            caller.Subject, now, cancellationToken);
        var type = state == DocumentState.Accepted ? CustomerEvent.DocumentAccepted : CustomerEvent.DocumentRefused;
        file.Note(type, caller.Subject, documentId,
            request.RefusalCode ?? request.ExpiresOn?.ToString("O"), now);
        await desk.SettleAsync(file, null, cancellationToken);
        var reviewed = await DocumentStore.FindAsync(session, id, documentId, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(KycDocumentView.Of(reviewed!));
    }

    private static Validation Check(KycDocumentReview request, string type, DateOnly today)
    {
        var validation = new Validation();
        if (!validation.Require(request.Decision, "/decision"))
            return validation;
        if (request.Decision == KycReviewDecision.Refuse)
        {
            validation.Check(request.ExpiresOn is null, "/expiresOn", "Only what is accepted counts until a day.");
            validation.Check(DocumentTypes.RefusalCodes.Contains(request.RefusalCode), "/refusalCode",
                $"One of {string.Join(", ", DocumentTypes.RefusalCodes)}.");
            return validation;
        }
        validation.Check(request.RefusalCode is null, "/refusalCode", "Only what is refused has a code.");
        validation.Check(request.ExpiresOn is not null || type == DocumentTypes.Selfie, "/expiresOn",
            "The last day on which it counts is needed.");
        validation.Check(request.ExpiresOn is not { } last || (last >= today && last <= today.AddYears(MaxYears)),
            "/expiresOn", $"Today or later, within {MaxYears} years.");
        return validation;
    }
}
