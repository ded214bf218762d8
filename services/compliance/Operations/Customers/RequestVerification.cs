using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Identity;
using FinCode.Compliance.Screening;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>
/// Starts an identity verification, or finds the one that is under way: its row first, then one request to the
/// provider, then what came of it. Where nothing clear came of it, enquiries find out. One of another provider, or for
/// another name or date of birth, leads nowhere any more and ends.
/// </summary>
internal static class RequestVerification
{
    public const string NoProvider = "NO_IDENTITY_PROVIDER";

    private const int MaxTries = 5;
    private static readonly TimeSpan TriesWithin = TimeSpan.FromDays(30);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(CustomerRequests.Path + "/verifications", HandleAsync)
        .RequireAccess(Scopes.KycWrite, Roles.Compliance)
        .WithName("RequestIdentityVerification").WithSummary("Verify a customer's identity with the provider")
        .WithDescription("While one is under way it answers that one (200). Its url is where the customer goes on; "
            + "it is missing until the provider has answered.")
        .WithTags(CustomerRequests.Tag).WithGroupName("partners")
        .Produces<KycVerificationView>(201).Produces<KycVerificationView>().ProducesProblem(403).ProducesProblem(404)
        .ProducesProblem(409).ProducesProblem(410).ProducesProblem(422).ProducesProblem(503);

    private static async Task<IResult> HandleAsync(PartyId id, Caller caller, IdentitySetup setup,
        ComplianceOptions options, IServiceScopeFactory scopes, PartyDirectory parties, IServiceProvider provider,
        CancellationToken cancellationToken)
    {
        if (setup.Settings is null)
            return Problems.Conflict(NoProvider, "No provider verifies identities here: upload documents instead.");
        Party party;
        try
        {
            if (await parties.FindAsync(caller.Tenant, id, cancellationToken) is not { Role: PartyRole.Sender } found)
                return Problems.NotFound();
            party = found;
        }
        catch (TransientException)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, Problems.ServiceUnavailable,
                "Please send the request again.");
        }
        var identityHash = CustomerIdentity.HashOf(options, caller.Tenant, party);
        var (begun, isNew, problem) =
            await BeginAsync(scopes, id, identityHash, caller, setup.Settings, cancellationToken);
        if (begun is null)
            return problem!;
        if (isNew)
        {
            var answer = await provider.GetRequiredService<IIdentityProvider>()
                .CreateSessionAsync(begun.Id, IdentityPerson.Of(party), cancellationToken);
            begun = await RecordAsync(scopes, caller.Tenant, begun, answer, cancellationToken);
        }
        try
        {
            var url = await UrlAsync(scopes, caller.Tenant, begun, cancellationToken);
            var view = KycVerificationView.Of(begun, url);
            return isNew ? TypedResults.Created((string?)null, view) : TypedResults.Ok(view);
        }
        catch (CustomerErasedException)
        {
            return CustomerRequests.Erased();
        }
    }

    /// <summary>Committed before anything leaves.</summary>
    private static async Task<(Verification?, bool IsNew, IResult?)> BeginAsync(IServiceScopeFactory scopes,
        PartyId id, string identityHash, Caller caller, IdentitySettings settings,
        CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        var clock = scope.ServiceProvider.GetRequiredService<TimeProvider>();
        var (file, problem) = await scope.ServiceProvider.GetRequiredService<CustomerRequests>()
            .OpenAsync(caller, id, cancellationToken);
        if (file is null)
            return (null, false, problem);
        if (await CustomerStore.IsErasedAsync(session, id, cancellationToken))
            return (null, false, CustomerRequests.Erased());
        var now = clock.GetUtcNow();
        var earlier = await VerificationStore.OfCustomerAsync(session, id, cancellationToken);
        var open = earlier.Find(one => !one.IsEnded);
        if (open is not null && open.IsUnderWay(settings.Name, identityHash))
            return (open, false, null);
        if (earlier.Count(one => one.RequestedAt > now - TriesWithin) >= MaxTries)
            return (null, false, Problems.Of(422, Problems.LimitExceeded,
                $"At most {MaxTries} verifications within {TriesWithin.Days} days: upload documents instead."));
        if (open is not null)
            await VerificationStore.EndAsync(session, file, open, caller.Subject, now, cancellationToken);
        var begun = Verification.Begin(
            id, settings.Name, identityHash, caller.Subject, now, settings.Timeout * 2);
        await VerificationStore.AddAsync(session, begun, cancellationToken);
        file.Note(CustomerEvent.VerificationRequested, caller.Subject, begun.Id, settings.Name, now);
        await CustomerStore.SaveAsync(session, file, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return (begun, true, null);
    }

    private static async Task<Verification> RecordAsync(IServiceScopeFactory scopes, TenantId tenant,
        Verification begun, IdentityAnswer answer, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, cancellationToken);
        await scope.ServiceProvider.GetRequiredService<IdentityDesk>()
            .RecordAsync(begun.Customer, begun.Id, answer, cancellationToken);
        var recorded = await VerificationStore.FindAsync(session, begun.Id, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return recorded!;
    }

    private static async Task<string?> UrlAsync(IServiceScopeFactory scopes, TenantId tenant, Verification one,
        CancellationToken cancellationToken)
    {
        if (one.SealedUrl is null || one.IsEnded)
            return null;
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DbSession>().BeginAsync(tenant, cancellationToken);
        return await scope.ServiceProvider.GetRequiredService<CustomerVault>()
            .OpenAsync<string>(one.Customer, $"session {one.Id}", one.SealedUrl, cancellationToken);
    }
}
