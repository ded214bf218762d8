using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <param name="Actor">Missing where it followed from something else.</param>
/// <param name="SubjectId">The document, verification, answers or decision that it is about.</param>
public sealed record CustomerEventView(
    int Number, string Type, string? Actor, Guid? SubjectId, string? Detail, DateTimeOffset At);

/// <summary>What happened to a customer's file, the newest first.</summary>
internal static class GetCustomerHistory
{
    private const int MaxEvents = 200;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(CustomerRequests.Path + "/history", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("GetCustomerHistory").WithSummary("What happened to a customer's file, the newest first")
        .WithTags(CustomerRequests.Tag)
        .Produces<IReadOnlyList<CustomerEventView>>().ProducesProblem(403).ProducesProblem(404);

    private static async Task<IResult> HandleAsync(PartyId id, Caller caller, CustomerRequests requests,
        DbSession session, CancellationToken cancellationToken, int? before = null)
    {
        var (file, problem) = await requests.ReadAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        await using var command = session.Command(
            "select number, type, actor, subject_id, detail, at from kyc_events "
            + "where tenant_id = $1 and party_id = $2 and number < $3 order by number desc limit $4",
            session.Tenant.Value, id.Value, before ?? int.MaxValue, MaxEvents);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var events = new List<CustomerEventView>();
        while (await rows.ReadAsync(cancellationToken))
            events.Add(new CustomerEventView(rows.GetInt32(0), rows.GetString(1),
                rows.IsDBNull(2) ? null : rows.GetString(2), rows.IsDBNull(3) ? null : rows.GetGuid(3),
                rows.IsDBNull(4) ? null : rows.GetString(4), rows.GetFieldValue<DateTimeOffset>(5)));
        return TypedResults.Ok(events);
    }
}
