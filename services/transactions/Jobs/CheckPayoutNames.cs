using FinCode.ServiceDefaults;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Payouts.Connectors;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Jobs;

/// <summary>
/// Asks payout providers whether accounts are in the beneficiaries' names, from the moment a transfer is created: the
/// answer is a fact that rules look at when the money is there.
/// </summary>
internal sealed class CheckPayoutNames(
    TenantLookup lookup, UnitsOfWork units, ProviderCalls calls, IEnumerable<IPayoutConnector> connectors,
    TimeProvider clock) : IJob
{
    private const int Batch = 64;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await lookup.DueNameChecksAsync(clock.GetUtcNow(), Batch, cancellationToken);
        var started = 0;
        foreach (var found in due)
            started += await calls.StartAsync(
                () => units.RunAsync<NameChecks, NameEnquiry?>(
                    found.Tenant, checks => checks.TryLeaseAsync(found.Transaction, cancellationToken),
                    cancellationToken),
                (enquiry, stopping) => AskAsync(found, enquiry, stopping), cancellationToken)
                ? 1
                : 0;
        return due.Count == Batch && started > 0;
    }

    private async Task AskAsync(Found found, NameEnquiry enquiry, CancellationToken stopping)
    {
        var connector = connectors.Single(candidate => candidate.Serves(enquiry.Provider.Kind));
        var match = await connector.CompareNameAsync(enquiry, stopping);
        await units.RunAsync<NameChecks>(found.Tenant,
            checks => checks.RecordAsync(found.Transaction, enquiry.Number, match, stopping), stopping);
    }
}
