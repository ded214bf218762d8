using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Payouts.Connectors;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Jobs;

/// <summary>
/// Sends payout attempts whose time has come: lease committed first, then one request, then what came of it.
/// </summary>
internal sealed class SubmitPayouts(
    TenantLookup lookup, UnitsOfWork units, ProviderCalls calls, IEnumerable<IPayoutConnector> connectors,
        TimeProvider clock)
    : IJob
{
    private const int Batch = 64;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await lookup.DuePayoutsAsync(
            [Words.Of(AttemptState.Pending)], clock.GetUtcNow(), Batch, cancellationToken);
        foreach (var found in due)
            await calls.StartAsync(
                () => units.RunAsync<PayoutDesk, PayoutInstruction?>(
                    found.Tenant, desk => desk.TryLeaseToSendAsync(found, cancellationToken), cancellationToken),
                (instruction, stopping) => SendAsync(found, instruction, stopping), cancellationToken);
        return due.Count == Batch;
    }

    private async Task SendAsync(Found found, PayoutInstruction instruction, CancellationToken stopping)
    {
        var connector = connectors.Single(candidate => candidate.Serves(instruction.Provider.Kind));
        var answer = await connector.SubmitAsync(instruction, stopping);
        await units.RunAsync<PayoutOutcomes>(
            found.Tenant, outcomes => outcomes.RecordAsync(found, answer, stopping), stopping);
    }
}
