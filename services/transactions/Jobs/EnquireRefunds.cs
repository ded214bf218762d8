using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.PayIns;
using FinCode.Transactions.PayIns.Connectors;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Jobs;

/// <summary>Asks pay-in providers by our reference about refunds of which nothing clear was heard.</summary>
internal sealed class EnquireRefunds(
    TenantLookup lookup, UnitsOfWork units, ProviderCalls calls, Providers providers, HostedPayIn payIns,
        TimeProvider clock)
    : IJob
{
    private const int Batch = 64;
    private static readonly string[] States =
        [Words.Of(AttemptState.Sending), Words.Of(AttemptState.Unknown), Words.Of(AttemptState.Submitted)];

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await lookup.DueRefundsAsync(States, clock.GetUtcNow(), Batch, cancellationToken);
        foreach (var found in due)
            await calls.StartAsync(
                () => units.RunAsync<RefundDesk, RefundAttempt?>(
                    found.Tenant, desk => desk.TryLeaseToEnquireAsync(found, cancellationToken), cancellationToken),
                (attempt, stopping) => AskAsync(found, attempt, stopping), cancellationToken);
        return due.Count == Batch;
    }

    private async Task AskAsync(Found found, RefundAttempt attempt, CancellationToken stopping)
    {
        var answer = await payIns.EnquireRefundAsync(providers.Get(attempt.Provider), attempt.Id, stopping);
        await units.RunAsync<RefundOutcomes>(
            found.Tenant, outcomes => outcomes.RecordAsync(found, answer, stopping), stopping);
    }
}
