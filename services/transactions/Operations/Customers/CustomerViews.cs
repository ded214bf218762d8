using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Operations.Customers;

/// <summary>A customer: who sends. Answers hold initials only; what is stored can be replaced, not read back.</summary>
/// <param name="Reference">The partner's own id.</param>
/// <param name="Version">Counts the changes of the details, from 1; each version is screened.</param>
/// <param name="Name">Initials only.</param>
/// <param name="RestrictedAt">Since then the customer is to be erased and there are no new transfers.</param>
internal sealed record CustomerResponse(
    PartyId Id, string? Reference, int Version, PersonKind Kind, string Name, string Country,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? RestrictedAt);

/// <param name="NextCursor">Give it as <c>cursor</c> to get the next page; missing on the last one.</param>
internal sealed record CustomerPage(IReadOnlyList<CustomerResponse> Items, string? NextCursor);

/// <param name="HasPayoutDetails">Whether a transfer may leave them out.</param>
internal sealed record BeneficiaryResponse(
    PartyId Id, PartyId CustomerId, string? Reference, int Version, PersonKind Kind, string Name, string Country,
    bool HasPayoutDetails, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <param name="NextCursor">Give it as <c>cursor</c> to get the next page; missing on the last one.</param>
internal sealed record BeneficiaryPage(IReadOnlyList<BeneficiaryResponse> Items, string? NextCursor);

/// <summary>Somebody's beneficiary, as a transfer gives one inline.</summary>
/// <param name="PayoutDetails">Where money goes unless a transfer says otherwise.</param>
internal sealed record BeneficiaryInput(PartyInput? Beneficiary, PayoutDetailsInput? PayoutDetails)
{
    // A record prints all of its fields; personal data must not appear in any log.
    public override string ToString() => "(personal data)";
}

internal static class CustomerViews
{
    public static CustomerResponse Customer(PartyRow row, PartyVault vault)
    {
        var record = vault.Open(row);
        return new CustomerResponse(row.Id, row.Reference, row.Version, record.Kind, record.MaskedName(),
            record.Country, row.CreatedAt, row.UpdatedAt, row.RestrictedAt);
    }

    public static BeneficiaryResponse Beneficiary(PartyRow row, PartyVault vault)
    {
        var record = vault.Open(row);
        return new BeneficiaryResponse(row.Id, row.OwnerId!.Value, row.Reference, row.Version, record.Kind,
            record.MaskedName(), record.Country, record.Payout is not null, row.CreatedAt, row.UpdatedAt);
    }
}
