using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FinCode.Messaging.Consuming;

/// <summary>
/// Runs reactions inside a transaction of the consumer, each in a scope whose session is lent that transaction.
/// </summary>
internal sealed partial class ReactionRunner(
    IServiceScopeFactory scopes, MessagingOptions options, MessagingState state, ILogger<ReactionRunner> logger)
{
    public Unit Begin(NpgsqlTransaction transaction) => new(this, transaction);

    /// <summary>The reactions that one transaction holds; their scopes live until it has ended.</summary>
    internal sealed class Unit(ReactionRunner runner, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        private readonly List<(AsyncServiceScope Scope, DbSession Session)> _done = [];
        private readonly List<string> _types = [];
        private TenantId? _tenant;

        public async Task RunAsync(Received message, CancellationToken cancellationToken)
        {
            var meta = message.Meta;
            using var activity = MessagingTelemetry.StartConsumer(message.Topic, message.Envelope!);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(runner.Timeout);
            if (_tenant != meta.Tenant)
                await DbSession.SetTenantAsync(transaction, meta.Tenant.Value.ToString(), limit.Token);
            _tenant = meta.Tenant;
            var scope = runner.NewScope();
            var session = scope.ServiceProvider.GetRequiredService<DbSession>();
            session.Attach(transaction, meta.Tenant);
            _done.Add((scope, session));
            await message.Binding!.HandleAsync(scope.ServiceProvider, message.Event!, meta, limit.Token);
            _types.Add(message.Envelope!.Type);
        }

        /// <summary>
        /// Deferred constraints speak now, and a transaction that PostgreSQL has already given up (because a reaction
        /// swallowed an error) fails here: its commit would be a rollback that reports success, and the message would
        /// be lost.
        /// </summary>
        public Task SettleAsync(CancellationToken cancellationToken) =>
            DbSession.SettleAsync(transaction, cancellationToken);

        /// <summary>Call when the transaction has committed.</summary>
        public void Committed()
        {
            foreach (var type in _types)
                runner.Processed(type);
            foreach (var (_, session) in _done)
                runner.RunAfterCommit(session);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var (scope, _) in _done)
                await scope.DisposeAsync();
        }
    }

    private TimeSpan Timeout => TimeSpan.FromMilliseconds(options.ReactionTimeoutMilliseconds);

    private AsyncServiceScope NewScope() => scopes.CreateAsyncScope();

    private void Processed(string type) => state.Metrics.Processed(type);

    /// <summary>The effect stands; a hint that fails must not make it look as if it did not.</summary>
    private void RunAfterCommit(DbSession session)
    {
        try
        {
            session.RunAfterCommit();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogHintFailed(logger, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What was to follow a commit failed; the commit stands")]
    private static partial void LogHintFailed(ILogger logger, Exception exception);
}
