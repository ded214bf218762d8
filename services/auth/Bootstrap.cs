using FinCode.Auth.Keys;
using FinCode.Auth.Storage;
using FinCode.Auth.Tokens;
using FinCode.Contracts;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace FinCode.Auth;

/// <summary>
/// Before the first request: a signing key, the console's public client, and the machine clients that configuration
/// brings along. Replicas that start at once do it one after the other; a second run changes nothing but a secret that
/// configuration changed.
/// </summary>
internal sealed class Bootstrap(IServiceScopeFactory scopes, AuthSettings settings, TimeProvider clock) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        services.GetRequiredService<TenantSight>().Everything();
        var database = services.GetRequiredService<AuthDbContext>();
        var keys = services.GetRequiredService<SigningKeyStore>();
        var clients = services.GetRequiredService<IOpenIddictApplicationManager>();

        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await database.LockAsync(cancellationToken);
        await keys.AddIfDueAsync(cancellationToken);
        var now = clock.GetUtcNow();
        if (!await database.Applications.AnyAsync(client => client.ClientId == Clients.Console, cancellationToken))
            await clients.CreateAsync(Clients.ForPeople(now), cancellationToken);
        await EnsureAsync(
            clients, settings.Service, Clients.Machine(
                settings.Service.ClientId, "FinCode services", Roles.Service, null,
                [Scopes.PartiesInternal, Scopes.LedgerPost], now),
            cancellationToken);
        if (settings.Platform is { } platform)
            await EnsureAsync(
                clients, platform,
                Clients.Machine(platform.ClientId, "FinCode platform", Roles.Platform, null, [], now),
                cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        await keys.LoadAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task EnsureAsync(
        IOpenIddictApplicationManager clients, ConfiguredClient configured, ClientApplication application,
        CancellationToken cancellationToken)
    {
        if (await clients.FindByClientIdAsync(configured.ClientId, cancellationToken) is not ClientApplication existing)
            await clients.CreateAsync(application, configured.ClientSecret, cancellationToken);
        else if (existing.Role != application.Role)
            throw new InvalidOperationException($"The client {configured.ClientId} exists in another role.");
        else if (!await clients.ValidateClientSecretAsync(existing, configured.ClientSecret, cancellationToken))
            await clients.UpdateAsync(existing, configured.ClientSecret, cancellationToken);
    }
}
