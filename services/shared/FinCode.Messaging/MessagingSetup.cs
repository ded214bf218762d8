using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

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
        var registry = new ReactionRegistry(builder.Services);
        reactions(registry);
        builder.AddPostgres(noun);
        builder.Services.AddScoped<DbSession>();
        builder.Services.AddScoped<Outbox>();
        builder.Services.AddScoped<IdempotentRequests>();
        builder.Services.AddSingleton(registry);
        return builder;
    }

    /// <summary>A DbContext inside the session's transaction: begin the session before the context is first used.</summary>
    public static IServiceCollection AddSessionDbContext<TContext>(this IServiceCollection services) where TContext : DbContext
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

/// <summary>Which events a service reacts to; the topics it consumes follow from them.</summary>
public sealed class ReactionRegistry(IServiceCollection services)
{
    private readonly Dictionary<string, Type> _eventTypes = [];
    private readonly HashSet<string> _topics = [];

    public IReadOnlyCollection<string> EventTypes => _eventTypes.Keys;

    public IReadOnlyCollection<string> Topics => _topics;

    public ReactionRegistry On<TEvent, TReaction>()
        where TEvent : class, IEvent where TReaction : class, IReaction<TEvent>
    {
        services.AddScoped<IReaction<TEvent>, TReaction>();
        _eventTypes.Add(TEvent.Type, typeof(TEvent));
        _topics.Add(TEvent.Topic);
        return this;
    }
}
