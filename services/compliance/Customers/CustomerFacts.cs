using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Rules;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;

namespace FinCode.Compliance.Customers;

/// <summary>What rules are told of a customer, as far as it is known when the transfer is screened.</summary>
/// <param name="FirstSeenAt">Null when the transfer is heard of before its sender is: a new customer.</param>
internal sealed record CustomerFacts(
    Party Party, int KycTier, RiskLevel? RiskLevel, bool IsPep, DateTimeOffset? FirstSeenAt)
{
    /// <summary>
    /// Time goes by the transfer's own, so that rounds agree. Of the date of birth only the whole years go along.
    /// </summary>
    public RuleFacts AddTo(RuleFacts facts) => facts with
    {
        KycTier = KycTier,
        RiskLevel = RiskLevel is { } level ? Words.Of(level) : null,
        SenderCountry = Party.Country,
        SenderNationality = Party.Nationality,
        SenderAgeYears = Party is { Kind: PartyKinds.Person, DateOfBirth: { } born }
            ? AgeYears(born, CustomerStore.Today(facts.FundedAt)) : null,
        IsPep = IsPep,
        RelationshipDays = FirstSeenAt is { } since ? Math.Max(0, (facts.FundedAt - since).Days) : 0,
    };

    /// <summary>Who was born on 29 February grows older on 1 March where there is none.</summary>
    /// <returns>Null for a date of birth that is still to come.</returns>
    internal static int? AgeYears(DateOnly born, DateOnly on)
    {
        if (born > on)
            return null;
        var hasHadBirthday = (on.Month, on.Day).CompareTo((born.Month, born.Day)) >= 0;
        return on.Year - born.Year - (hasHadBirthday ? 0 : 1);
    }
}
