using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Reactions;

/// <summary>
/// Two people found a customer to be a true match: every transfer under way to or from that customer is screened again
/// at once, also one whose payout is on its way. Compliance answers with a decision for each; told again, or late, it
/// decides by what holds then.
/// </summary>
internal sealed class OnCustomerFrozen(Transfers transfers, DbSession session, Freezes freezes)
    : IReaction<CustomerFrozen>
{
    public async Task HandleAsync(CustomerFrozen message, EventMeta meta, CancellationToken cancellationToken)
    {
        foreach (var id in await UnderWayAsync(message.PartyId, cancellationToken))
        {
            var transfer = await transfers.RequireAsync(id, cancellationToken);
            await freezes.LookAgainAsync(transfer, message.PartyId, cancellationToken);
        }
        await transfers.SaveAsync(cancellationToken);
    }

    /// <summary>In one order, so that two customers' messages do not wait for each other.</summary>
    private async Task<List<TransactionId>> UnderWayAsync(PartyId customer, CancellationToken cancellationToken)
    {
        await using var find = session.Command(
            "select id from transactions where tenant_id = $1 and (sender_id = $2 or beneficiary_id = $2) "
            + "and status in ('VERIFYING', 'FAILED_TO_DELIVER', 'PENDING_REFUND') order by id",
            session.Tenant.Value, customer.Value);
        await using var rows = await find.ExecuteReaderAsync(cancellationToken);
        var found = new List<TransactionId>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(new TransactionId(rows.GetGuid(0)));
        return found;
    }
}
