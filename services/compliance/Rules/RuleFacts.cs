using System.Text.Json.Serialization;
using FinCode.Compliance.Storage;
using FinCode.Contracts;

namespace FinCode.Compliance.Rules;

/// <summary>
/// What rules know of one transfer besides its history: kept with every evaluation, so that it can be repeated. Codes
/// and whole numbers only; none says who somebody is. What may be null is not known for every transfer; a rule asks
/// with <c>has()</c> first.
/// </summary>
/// <param name="FundedAt">When the money came: the event time that windows end at.</param>
/// <param name="SenderKind">PERSON or ENTITY, as is <paramref name="BeneficiaryKind"/>.</param>
/// <param name="KycTier">0 when nothing is verified, then as many as the tenant has.</param>
/// <param name="NameMatch">What the payout's provider says about the account holder's name.</param>
/// <param name="HasDevice">Whether the paying device is known, under a key without meaning.</param>
/// <param name="HasPhone">Likewise of the sender's phone.</param>
/// <param name="RiskLevel">LOW, MEDIUM or HIGH; missing while the customer is not rated yet.</param>
/// <param name="SenderCountry">Of residence, ISO 3166-1 alpha-2, as is <paramref name="SenderNationality"/>.</param>
/// <param name="SenderAgeYears">Whole years on the day of <paramref name="FundedAt"/>; of persons only.</param>
/// <param name="IsPep">Whether the customer is marked as a politically exposed person.</param>
/// <param name="RelationshipDays">Whole days from when the customer was first seen to when the money came.</param>
internal sealed record RuleFacts(
    Money SendAmount,
    Money ReceiveAmount,
    string SendCountry,
    string ReceiveCountry,
    PayInMethod PayInMethod,
    PayoutMethod PayoutMethod,
    Purpose Purpose,
    DateTimeOffset FundedAt,
    string SenderKind,
    string BeneficiaryKind,
    SourceOfFunds? SourceOfFunds = null,
    DateTimeOffset? CreatedAt = null,
    int? KycTier = null,
    string? NameMatch = null,
    bool HasDevice = false,
    bool HasPhone = false,
    string? RiskLevel = null,
    string? SenderCountry = null,
    string? SenderNationality = null,
    int? SenderAgeYears = null,
    bool? IsPep = null,
    int? RelationshipDays = null)
{
    [JsonIgnore]
    public string Corridor => $"{SendCountry}-{ReceiveCountry}";

    public static RuleFacts Of(
        TransactionFacts facts, DateTimeOffset fundedAt, string senderKind, string beneficiaryKind) => new(
        facts.SendAmount, facts.ReceiveAmount, facts.SendCountry, facts.ReceiveCountry, facts.PayInMethod,
        facts.PayoutMethod, facts.Purpose, fundedAt, senderKind, beneficiaryKind, facts.SourceOfFunds,
        facts.CreatedAt, NameMatch: facts.NameMatch is { } match ? Words.Of(match) : null,
        HasDevice: facts.Keys?.Device is not null, HasPhone: facts.Keys?.Phone is not null);

    /// <summary>Never the details: records print themselves into logs too easily.</summary>
    public override string ToString() => nameof(RuleFacts);
}
