using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Messaging;

/// <summary>What a service's parked messages look like from outside.</summary>
public sealed record ParkedMessageList(long Parked, long Dead, IReadOnlyList<ParkedMessage> Items);

/// <summary>For whoever operates the platform; never routed by the gateway.</summary>
public static class ParkedEndpoints
{
    private const int DefaultListed = 100;

    /// <summary>
    /// <c>GET /internal/messaging/parked</c> and <c>POST /internal/messaging/parked/{eventId}/replay</c>.
    /// </summary>
    public static WebApplication MapMessaging(this WebApplication app)
    {
        // The services' API documents describe what people and partners use; this is the same in every service.
        var parked = app.MapGroup("/internal/messaging/parked")
            .RequireRole(Roles.Platform, Roles.Service)
            .ExcludeFromDescription();
        parked.MapGet("", ListAsync);
        parked.MapPost("/{eventId:guid}/replay", ReplayAsync);
        return app;
    }

    private static async Task<Ok<ParkedMessageList>> ListAsync(
        ParkedMessages messages, CancellationToken cancellationToken, int limit = DefaultListed)
    {
        var counts = await messages.CountAsync(cancellationToken);
        var items = await messages.ListAsync(limit, cancellationToken);
        return TypedResults.Ok(new ParkedMessageList(counts.Parked, counts.Dead, items));
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> ReplayAsync(
        Guid eventId, ParkedMessages messages, CancellationToken cancellationToken) =>
        await messages.ReplayAsync(eventId, cancellationToken)
            ? TypedResults.Accepted((string?)null)
            : Problems.NotFound("There is no dead message with that id.");
}
