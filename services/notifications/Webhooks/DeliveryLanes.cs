using FinCode.Notifications.Jobs;
using FinCode.ServiceDefaults;

namespace FinCode.Notifications.Webhooks;

/// <summary>
/// Requests under way in this process. The job that leases never waits for them, so a receiver that is slow keeps
/// nobody waiting but
/// itself; when one ends, the job is woken to fill its place. At shutdown they are cut off and their leases given back.
/// </summary>
internal sealed partial class DeliveryLanes(
    IServiceScopeFactory scopes, WebhookClient client, SecretBox box, JobSignal<DeliverWebhooks> signal,
        TimeProvider clock,
    ILogger<DeliveryLanes> logger) : IHostedService, IDisposable
{
    /// <summary>Requests at the same time.</summary>
    internal const int MaxUnderWay = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Task> _underWay = [];
    private readonly CancellationTokenSource _stopping = new();

    public int Free
    {
        get
        {
            lock (_gate)
                return MaxUnderWay - _underWay.Count;
        }
    }

    public void Start(LeasedDelivery delivery)
    {
        lock (_gate)
            _underWay[delivery.DeliveryId] = Task.Run(() => RunAsync(delivery));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        Task[] rest;
        lock (_gate)
            rest = [.. _underWay.Values];
        await Task.WhenAll(rest).WaitAsync(cancellationToken);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(LeasedDelivery delivery)
    {
        try
        {
            await DeliverAsync(delivery);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            await ReleaseAsync(delivery);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The lease ends by itself, and the delivery is tried again.
            LogFailed(logger, delivery.DeliveryId, exception);
        }
        finally
        {
            lock (_gate)
                _underWay.Remove(delivery.DeliveryId);
            signal.Wake();
        }
    }

    private async Task DeliverAsync(LeasedDelivery delivery)
    {
        var startedAt = clock.GetUtcNow();
        var since = clock.GetTimestamp();
        var result = await client.SendAsync(
            delivery.Url, delivery.MessageId, delivery.Body, Secrets(delivery, startedAt), _stopping.Token);
        var duration = (int)clock.GetElapsedTime(since).TotalMilliseconds;
        await using var scope = scopes.CreateAsyncScope();
        // What was sent is written down also when the process is stopping.
        var recorded = await scope.ServiceProvider.GetRequiredService<DeliveryRecords>()
            .RecordAsync(delivery, startedAt, duration, result, CancellationToken.None);
        if (!recorded)
            LogLeaseLost(logger, delivery.DeliveryId);
        else if (!result.IsSuccess)
            LogNotTaken(logger, delivery.DeliveryId, delivery.EndpointId, result.StatusCode, result.Error);
    }

    private List<byte[]> Secrets(LeasedDelivery delivery, DateTimeOffset now)
    {
        var secrets = new List<byte[]> { box.Open(delivery.EndpointId, delivery.Secret) };
        if (delivery.PreviousSecret is not null && delivery.PreviousSecretUntil > now)
            secrets.Add(box.Open(delivery.EndpointId, delivery.PreviousSecret));
        return secrets;
    }

    private async Task ReleaseAsync(LeasedDelivery delivery)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<DeliveryRecords>().ReleaseAsync(delivery,
                CancellationToken.None);
        }
        catch (Npgsql.NpgsqlException exception)
        {
            LogFailed(logger, delivery.DeliveryId, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Delivery {DeliveryId} could not be sent or recorded")]
    private static partial void LogFailed(ILogger logger, Guid deliveryId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivery {DeliveryId} took longer than its lease")]
    private static partial void LogLeaseLost(ILogger logger, Guid deliveryId);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Delivery {DeliveryId} to {EndpointId} was not taken: {StatusCode} {Error}")]
    private static partial void LogNotTaken(
        ILogger logger, Guid deliveryId, WebhookEndpointId endpointId, int? statusCode, string? error);
}
