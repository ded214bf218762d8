using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Jobs;
using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Reactions;

/// <summary>
/// A partner's prefunded balance is low: FINANCE finds it among what waits for a person. It is not low any more: that
/// is over, and the transfers that wait for it are asked for at once instead of when their pause is over. Asking too
/// early or twice only gets the same answer again.
/// </summary>
internal sealed class OnBalanceCrossed(Transfers transfers, DbSession session, JobSignal<RetryReservations> retry)
    : IReaction<BalanceCrossed>
{
    private const string Kind = "PREFUND_LOW";
    private const string PrefundFamily = "prefund";

    /// <summary>More of them wait for their time.</summary>
    private const int MaxWoken = 10_000;

    public async Task HandleAsync(BalanceCrossed message, EventMeta meta, CancellationToken cancellationToken)
    {
        if (message.Account.Split(':') is not [PrefundFamily, var provider, var currency])
            return;
        if (message.Crossing == BalanceCrossing.Below)
        {
            await TellAsync(message, meta, cancellationToken);
            return;
        }
        await transfers.EndAnomaliesAsync(Kind, KeysOf(message.MonitorId), cancellationToken);
        if (await WakeAsync(provider, currency, cancellationToken) > 0)
            session.AfterCommit(retry.Wake);
    }

    /// <summary>A monitor's crossings come in order: those of one key do.</summary>
    private static string KeysOf(MonitorId monitor) => $"prefund-low:{monitor}:";

    private Task<bool> TellAsync(BalanceCrossed message, EventMeta meta, CancellationToken cancellationToken) =>
        transfers.InsertAnomalyAsync(new AnomalyRow
        {
            TenantId = meta.Tenant,
            At = meta.OccurredAt,
            Kind = Kind,
            Event = "BALANCE_CROSSED",
            Detail = $"{message.Account}: {message.Available} is less than {message.Threshold}",
            Owner = Contracts.Roles.Finance,
            DedupeKey = $"{KeysOf(message.MonitorId)}{meta.EventId}",
        }, cancellationToken);

    /// <summary>Who is being worked on at this moment is not waited for.</summary>
    private async Task<int> WakeAsync(string provider, string currency, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            """
            update transactions set due_at = $5 where id in (
                select id from transactions
                where tenant_id = $1 and stage = $2 and payout_provider = $3 and receive_currency = $4 and due_at > $5
                order by due_at limit $6 for update skip locked)
            """,
            session.Tenant.Value, Words.Of(TransferStage.AwaitingFunds), provider, currency, transfers.Now, MaxWoken);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
