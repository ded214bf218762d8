using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>A case as lists of cases show it.</summary>
/// <param name="ProposedDecision">What is proposed, or was when it closed.</param>
/// <param name="Decision">What two people decided; missing while it is open and when it was superseded.</param>
/// <param name="Assignee">The officer whose case it is.</param>
/// <param name="Escalation">0 to 2: how often it went up.</param>
/// <param name="SnoozedUntil">It is not in the worklist until then.</param>
/// <param name="StepCount">How many steps its file has; whoever approves says so.</param>
/// <param name="TransactionId">Missing in a case of a customer, as is the round.</param>
/// <param name="PartyId">The customer whom a case is about that has no transfer.</param>
/// <param name="Freeze">Of a case that froze its transfer's money.</param>
public sealed record CaseSummary(
    CaseId Id,
    TransactionId? TransactionId,
    CaseStatus Status,
    int? ScreeningRound,
    CaseDecision? ProposedDecision,
    string? ProposedBy,
    CaseClosure? Closure,
    CaseDecision? Decision,
    string? ApprovedBy,
    DateTimeOffset OpenedAt,
    DateTimeOffset? ClosedAt,
    string? Assignee,
    int Escalation,
    DateTimeOffset DueAt,
    DateTimeOffset? SnoozedUntil,
    int StepCount,
    CaseFreezeView? Freeze,
    PartyId? PartyId)
{
    internal static CaseSummary Of(Case one) => new(one.Id, one.TransactionId, one.Status, one.ScreeningRound,
        one.ProposedDecision, one.ProposedBy, one.Closure, one.Decision, one.ApprovedBy, one.OpenedAt, one.ClosedAt,
        one.Assignee, one.Escalation, one.DueAt, one.SnoozedUntil, one.EventCount,
        one.Decision == CaseDecision.Freeze
            ? new CaseFreezeView(one.FreezeReportDueAt, one.FreezeReportedAt, one.FreezeOutcome,
                one.FreezeEndProposedBy, one.FreezeEndApprovedBy, one.FreezeEndedAt)
            : null, one.PartyId);
}

/// <summary>One step of a case.</summary>
/// <param name="Actor">The subject of the person's token; missing for what the service did itself.</param>
/// <param name="Until">Until when it sleeps, or when it is due.</param>
/// <param name="Text">The officer's words: a note, or why.</param>
/// <param name="Terms">What the step agrees on in particular: hits that are suppressed.</param>
/// <param name="ChainHash">SHA-256 of the file up to this step, in hexadecimal.</param>
public sealed record CaseStep(
    int Number, string Type, string? Actor, CaseDecision? Decision, string? Assignee, DateTimeOffset? Until,
    string? Text, DateTimeOffset At, string ChainHash, JsonElement? Terms = null)
{
    internal static CaseStep Of(
        CaseEvent step, IReadOnlyDictionary<int, string> texts, IReadOnlyDictionary<int, string> terms) => new(
        step.Number, step.Type, step.Actor, step.Decision, step.Assignee, step.Until,
        texts.GetValueOrDefault(step.Number), step.At, Convert.ToHexStringLower(step.ChainHash),
        terms.TryGetValue(step.Number, out var said) ? JsonElement.Parse(said) : null);
}

/// <param name="Country">Of who issued it, ISO 3166-1 alpha-2.</param>
public sealed record CaseIdentifier(string Type, string Number, string? Country)
{
    // A record prints all of its fields; personal data must not appear in any log.
    public override string ToString() => nameof(CaseIdentifier);
}

/// <summary>A party as the transactions service knows it at this moment, in the case's transfer.</summary>
/// <param name="Version">Higher than the screened version when the details were corrected since.</param>
public sealed record CaseParty(
    PartyId PartyId, PartyRole Role, int Version, string Kind, string FullName, DateOnly? DateOfBirth, string? Country,
    string? Nationality, string? BankName, string? Gender, IReadOnlyList<CaseIdentifier>? Identifiers)
{
    internal static CaseParty Of(Party party, PartyRole role) => new(party.Id, role, party.Version, party.Kind,
        party.FullName, party.DateOfBirth, party.Country, party.Nationality, party.BankName,
        party.Gender,
        party.Identifiers?.Select(one => new CaseIdentifier(one.Type, one.Number, one.Country)).ToArray());

    /// <summary>
    /// Live, so that a party's details stay in one place, and as they are in the case's transfer if it has one, whose
    /// bank is its own; null while that place does not answer.
    /// </summary>
    internal static async Task<IReadOnlyList<CaseParty>?> FetchAsync(PartyDirectory parties, TenantId tenant,
        TransactionId? transaction, Evidence evidence, CancellationToken cancellationToken)
    {
        try
        {
            var found = new List<CaseParty>();
            foreach (var (id, role) in evidence.Parties.Select(party => (party.PartyId, party.Role)).Distinct())
            {
                if (await parties.FindAsync(tenant, id, cancellationToken, transaction) is { } party)
                    found.Add(Of(party, role));
            }
            return found;
        }
        catch (TransientException)
        {
            return null;
        }
    }
}

/// <summary>What became of the money that a case froze.</summary>
/// <param name="ReportDueAt">Until when the regulator is to have the report.</param>
/// <param name="Outcome">What is proposed to become of the money, or was when the freeze ended.</param>
public sealed record CaseFreezeView(
    DateTimeOffset? ReportDueAt, DateTimeOffset? ReportedAt, FreezeOutcome? Outcome, string? EndProposedBy,
    string? EndApprovedBy, DateTimeOffset? EndedAt);

/// <summary>All that an officer decides by.</summary>
/// <param name="Parties">Missing while the transactions service does not answer.</param>
/// <param name="Evidence">What the screening found, as it was.</param>
/// <param name="CustomerTransfers">
/// Of a case of a customer: the customer's transfers that were screened in the 30 days before, at most 50.
/// </param>
/// <param name="Suggestion">What a rule that blocks suggests; it decides nothing.</param>
public sealed record CaseDetail(
    CaseSummary Case,
    ScreeningId? ScreeningId,
    DateTimeOffset ScreenedAt,
    IReadOnlyList<CaseParty>? Parties,
    Evidence Evidence,
    CaseDecision? Suggestion,
    IReadOnlyList<CaseStep> Steps,
    IReadOnlyList<TransactionId>? CustomerTransfers);
