using FinCode.Contracts;

namespace FinCode.Compliance.Model;

/// <summary>A licence to end a freeze, as an officer has it before them.</summary>
/// <param name="ValidUntil">The last day on which it holds.</param>
public sealed record Licence(string Number, string Issuer, DateOnly ValidUntil);

/// <summary>What a proposal to end a freeze says; goes on the case's file with it.</summary>
public sealed record FreezeEndTerms(Licence Licence, FreezeOutcome Outcome);

/// <summary>To whom a freeze is to be reported; goes on the case's file with the approval of the freeze.</summary>
public sealed record FreezeTerms(string ReportCountry);

/// <summary>
/// What a case that froze money is after it was closed: the freeze is reported, and it ends by a licence that one
/// officer puts on file and another one approves.
/// </summary>
internal sealed partial class Case
{
    /// <summary>Until when the regulator is to have the report.</summary>
    public DateTimeOffset? FreezeReportDueAt { get; private set; }
    public DateTimeOffset? FreezeReportedAt { get; private set; }

    /// <summary>What is proposed to become of the money, or was when the freeze ended.</summary>
    public FreezeOutcome? FreezeOutcome { get; private set; }
    public string? FreezeEndProposedBy { get; private set; }
    public string? FreezeEndApprovedBy { get; private set; }
    public DateTimeOffset? FreezeEndedAt { get; private set; }

    /// <summary>Its money is frozen, and no licence has ended that.</summary>
    public bool IsFrozen => Decision == CaseDecision.Freeze && FreezeEndedAt is null;

    /// <param name="terms">The licence, as <see cref="FreezeEndTerms"/>.</param>
    public Refusal? ProposeFreezeEnd(
        FreezeOutcome outcome, string terms, SealedText reason, string actor, TimeProvider clock)
    {
        if (!IsFrozen || FreezeEndProposedBy is not null)
            return Refusal.InvalidTransition;
        FreezeOutcome = outcome;
        FreezeEndProposedBy = actor;
        Note(CaseEvent.FreezeEndProposed, actor, new CaseEventDetails(Text: reason, Terms: terms), Now(clock));
        return null;
    }

    public Refusal? ReturnFreezeEnd(SealedText reason, string actor, TimeProvider clock)
    {
        if (!IsFrozen || FreezeEndProposedBy is null)
            return Refusal.InvalidTransition;
        FreezeOutcome = null;
        FreezeEndProposedBy = null;
        Note(CaseEvent.FreezeEndReturned, actor, new CaseEventDetails(Text: reason), Now(clock));
        return null;
    }

    /// <param name="readSteps">How many steps the case had when the actor read it.</param>
    /// <param name="isScreeningPending">
    /// The transfer is being screened, or another case of it is open: what that finds may forbid it.
    /// </param>
    public Refusal? ApproveFreezeEnd(
        int readSteps, Licence licence, string actor, bool isScreeningPending, TimeProvider clock)
    {
        if (!IsFrozen || FreezeEndProposedBy is null)
            return Refusal.InvalidTransition;
        if (FreezeEndProposedBy == actor)
            return Refusal.FourEyes;
        if (isScreeningPending)
            return Refusal.ScreeningPending;
        if (readSteps != EventCount)
            return Refusal.Changed;
        var now = Now(clock);
        if (licence.ValidUntil < DateOnly.FromDateTime(now.UtcDateTime))
            return Refusal.LicenceOver;
        FreezeEndApprovedBy = actor;
        FreezeEndedAt = now;
        Note(CaseEvent.FreezeEndApproved, actor, CaseEventDetails.None, now);
        return null;
    }

    /// <summary>The report has gone to the regulator, also after the freeze ended; once.</summary>
    public Refusal? ReportFreeze(SealedText reference, string actor, TimeProvider clock)
    {
        if (Decision != CaseDecision.Freeze || FreezeReportedAt is not null)
            return Refusal.InvalidTransition;
        var now = Now(clock);
        FreezeReportedAt = now;
        Note(CaseEvent.FreezeReported, actor, new CaseEventDetails(Text: reference), now);
        return null;
    }
}
