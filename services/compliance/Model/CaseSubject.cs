using System.Text.Json;
using FinCode.Contracts;

namespace FinCode.Compliance.Model;

/// <summary>
/// What a case is about, as the terms of its first step: it is on the chain, so that a case cannot be moved to another
/// transfer or customer. Files from before that have no such terms.
/// </summary>
public sealed record CaseSubject(TransactionId? TransactionId, ScreeningId? ScreeningId, int? ScreeningRound,
    PartyId? PartyId, Guid? AlertId, long ListVersion, long PolicyVersion)
{
    internal static CaseSubject Of(Case one) => new(one.TransactionId, one.ScreeningId, one.ScreeningRound,
        one.PartyId, one.AlertId, one.ListVersion, one.PolicyVersion);

    internal static CaseSubject Parse(string terms) =>
        JsonSerializer.Deserialize<CaseSubject>(terms, ContractJson.Options)!;

    internal string ToTerms() => JsonSerializer.Serialize(this, ContractJson.Options);
}
