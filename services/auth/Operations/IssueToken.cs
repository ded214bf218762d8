using System.Security.Claims;
using FinCode.Auth.Storage;
using FinCode.Auth.Tokens;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace FinCode.Auth.Operations;

/// <summary>
/// The OAuth 2.0 token endpoint (RFC 6749): <c>client_credentials</c> for machines, <c>refresh_token</c> for people.
/// When this handler runs, the token server has checked the client, its secret, the scopes and the refresh token.
/// </summary>
internal static class IssueToken
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static void Map(IEndpointRouteBuilder app) => app.MapPost(TokenServer.TokenPath, HandleAsync)
        .AllowAnonymous()
        .DisableAntiforgery()
        .WithName("issueToken").WithTags("Authentication").WithGroupName("partners")
        .WithSummary("Gives an access token for client credentials or a refresh token.")
        .WithDescription("Form fields: grant_type (client_credentials or refresh_token), client_id, client_secret, "
            + "scope (separated by spaces; all that the client may have unless given), refresh_token. "
            + "Errors are those of RFC 6749.")
        .Produces<TokenAnswer>();

    /// <summary>The answer of the token endpoint (RFC 6749, section 5.1).</summary>
    public sealed record TokenAnswer(
        [property: System.Text.Json.Serialization.JsonPropertyName("access_token")] string AccessToken,
        [property: System.Text.Json.Serialization.JsonPropertyName("token_type")] string TokenType,
        [property: System.Text.Json.Serialization.JsonPropertyName("expires_in")] int ExpiresIn,
        [property: System.Text.Json.Serialization.JsonPropertyName("scope")] string? Scope = null,
        [property: System.Text.Json.Serialization.JsonPropertyName("refresh_token")] string? RefreshToken = null);

    private static async Task<IResult> HandleAsync(
        HttpContext http, AuthDbContext database, TenantSight sight, [FromServices] IOpenIddictTokenManager tokens,
        [FromServices] IOpenIddictAuthorizationManager authorizations)
    {
        var request = http.GetOpenIddictServerRequest()
            ?? throw new InvalidOperationException("The token server did not see this request.");
        sight.Everything();
        return request.IsClientCredentialsGrantType()
            ? await ForMachineAsync(request, database, http.RequestAborted)
            : await ForPersonAsync(http, database, tokens, authorizations);
    }

    private static async Task<IResult> ForMachineAsync(
        OpenIddictRequest request, AuthDbContext database, CancellationToken cancellationToken)
    {
        var client = await database.Applications.AsNoTracking()
            .SingleAsync(application => application.ClientId == request.ClientId, cancellationToken);
        if (client.TenantId is { } tenant && !await IsActiveAsync(database, tenant, cancellationToken))
            return Refuse(Errors.UnauthorizedClient, "This client may not get tokens now.");
        var asked = request.GetScopes();
        return SignIn(Identities.Of(client, asked.IsEmpty ? Clients.ScopesOf(client) : asked));
    }

    /// <summary>
    /// The person is looked up again: roles may have changed, the account or the tenant may have been stopped.
    /// </summary>
    private static async Task<IResult> ForPersonAsync(
        HttpContext http, AuthDbContext database, IOpenIddictTokenManager tokens,
        IOpenIddictAuthorizationManager authorizations)
    {
        var cancellationToken = http.RequestAborted;
        var earlier = (await http.AuthenticateAsync(Scheme)).Principal
            ?? throw new InvalidOperationException("The token server let a request without a refresh token through.");
        if (!await TryUseAsync(earlier, tokens, authorizations, cancellationToken))
            return Refuse(Errors.InvalidGrant, "The refresh token is no longer valid.");
        var id = UserId.Parse(earlier.GetClaim(Claims.Subject)!).Value;
        var user = await database.Users.AsNoTracking().SingleOrDefaultAsync(
            person => person.Id == id && person.DisabledAt == null, cancellationToken);
        if (user is null || !await IsActiveAsync(database, user.TenantId, cancellationToken))
            return Refuse(Errors.InvalidGrant, "The refresh token is no longer valid.");
        var principal = Identities.Of(user);
        // The new token stays in the family of the sign-in.
        principal.SetAuthorizationId(earlier.GetAuthorizationId());
        return SignIn(principal);
    }

    /// <summary>
    /// Of two requests that present one refresh token at the same moment only one uses it; the other is a reuse, and
    /// ends the family as a later one would.
    /// </summary>
    private static async Task<bool> TryUseAsync(
        ClaimsPrincipal earlier, IOpenIddictTokenManager tokens, IOpenIddictAuthorizationManager authorizations,
        CancellationToken cancellationToken)
    {
        var token = await tokens.FindByIdAsync(earlier.GetTokenId()!, cancellationToken);
        if (token is not null && await tokens.TryRedeemAsync(token, cancellationToken))
            return true;
        await Families.RevokeAsync(earlier.GetAuthorizationId()!, tokens, authorizations, cancellationToken);
        return false;
    }

    private static Task<bool> IsActiveAsync(AuthDbContext database, Guid tenant, CancellationToken cancellationToken) =>
        database.Principals.AnyAsync(
            principal => principal.Id == tenant && principal.SuspendedAt == null, cancellationToken);

    private static IResult SignIn(ClaimsPrincipal principal) => Results.SignIn(principal, authenticationScheme: Scheme);

    private static IResult Refuse(string error, string description) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }), [Scheme]);
}
