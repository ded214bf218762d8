using System.Text.Json;
using FinCode.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Messaging;

/// <summary>Which events a service reacts to; the topics it consumes follow from them.</summary>
public sealed class ReactionRegistry(IServiceCollection services)
{
    private readonly Dictionary<string, ReactionBinding> _bindings = [];
    private readonly HashSet<string> _topics = [];

    public IReadOnlyCollection<string> EventTypes => _bindings.Keys;

    public IReadOnlyCollection<string> Topics => _topics;

    public ReactionRegistry On<TEvent, TReaction>()
        where TEvent : class, IEvent where TReaction : class, IReaction<TEvent>
    {
        services.AddScoped<IReaction<TEvent>, TReaction>();
        _bindings.Add(TEvent.Type, ReactionBinding.For<TEvent>());
        _topics.Add(TEvent.Topic);
        return this;
    }

    internal ReactionBinding? Find(string type) => _bindings.GetValueOrDefault(type);
}

/// <summary>
/// How an event of one type is read and handed to its reaction; made once, so that nothing is reflected upon per
/// message.
/// </summary>
internal sealed record ReactionBinding(
    Func<JsonElement, (object Message, string Key)> Read,
    Func<IServiceProvider, object, EventMeta, CancellationToken, Task> HandleAsync)
{
    public static ReactionBinding For<TEvent>() where TEvent : class, IEvent => new(
        data =>
        {
            var message = data.Deserialize<TEvent>(ContractJson.Options)
                ?? throw new JsonException("The data is null.");
            return (message, message.EventKey());
        },
        (scope, message, meta, cancellationToken) =>
            scope.GetRequiredService<IReaction<TEvent>>().HandleAsync((TEvent)message, meta, cancellationToken));
}
