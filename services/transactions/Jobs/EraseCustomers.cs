using FinCode.ServiceDefaults;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Jobs;

/// <summary>Erases customers who asked for it once nobody has to keep their record any more.</summary>
internal sealed class EraseCustomers(TenantLookup lookup, UnitsOfWork units, TimeProvider clock) : IJob
{
    private const int Batch = 20;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await lookup.DueErasuresAsync(clock.GetUtcNow(), Batch, cancellationToken);
        foreach (var (tenant, customer) in due)
            await units.RunAsync<Erasure, bool>(
                tenant, erasure => erasure.TryEraseAsync(customer, cancellationToken), cancellationToken);
        return due.Count == Batch;
    }
}
