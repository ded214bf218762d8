using Microsoft.AspNetCore.Builder;

namespace FinCode.ServiceDefaults;

/// <summary>Says in the OpenAPI document that a request carries an <c>Idempotency-Key</c>.</summary>
public sealed class NeedsIdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>Visible ASCII characters at most.</summary>
    public const int MaxLength = 255;
}

public static class IdempotencyKeyMetadata
{
    public static TBuilder NeedsIdempotencyKey<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new NeedsIdempotencyKey());
}
