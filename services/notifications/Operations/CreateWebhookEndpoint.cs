using FinCode.Messaging;
using FinCode.Notifications.Model;
using FinCode.Notifications.Storage;
using FinCode.Notifications.Webhooks;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Notifications.Operations;

/// <param name="Events">Types, or <c>["*"]</c>; all when left out.</param>
internal sealed record WebhookEndpointRequest(string? Url, IReadOnlyList<string>? Events, string? Description);

/// <summary>
/// A URL is registered once per tenant, so a repeated request is told so (409) and makes no second endpoint; it is
/// not answered from
/// memory, because the secret is not kept in the clear.
/// </summary>
internal static class CreateWebhookEndpoint
{
    /// <summary>Endpoints of one tenant at most.</summary>
    internal const int MaxEndpoints = 20;

    private const int MaxDescriptionLength = 200;

    public static void Map(WebApplication app) => app.MapPost(WebhookOperations.EndpointsPath, HandleAsync)
        .ForPartners("createWebhookEndpoint", "Register a URL that is told what happens to transactions")
        .Produces<WebhookEndpointView>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        WebhookEndpointRequest request, Caller caller, TenantStore store, DbSession session, SecretBox box,
        WebhookSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (WhatIsWrong(request, settings) is { } invalid)
            return invalid;
        if (request.Events?.Any(WebhookTypes.OfStaff.Contains) == true && !caller.IsIn(Contracts.Roles.Manager))
            return Problems.Deny($"Only a MANAGER may ask for {string.Join(" and ", WebhookTypes.OfStaff)}.");
        var db = await store.BeginAsync(caller.Tenant, cancellationToken);
        await WaitForOthersAsync(session, cancellationToken);
        var others = await db.Endpoints.AsNoTracking()
            .Where(endpoint => endpoint.TenantId == caller.Tenant.Value && endpoint.Status != EndpointStatus.Deleted)
            .Select(endpoint => endpoint.Url).ToListAsync(cancellationToken);
        if (others.Contains(request.Url!))
            return Problems.Conflict("WEBHOOK_ENDPOINT_EXISTS", "This URL is registered already.");
        if (others.Count >= MaxEndpoints)
            return Problems.Of(422, Problems.LimitExceeded, $"A tenant has at most {MaxEndpoints} webhook endpoints.");

        var (id, secret) = (WebhookEndpointId.New(clock), SecretBox.NewSecret());
        var events = (request.Events ?? []).Where(type => type != WebhookEndpointView.AllEvents).Distinct().ToArray();
        var endpoint = WebhookEndpoint.Create(
            id, caller.Tenant, request.Url!, events, request.Description, box.Seal(id, secret), clock.GetUtcNow());
        db.Add(endpoint);
        await store.SaveAsync(db, cancellationToken);
        return TypedResults.Created(
            $"{WebhookOperations.EndpointsPath}/{id}", WebhookEndpointView.Of(endpoint, SecretBox.Show(secret)));
    }

    private static ProblemHttpResult? WhatIsWrong(WebhookEndpointRequest request, WebhookSettings settings)
    {
        var validation = new Validation();
        if (validation.RequireText(request.Url, "/url", WebhookUrl.MaxLength)
            && WebhookUrl.WhatIsWrong(request.Url, settings.AllowPrivateAddresses) is { } wrong)
            validation.Check(false, "/url", wrong);
        validation.OptionalText(request.Description, "/description", MaxDescriptionLength);
        validation.Check(request.Events is not { Count: 0 }, "/events", "Leave it out, or name at least one type.");
        string[] types = [.. WebhookTypes.All, .. WebhookTypes.OfStaff];
        var known = request.Events?.Take(types.Length + 1).Select((type, index) => (type, index)) ?? [];
        foreach (var (type, index) in known)
            validation.Check(
                (type == WebhookEndpointView.AllEvents && request.Events!.Count == 1)
                    || types.Contains(type),
                $"/events/{index}", $"One of {string.Join(", ", types)}, or \"*\" alone.");
        validation.Check(request.Events is null || request.Events.Count <= types.Length, "/events",
            $"At most {types.Length} types.");
        return validation.Failed ? validation.ToProblem() : null;
    }

    /// <summary>One creation at a time per tenant, so that the limit holds; the unique index stands behind the
    /// URL.</summary>
    private static async Task WaitForOthersAsync(DbSession session, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))", $"webhook-endpoints {session.Tenant}");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
