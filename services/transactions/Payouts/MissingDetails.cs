using FinCode.Messaging;
using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Payouts;

/// <summary>Which details the travel rule still needs of a transfer's parties, as they stand now.</summary>
internal sealed class MissingDetails(
    Lazy<TransactionsDb> db, DbSession session, PartyVault vault, TravelRulesInForce rules)
{
    public async Task<IReadOnlyList<DetailNeeded>> OfAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        // Most transfers need nothing more, and then nobody's details are opened.
        if ((await NeededAsync(transfer, cancellationToken)).Count == 0)
            return [];
        var ids = (PartyId[])[transfer.SenderId, transfer.BeneficiaryId];
        var rows = await db.Value.Parties.AsNoTracking()
            .Where(row => row.TenantId == transfer.TenantId && ids.Contains(row.Id)).ToListAsync(cancellationToken);
        return await OfAsync(transfer, rows.Single(row => row.Id == transfer.SenderId),
            rows.Single(row => row.Id == transfer.BeneficiaryId), cancellationToken);
    }

    public async Task<IReadOnlyList<DetailNeeded>> OfAsync(
        Transfer transfer, PartyRow sender, PartyRow beneficiary, CancellationToken cancellationToken)
    {
        var needed = await NeededAsync(transfer, cancellationToken);
        return needed.Count > 0 && sender.ErasedAt is null && beneficiary.ErasedAt is null
            ? TravelRuleBook.Missing(needed, (vault.Open(sender), sender.Reference),
                (vault.Open(beneficiary), beneficiary.Reference))
            : [];
    }

    private async Task<IReadOnlyList<DetailNeeded>> NeededAsync(
        Transfer transfer, CancellationToken cancellationToken) =>
        (await rules.GetAsync(session, cancellationToken)).Needed(
            transfer.SendCountry, transfer.ReceiveCountry, transfer.SendAmount, transfer.ReceiveAmount);
}
