using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace FinCode.Messaging;

/// <summary>
/// The check "messaging" of <c>/health</c>. Degraded where somebody should look (dead letters, no broker), never
/// unhealthy: a restart of the pods would bring no broker back.
/// </summary>
internal sealed class MessagingHealth(QueueDepthReader reader, MessagingState state) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken)
    {
        QueueDepths depths;
        try
        {
            depths = await reader.ReadAsync(cancellationToken);
        }
        catch (NpgsqlException exception) when (exception is not PostgresException)
        {
            return HealthCheckResult.Degraded("The queues cannot be read: PostgreSQL does not answer.");
        }
        var figures = new Dictionary<string, object>
        {
            ["outboxDepth"] = depths.Outbox,
            ["oldestOutboxSeconds"] = depths.OldestOutboxSeconds,
            ["lag"] = state.Lag.Values.Sum(),
            ["parked"] = depths.Parked,
            ["dead"] = depths.Dead,
        };
        if (!state.ReachesBroker)
            return HealthCheckResult.Degraded("No broker answers; events wait in the outbox.", data: figures);
        return depths.Dead > 0
            ? HealthCheckResult.Degraded("Dead letters wait for a replay.", data: figures)
            : HealthCheckResult.Healthy(data: figures);
    }
}
