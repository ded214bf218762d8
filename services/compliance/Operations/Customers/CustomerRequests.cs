using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Screening;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>
/// The beginning of every request about a customer: the session of the caller's tenant, and the customer's file.
/// A sender of the tenant that compliance has not heard of yet is asked for, and is a customer from then on.
/// </summary>
internal sealed class CustomerRequests(
    DbSession session, PartyDirectory parties, CustomerIdentity identity, TimeProvider clock)
{
    public const string Tag = "Customers";
    public const string Path = "/v1/kyc/customers/{id}";
    public const int MaxReasonLength = 2000;
    public const string IdentityChanged = "IDENTITY_CHANGED";

    /// <summary>To change the customer's file; nobody else does until the session ends.</summary>
    public async Task<(CustomerFile?, ProblemHttpResult?)> OpenAsync(
        Caller caller, PartyId id, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        return await OpenAsync(id, cancellationToken);
    }

    /// <summary>The same in a session that has begun.</summary>
    public async Task<(CustomerFile?, ProblemHttpResult?)> OpenAsync(PartyId id, CancellationToken cancellationToken)
    {
        // Asked before the row is locked: nobody else waits for the answer.
        var known = await CustomerStore.FindAsync(session, id, cancellationToken);
        Party? party = null;
        if (known is null or { IdentityHash: null, EndedOn: null })
        {
            (party, var problem) = await AskAsync(id, cancellationToken);
            if (known is null && party is null)
                return (null, problem);
        }
        if (known is null)
            await CustomerStore.MarkAsync(session, id, party!.Version, clock.GetUtcNow(), cancellationToken);
        var file = await CustomerStore.LockAsync(session, id, cancellationToken);
        if (file is { IdentityHash: null } && party is not null)
            await identity.HearAsync(file, party, before: null, cancellationToken);
        return (file, null);
    }

    /// <summary>To read it only; nobody waits.</summary>
    public async Task<(CustomerFile?, ProblemHttpResult?)> ReadAsync(
        Caller caller, PartyId id, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (await CustomerStore.FindAsync(session, id, cancellationToken) is { } known)
            return (known, null);
        var (party, problem) = await AskAsync(id, cancellationToken);
        if (party is null)
            return (null, problem);
        await CustomerStore.MarkAsync(session, id, party.Version, clock.GetUtcNow(), cancellationToken);
        return (await CustomerStore.FindAsync(session, id, cancellationToken), null);
    }

    /// <summary>Only a sender is a customer.</summary>
    private async Task<(Party?, ProblemHttpResult?)> AskAsync(PartyId id, CancellationToken cancellationToken)
    {
        try
        {
            return await parties.FindAsync(session.Tenant, id, cancellationToken) is { Role: PartyRole.Sender } party
                ? (party, null)
                : (null, Problems.NotFound());
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

    public static ProblemHttpResult AnotherIdentity() => Problems.Conflict(IdentityChanged,
        "The customer's name or date of birth is not the one that this was shown for; it has to be shown again.");

    public static ProblemHttpResult OtherDetails() => Problems.Conflict(IdentityChanged,
        "The customer's name, date of birth or country is not the one that this was proposed for.");

    public static ProblemHttpResult Erased() => Problems.Of(StatusCodes.Status410Gone, "ERASED",
        "What this customer showed and wrote was destroyed when it need not be kept any more.");
}
