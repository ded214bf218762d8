using System.Security.Claims;
using FinCode.Auth.Storage;
using FinCode.Auth.Tokens;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace FinCode.Auth.Operations;

/// <summary>
/// Ends the sign-in that the caller's access token came from: no refresh token of it works any more. The access token
/// itself runs out within minutes.
/// </summary>
internal static class SignOut
{
    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/v1/auth/sign-out", HandleAsync)
        .WithName("signOut").WithTags("Authentication").WithSummary("Ends the caller's sign-in.")
        .Produces(204).ProducesProblem(401);

    private static async Task<IResult> HandleAsync(
        ClaimsPrincipal token, Caller caller, TenantSight sight, [FromServices] IOpenIddictTokenManager tokens,
        [FromServices] IOpenIddictAuthorizationManager authorizations, CancellationToken cancellationToken)
    {
        sight.Only(caller.Tenant);
        if (token.FindFirstValue(Claims.Private.AuthorizationId) is not { } family)
            return Problems.Deny("Only people sign out; a machine's token runs out.");
        await Families.RevokeAsync(family, tokens, authorizations, cancellationToken);
        return TypedResults.NoContent();
    }
}
