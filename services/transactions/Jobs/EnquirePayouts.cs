using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Payouts.Connectors;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Jobs;

/// <summary>
/// Asks providers by our reference about attempts of which nothing clear was heard: unknown ones, submitted ones
/// without a callback, and ones whose sender died. Those that are to be recalled are asked back.
/// </summary>
internal sealed class EnquirePayouts(
    TenantLookup lookup, UnitsOfWork units, ProviderCalls calls, Providers providers,
    IEnumerable<IPayoutConnector> connectors, TimeProvider clock) : IJob
{
    private const int Batch = 64;
    private static readonly string[] States =
        [Words.Of(AttemptState.Sending), Words.Of(AttemptState.Unknown), Words.Of(AttemptState.Submitted)];

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await lookup.DuePayoutsAsync(States, clock.GetUtcNow(), Batch, cancellationToken);
        foreach (var found in due)
            await calls.StartAsync(
                () => units.RunAsync<PayoutDesk, PayoutAttempt?>(
                    found.Tenant, desk => desk.TryLeaseToEnquireAsync(found, cancellationToken), cancellationToken),
                (attempt, stopping) => AskAsync(found, attempt, stopping), cancellationToken);
        return due.Count == Batch;
    }

    private async Task AskAsync(Found found, PayoutAttempt attempt, CancellationToken stopping)
    {
        var provider = providers.Get(attempt.Provider);
        var connector = connectors.Single(candidate => candidate.Serves(provider.Kind));
        var answer = attempt.IsToBeRecalled
            ? await connector.RecallAsync(provider, attempt.Id, stopping)
            : await connector.EnquireAsync(provider, attempt.Id, stopping);
        await units.RunAsync<PayoutOutcomes>(
            found.Tenant, outcomes => outcomes.RecordAsync(found, answer, stopping), stopping);
    }
}
