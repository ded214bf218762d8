using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace FinCode.Auth.Tokens;

/// <summary>
/// Tokens for a person whose password was just checked by an endpoint of ours, made by the same pipeline as those of
/// the token endpoint: same keys, same records, same family for the refresh tokens that follow.
/// </summary>
internal sealed class TokenIssuer(IOpenIddictServerFactory factory, IOpenIddictServerDispatcher dispatcher)
{
    /// <summary>Marks a transaction that no HTTP response of the token server belongs to.</summary>
    private const string IsDirect = "fincode.direct";

    public async Task<IssuedTokens> IssueAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        var transaction = await factory.CreateTransactionAsync();
        transaction.CancellationToken = cancellationToken;
        transaction.EndpointType = OpenIddictServerEndpointType.Token;
        transaction.Request = new OpenIddictRequest { ClientId = Clients.Console, GrantType = "urn:fincode:sign-in" };
        transaction.Response = new OpenIddictResponse();
        transaction.SetProperty(IsDirect, IsDirect);
        var context = new ProcessSignInContext(transaction) { Principal = principal };
        await dispatcher.DispatchAsync(context);
        if (context.IsRejected || context.AccessToken is null || context.RefreshToken is null)
            throw new InvalidOperationException($"No tokens were issued: {context.Error} {context.ErrorDescription}");
        return new IssuedTokens(context.AccessToken, context.RefreshToken);
    }

    /// <summary>The pipeline insists that somebody writes the response; here the endpoint does, afterwards.</summary>
    public static ValueTask LeaveResponseToEndpoint(ApplyTokenResponseContext context)
    {
        if (context.Transaction.GetProperty<string>(IsDirect) is not null)
            context.HandleRequest();
        return default;
    }
}

internal sealed record IssuedTokens(string AccessToken, string RefreshToken);
