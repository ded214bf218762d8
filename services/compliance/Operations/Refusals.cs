using FinCode.Compliance.Model;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Compliance.Operations;

/// <summary>The answers to what cases, rules and policies refuse.</summary>
internal static class Refusals
{
    public const string FourEyes = "FOUR_EYES";
    public const string ScreeningPending = "SCREENING_PENDING";
    public const string NotInTime = "NOT_IN_TIME";
    public const string CaseChanged = "CASE_CHANGED";
    public const string CaseFull = "CASE_FULL";
    public const string LicenceOver = "LICENCE_OVER";

    public static ProblemHttpResult ToProblem(this Refusal refusal) => refusal switch
    {
        Refusal.FourEyes => Problems.Of(StatusCodes.Status403Forbidden, FourEyes,
            "The one who made a proposal does not approve it; a second person has to."),
        Refusal.ScreeningPending => Problems.Conflict(ScreeningPending,
            "The transfer is being screened again, or a case of its customer is open; look once that is done."),
        Refusal.Changed => Problems.Conflict(CaseChanged,
            "The case has changed since it was read; read it again and say how many steps it has."),
        Refusal.LicenceOver => Problems.Conflict(LicenceOver,
            "The licence does not hold any more; return the proposal and put a licence on file that does."),
        Refusal.Full => Problems.Conflict(CaseFull,
            "The case has as many steps or files as it may have; it can still be decided."),
        Refusal.NotInTime => Problems.Conflict(NotInTime,
            "The time is over, or after the case is due: give a later one, or change when it is due first."),
        _ => Problems.Conflict(Problems.InvalidTransition, "This is not possible in the state that it is in."),
    };
}
