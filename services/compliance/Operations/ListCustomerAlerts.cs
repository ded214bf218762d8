using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>
/// The customers who resemble entries that came or changed after they were screened, and those who did when they were
/// registered or changed.
/// </summary>
internal static class ListCustomerAlerts
{
    private const int MaxAlerts = 100;

    /// <param name="TransactionIds">
    /// The customer's transfers that were screened in the 30 days before, the newest first, at most 50. Those that have
    /// not been submitted are screened again before they are.
    /// </param>
    public sealed record CustomerAlertView(
        Guid Id, PartyId PartyId, int PartyVersion, long ListVersion, long PolicyVersion, Evidence Evidence,
        IReadOnlyList<TransactionId> TransactionIds, DateTimeOffset FoundAt);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/customer-alerts", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ListCustomerAlerts")
        .WithSummary("Customers who resemble list entries, the latest 100 before an id")
        .WithTags("Screening lists")
        .Produces<IReadOnlyList<CustomerAlertView>>().ProducesProblem(403);

    private static async Task<IResult> HandleAsync(
        Guid? before, Caller caller, ComplianceWork work, CancellationToken cancellationToken)
    {
        await work.BeginAsync(caller.Tenant, cancellationToken);
        var alerts = await CustomerAlerts.ReadAsync(work.Session, before, MaxAlerts, cancellationToken);
        return TypedResults.Ok(alerts.ConvertAll(one => new CustomerAlertView(one.Id, one.PartyId, one.PartyVersion,
            one.ListVersion, one.PolicyVersion, one.Evidence, one.TransactionIds, one.FoundAt)));
    }
}
