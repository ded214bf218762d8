using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>A case as lists of cases show it.</summary>
/// <param name="ProposedDecision">What is proposed, or was when it closed.</param>
/// <param name="Decision">What two people decided; missing while it is open and when it was superseded.</param>
public sealed record CaseSummary(
    CaseId Id,
    TransactionId TransactionId,
    CaseStatus Status,
    int ScreeningRound,
    CaseDecision? ProposedDecision,
    string? ProposedBy,
    CaseClosure? Closure,
    CaseDecision? Decision,
    string? ApprovedBy,
    DateTimeOffset OpenedAt,
    DateTimeOffset? ClosedAt)
{
    internal static CaseSummary Of(Case one) => new(one.Id, one.TransactionId, one.Status, one.ScreeningRound,
        one.ProposedDecision, one.ProposedBy, one.Closure, one.Decision, one.ApprovedBy, one.OpenedAt, one.ClosedAt);
}

/// <summary>One step of a case.</summary>
/// <param name="Actor">The subject of the person's token; missing for what the service did itself.</param>
public sealed record CaseStep(
    int Number, string Type, string? Actor, CaseDecision? Decision, string? Reason, DateTimeOffset At);

/// <summary>A party as the transactions service knows it at this moment.</summary>
/// <param name="Version">Higher than the screened version when the details were corrected since.</param>
public sealed record CaseParty(
    PartyId PartyId, PartyRole Role, int Version, string Kind, string FullName, DateOnly? DateOfBirth, string? Country,
    string? Nationality, string? BankName)
{
    internal static CaseParty Of(Party party, PartyRole role) => new(party.Id, role, party.Version, party.Kind,
        party.FullName, party.DateOfBirth, party.Country, party.Nationality, party.BankName);
}

/// <summary>All that an officer decides by.</summary>
/// <param name="Parties">Missing while the transactions service does not answer.</param>
/// <param name="Evidence">What the screening found, as it was.</param>
public sealed record CaseDetail(
    CaseSummary Case,
    ScreeningId ScreeningId,
    DateTimeOffset ScreenedAt,
    IReadOnlyList<CaseParty>? Parties,
    Evidence Evidence,
    IReadOnlyList<CaseStep> Steps);

/// <summary>The answers to what cases, rules and policies refuse.</summary>
internal static class Refusals
{
    public const string FourEyes = "FOUR_EYES";
    public const string ScreeningPending = "SCREENING_PENDING";

    public static ProblemHttpResult ToProblem(this Refusal refusal) => refusal switch
    {
        Refusal.FourEyes => Problems.Of(StatusCodes.Status403Forbidden, FourEyes,
            "The one who made a proposal does not approve it; a second person has to."),
        Refusal.ScreeningPending => Problems.Conflict(ScreeningPending,
            "The transfer is being screened again; look at the case once that is done."),
        _ => Problems.Conflict(Problems.InvalidTransition, "This is not possible in the state that it is in."),
    };
}
