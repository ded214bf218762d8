using FinCode.Ledger.Proofs;

namespace FinCode.Ledger.Operations.Proofs;

/// <summary>The public keys of checkpoints. No secret: an auditor has no account with us.</summary>
internal static class GetSigningKeys
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/signing-keys", (SigningKeys keys) => TypedResults.Ok(keys.Public))
        .AllowAnonymous()
        .WithName("getLedgerSigningKeys").WithTags("Ledger proofs")
        .WithSummary("The public keys that checkpoints are signed with, as a JWKS (RFC 7517)")
        .Produces<LedgerSigningKeys>();
}
