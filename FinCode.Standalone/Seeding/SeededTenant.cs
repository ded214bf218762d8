using FinCode.Standalone.Client;

namespace FinCode.Standalone.Seeding;

/// <summary>
/// A tenant that can be used at once: its people, its partner's client, the inbox that its webhooks go to.
/// </summary>
internal sealed record SeededTenant
{
    public required string Tenant { get; init; }

    public required StaffLogin Manager { get; init; }

    /// <summary>Two, because whoever proposes a decision may not approve it.</summary>
    public required IReadOnlyList<StaffLogin> Officers { get; init; }

    public required StaffLogin Finance { get; init; }

    public required string ClientId { get; init; }

    public required string ClientSecret { get; init; }

    public required string Inbox { get; init; }

    public ApiClient As(Uri gateway, StaffLogin person) =>
        ApiClient.For(gateway, http => AccessToken.OfPerson(http, Tenant, person.Email, person.Password));

    public ApiClient AsPartner(Uri gateway) =>
        ApiClient.For(gateway, http => AccessToken.OfClient(http, ClientId, ClientSecret));
}

internal sealed record StaffLogin(string Email, string Password);
