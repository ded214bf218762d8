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
        var started = 0;
        foreach (var found in due)
            started += await calls.StartAsync(
                () => units.RunAsync<PayoutDesk, PayoutInstruction?>(
                    found.Tenant, desk => desk.TryLeaseToSendAsync(found, cancellationToken), cancellationToken),
                (instruction, stopping) => SendAsync(found, instruction, stopping), cancellationToken)
                ? 1
                : 0;
        // Where nothing could leave, trying at once again would only turn in a circle.
        return due.Count == Batch && started > 0;
    }

    private async Task SendAsync(Found found, PayoutInstruction instruction, CancellationToken stopping)
    {
        var connector = connectors.Single(candidate => candidate.Serves(instruction.Provider.Kind));
        var answer = await connector.SubmitAsync(instruction, stopping);
        await units.RunAsync<PayoutOutcomes>(
            found.Tenant, outcomes => outcomes.RecordAsync(found, answer, stopping), stopping);
    }
}
