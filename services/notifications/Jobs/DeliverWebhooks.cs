using FinCode.Notifications.Webhooks;
using FinCode.ServiceDefaults;

namespace FinCode.Notifications.Jobs;

/// <summary>Leases deliveries that are due, as many as there are free lanes, and sets them off.</summary>
internal sealed class DeliverWebhooks(DeliveryRecords records, DeliveryLanes lanes) : IJob
{
    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var free = lanes.Free;
        if (free == 0)
            return false;
        var leased = await records.LeaseAsync(free, cancellationToken);
        foreach (var delivery in leased)
            lanes.Start(delivery);
        return leased.Count > 0;
    }
}
