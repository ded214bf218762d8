using FinCode.Messaging.Consuming;
using FinCode.Messaging.Relay;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace FinCode.Messaging;

/// <summary>Adds the outbox, its relay and the consumer to a service.</summary>
public static class MessagingSetup
{
    /// <summary>
    /// Database, sessions, outbox, relay and consumer of a service. Settings: <c>ConnectionStrings:noun</c> and
    /// <c>ConnectionStrings:kafka</c> (bootstrap servers). The noun is the consumer group.
    /// </summary>
    public static WebApplicationBuilder AddMessaging(
        this WebApplicationBuilder builder, string noun, Action<ReactionRegistry> reactions)
    {
        var services = builder.Services;
        var registry = new ReactionRegistry(services);
        reactions(registry);
        var options = builder.Configuration.GetSection(MessagingOptions.Section).Get<MessagingOptions>() ?? new();
        options.Validate();
        builder.AddPostgres(noun);
        services.AddScoped<DbSession>();
        services.AddScoped<Outbox>();
        services.AddScoped<IdempotentRequests>();
        services.AddSingleton(registry);
        services.AddSingleton(options);
        services.AddSingleton(MessagingPlace.From(builder.Configuration, noun));
        services.AddSingleton<MessagingState>();
        services.AddSingleton(provider => new ParkedMessages(
            provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<MessagingPlace>()));
        services.AddHostedService<OutboxRelay>();
        services.AddSingleton<QueueDepthReader>();
        services.AddHealthChecks().AddCheck<MessagingHealth>("messaging");
        services.AddJob<ObserveQueues>(ObserveQueues.Interval);
        services.AddJob<ForgetOldRows>(ForgetOldRows.Interval);
        if (registry.Topics.Count > 0)
            services.AddConsumer();
        return builder;
    }

    private static void AddConsumer(this IServiceCollection services)
    {
        services.TryAddSingleton<MessagingSeams>();
        services.AddSingleton<ReactionRunner>();
        services.AddSingleton<Parking>();
        services.AddSingleton<LaneRunner>();
        services.AddHostedService<EventConsumer>();
        services.AddHostedService<ParkedRetries>();
    }

    /// <summary>
    /// A DbContext inside the session's transaction: begin the session before the context is first used.
    /// </summary>
    public static IServiceCollection AddSessionDbContext<TContext>(this IServiceCollection services)
        where TContext : DbContext
    {
        services.AddScoped(provider =>
        {
            var session = provider.GetRequiredService<DbSession>();
            var options = new DbContextOptionsBuilder<TContext>().UseNpgsql(session.Connection).Options;
            var context = ActivatorUtilities.CreateInstance<TContext>(provider, options);
            context.Database.UseTransaction(session.Transaction);
            return context;
        });
        return services;
    }
}
