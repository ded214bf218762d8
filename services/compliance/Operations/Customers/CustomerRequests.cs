using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Screening;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>
/// The beginning of every request about a customer: the session of the caller's tenant, and the customer's file.
/// A party of the tenant that compliance has not heard of yet is asked for, and is a customer from then on.
/// </summary>
internal sealed class CustomerRequests(DbSession session, PartyDirectory parties, TimeProvider clock)
{
    public const string Tag = "Customers";
    public const string Path = "/v1/kyc/customers/{id}";
    public const int MaxReasonLength = 2000;

    /// <summary>To change the customer's file; nobody else does until the session ends.</summary>
    public Task<(CustomerFile?, ProblemHttpResult?)> OpenAsync(
        Caller caller, PartyId id, CancellationToken cancellationToken) =>
        OpenAsync(caller, id, CustomerStore.LockAsync, cancellationToken);

    /// <summary>To read it only; nobody waits.</summary>
    public Task<(CustomerFile?, ProblemHttpResult?)> ReadAsync(
        Caller caller, PartyId id, CancellationToken cancellationToken) =>
        OpenAsync(caller, id, CustomerStore.FindAsync, cancellationToken);

    private async Task<(CustomerFile?, ProblemHttpResult?)> OpenAsync(Caller caller, PartyId id,
        Func<DbSession, PartyId, CancellationToken, Task<CustomerFile?>> find, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (await find(session, id, cancellationToken) is { } known)
            return (known, null);
        try
        {
            if (await parties.FindAsync(caller.Tenant, id, cancellationToken) is not { } party)
                return (null, Problems.NotFound());
            await CustomerStore.MarkAsync(session, id, party.Version, clock.GetUtcNow(), cancellationToken);
            return (await find(session, id, cancellationToken), null);
        }
        catch (TransientException)
        {
            return (null, Problems.Of(StatusCodes.Status503ServiceUnavailable, Problems.ServiceUnavailable,
                "Please send the request again."));
        }
    }

    public static ProblemHttpResult Transition() =>
        Problems.Conflict(Problems.InvalidTransition, "This is not possible in the state that it is in.");

    public static ProblemHttpResult SamePerson() => Problems.Of(StatusCodes.Status403Forbidden, Refusals.FourEyes,
        "Who brought it does not decide about it; a second person has to.");

    public static ProblemHttpResult Erased() => Problems.Of(StatusCodes.Status410Gone, "ERASED",
        "What this customer showed and wrote was destroyed when it need not be kept any more.");
}
