using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>An officer has looked at a customer again; possible when nothing is awaited that was asked for.</summary>
internal static class CompleteReview
{
    public const string StillAwaited = "STILL_AWAITED";

    public sealed record CustomerReviewView(DateTimeOffset ReviewedAt, DateTimeOffset ReviewDueAt);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(CustomerRequests.Path + "/reviews", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("CompleteCustomerReview").WithSummary("Complete the periodic review of a customer")
        .WithTags(CustomerRequests.Tag)
        .Produces<CustomerReviewView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private static async Task<IResult> HandleAsync(PartyId id, Caller caller, CustomerRequests requests,
        CustomerAsks asks, DbSession session, CustomerDesk desk, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (file, problem) = await requests.OpenAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        // What follows from the time alone is asked for first, so that a review that is due is not passed over.
        await desk.SettleAsync(file, null, cancellationToken);
        var now = clock.GetUtcNow();
        var open = await asks.OpenAsync(id, cancellationToken);
        var decisions = await DecisionStore.OfCustomerAsync(session, id, cancellationToken);
        if (open.Count > 0
            || (file.Pep && !await DueDiligence.IsDoneAsync(session, file, decisions, now, cancellationToken)))
            return Problems.Conflict(StillAwaited, "Something that was asked for has not been brought and accepted.");
        file.ReviewedAt = now;
        file.Note(CustomerEvent.Reviewed, caller.Subject, null, null, now);
        await desk.SettleAsync(file, null, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(new CustomerReviewView(now, file.ReviewDueAt!.Value));
    }
}
