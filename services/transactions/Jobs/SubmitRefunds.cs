using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.PayIns;
using FinCode.Transactions.PayIns.Connectors;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Jobs;

/// <summary>
/// Sends refund attempts whose time has come: lease committed first, then one request, then what came of it.
/// </summary>
internal sealed class SubmitRefunds(
    TenantLookup lookup, UnitsOfWork units, ProviderCalls calls, HostedPayIn payIns, TimeProvider clock) : IJob
{
    private const int Batch = 64;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await lookup.DueRefundsAsync(
            [Words.Of(AttemptState.Pending)], clock.GetUtcNow(), Batch, cancellationToken);
        var started = 0;
        foreach (var found in due)
            started += await calls.StartAsync(
                () => units.RunAsync<RefundDesk, RefundInstruction?>(
                    found.Tenant, desk => desk.TryLeaseToSendAsync(found, cancellationToken), cancellationToken),
                (instruction, stopping) => SendAsync(found, instruction, stopping), cancellationToken)
                ? 1
                : 0;
        // Where nothing could leave, trying at once again would only turn in a circle.
        return due.Count == Batch && started > 0;
    }

    private async Task SendAsync(Found found, RefundInstruction instruction, CancellationToken stopping)
    {
        var answer = await payIns.RefundAsync(instruction, stopping);
        await units.RunAsync<RefundOutcomes>(
            found.Tenant, outcomes => outcomes.RecordAsync(found, answer, stopping), stopping);
    }
}
