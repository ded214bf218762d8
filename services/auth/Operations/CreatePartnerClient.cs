using FinCode.Auth.Model;
using FinCode.Auth.Tokens;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;
using OpenIddict.Abstractions;

namespace FinCode.Auth.Operations;

/// <summary>
/// A MANAGER makes a machine client for the tenant. The secret is in this answer only; what is kept is its hash.
/// </summary>
internal static class CreatePartnerClient
{
    public sealed record CreatePartnerClientRequest(string? Name, IReadOnlyList<string>? Scopes);

    public sealed record CreatedPartnerClient(
        ClientId ClientId, string ClientSecret, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt);

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/v1/partner-clients", HandleAsync)
        .RequireRole(Roles.Manager)
        .WithName("createPartnerClient").WithTags("Partner clients")
        .WithSummary("Makes a client id and secret for a machine.")
        .Produces<CreatedPartnerClient>(201).ProducesProblem(403).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        CreatePartnerClientRequest request, Caller caller, Staff staff,
        [FromServices] IOpenIddictApplicationManager clients, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await staff.EnterAsync(caller, cancellationToken) is { } denied)
            return denied;
        var validation = new Validation();
        validation.RequireText(request.Name, "/name", StaffRules.MaxNameLength);
        if (validation.Require(request.Scopes, "/scopes"))
            validation.Check(AreGrantable(request.Scopes), "/scopes",
                $"One or more of {string.Join(", ", Scopes.Partner)}, each once.");
        if (validation.Failed)
            return validation.ToProblem();

        var id = ClientId.New(clock);
        var secret = ClientRegistry.NewSecret();
        var client = Clients.Machine(
            id.ToString(), request.Name!, Roles.Partner, caller.Tenant, request.Scopes!, clock.GetUtcNow());
        await clients.CreateAsync(client, secret, cancellationToken);
        return TypedResults.Created(
            (string?)null, new CreatedPartnerClient(id, secret, request.Name!, request.Scopes!, client.CreatedAt));
    }

    private static bool AreGrantable(IReadOnlyList<string> scopes) =>
        scopes.Count > 0 && scopes.Distinct().Count() == scopes.Count && scopes.All(Scopes.Partner.Contains);
}
