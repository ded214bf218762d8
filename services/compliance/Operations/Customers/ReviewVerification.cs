using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>
/// A person decides what the provider left open: accepted only where it asked for a person, for then the customer has
/// shown something; refused at any time. Never who requested it.
/// </summary>
internal static class ReviewVerification
{
    private const int MaxYears = 20;

    /// <param name="DocumentType">Needed to accept: which document was seen, with its last day.</param>
    /// <param name="RefusalCode">Needed to refuse; the customer may read it.</param>
    public sealed record KycVerificationReview(
        KycReviewDecision? Decision, string? DocumentType, DateOnly? DocumentExpiresOn, string? RefusalCode);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(CustomerRequests.Path + "/verifications/{verificationId:guid}/review", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ReviewIdentityVerification").WithSummary("Decide a verification that the provider left open")
        .WithTags(CustomerRequests.Tag)
        .Produces<KycVerificationView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409)
        .ProducesProblem(422);

    private static async Task<IResult> HandleAsync(PartyId id, Guid verificationId, KycVerificationReview request,
        Caller caller, CustomerRequests requests, DbSession session, CustomerDesk desk, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var validation = Check(request, CustomerStore.Today(now));
        if (validation.Failed)
            return validation.ToProblem();
        var (file, problem) = await requests.OpenAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        if (await VerificationStore.FindAsync(session, verificationId, cancellationToken) is not { } one
            || one.Customer != id)
            return Problems.NotFound();
        var accepts = request.Decision == KycReviewDecision.Accept;
        if (one.IsEnded && one.DecidedBy == caller.Subject
            && accepts == (one.State == VerificationState.Approved))
            return TypedResults.Ok(KycVerificationView.Of(one, null));
        if (one.IsEnded || (accepts && one.State != VerificationState.InReview))
            return CustomerRequests.Transition();
        if (one.RequestedBy == caller.Subject)
            return CustomerRequests.SamePerson();
        if (accepts && (one.IdentityHash is null || one.IdentityHash != file.IdentityHash))
            return CustomerRequests.AnotherIdentity();
        if (accepts)
            one.Approve(request.DocumentType!, request.DocumentExpiresOn!.Value, caller.Subject, now);
        else
            one.Refuse(request.RefusalCode!, caller.Subject, now);
        await VerificationStore.SaveAsync(session, one, cancellationToken);
        file.Note(CustomerEvent.VerificationDecided, caller.Subject, one.Id,
            accepts ? request.DocumentType : request.RefusalCode, now);
        await desk.SettleAsync(file, accepts ? KycOutcome.Approved : KycOutcome.Refused, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(KycVerificationView.Of(one, null));
    }

    private static Validation Check(KycVerificationReview request, DateOnly today)
    {
        var validation = new Validation();
        if (!validation.Require(request.Decision, "/decision"))
            return validation;
        if (request.Decision == KycReviewDecision.Refuse)
        {
            validation.Check(DocumentTypes.RefusalCodes.Contains(request.RefusalCode), "/refusalCode",
                $"One of {string.Join(", ", DocumentTypes.RefusalCodes)}.");
            return validation;
        }
        validation.Check(DocumentTypes.Identity.Contains(request.DocumentType), "/documentType",
            $"One of {string.Join(", ", DocumentTypes.Identity)}.");
        validation.Check(request.DocumentExpiresOn is { } last && last >= today && last <= today.AddYears(MaxYears),
            "/documentExpiresOn", $"Today or later, within {MaxYears} years.");
        return validation;
    }
}
