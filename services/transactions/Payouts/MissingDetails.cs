using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Payouts;

/// <summary>Which details the travel rule still needs of a transfer's parties, as they stand now.</summary>
internal sealed class MissingDetails(Lazy<TransactionsDb> db, PartyVault vault)
{
    public async Task<IReadOnlyList<DetailNeeded>> OfAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        // Most transfers need nothing more, and then nobody's details are opened.
        if (!TravelRules.Of(transfer.SendCountry).AppliesTo(transfer.SendAmount))
            return [];
        var ids = (PartyId[])[transfer.SenderId, transfer.BeneficiaryId];
        var rows = await db.Value.Parties.AsNoTracking()
            .Where(row => row.TenantId == transfer.TenantId && ids.Contains(row.Id)).ToListAsync(cancellationToken);
        return Of(transfer, rows.Single(row => row.Id == transfer.SenderId),
            rows.Single(row => row.Id == transfer.BeneficiaryId));
    }

    public IReadOnlyList<DetailNeeded> Of(Transfer transfer, PartyRow sender, PartyRow beneficiary)
    {
        var rule = TravelRules.Of(transfer.SendCountry);
        return rule.AppliesTo(transfer.SendAmount) && sender.ErasedAt is null && beneficiary.ErasedAt is null
            ? rule.Missing(transfer.SendAmount, (vault.Open(sender), sender.Reference),
                (vault.Open(beneficiary), beneficiary.Reference))
            : [];
    }
}
