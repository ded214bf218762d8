using FinCode.Compliance.Customers;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>
/// An officer marks a customer as a politically exposed person: more is asked and the risk rises; nothing is blocked.
/// One person may; taking it back needs two (PEP_CLEARED).
/// </summary>
internal static class MarkPep
{
    public sealed record CustomerPepView(bool Pep);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut(CustomerRequests.Path + "/pep", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("MarkCustomerAsPep").WithSummary("Mark a customer as a politically exposed person")
        .WithTags(CustomerRequests.Tag)
        .Produces<CustomerPepView>().ProducesProblem(403).ProducesProblem(404);

    private static async Task<IResult> HandleAsync(PartyId id, Caller caller, CustomerRequests requests,
        DbSession session, CustomerDesk desk, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (file, problem) = await requests.OpenAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        if (file.MarkAsPep(caller.Subject, null, clock.GetUtcNow()))
        {
            await desk.SettleAsync(file, null, cancellationToken);
            await session.CommitAsync(cancellationToken);
        }
        return TypedResults.Ok(new CustomerPepView(true));
    }
}
