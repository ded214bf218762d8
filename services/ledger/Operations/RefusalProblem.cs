using FinCode.Ledger.Model;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations;

/// <summary>What the books refuse, as callers of the API hear it.</summary>
internal static class RefusalProblem
{
    public const string AccountNotActive = "ACCOUNT_NOT_ACTIVE";
    public const string PeriodClosed = "PERIOD_CLOSED";

    /// <param name="pointer">
    /// What of the request's body it is about; null where the entries stand in a proposal, or were made by us.
    /// </param>
    public static ProblemHttpResult Of(Refusal refusal, string? pointer = null) => refusal.Code switch
    {
        RefusalCode.InsufficientFunds => Problems.Conflict(Problems.InsufficientFunds, refusal.Detail),
        RefusalCode.MaximumExceeded or RefusalCode.Overflow => Problems.Of(
            StatusCodes.Status422UnprocessableEntity, Problems.LimitExceeded, refusal.Detail),
        RefusalCode.KeyReused => Problems.Of(StatusCodes.Status422UnprocessableEntity, Problems.IdempotencyKeyReused,
            "This key was used for a request with other content."),
        RefusalCode.PeriodClosed => Problems.Conflict(PeriodClosed, refusal.Detail),
        RefusalCode.AccountNotActive => Problems.Conflict(AccountNotActive, refusal.Detail),
        RefusalCode.EntryNotFound => Problems.NotFound(),
        RefusalCode.NotPending or RefusalCode.AlreadyResolved or RefusalCode.NotReversible
            or RefusalCode.AlreadyReversed or RefusalCode.EntryExpired =>
            Problems.Conflict(Problems.InvalidTransition, refusal.Detail),
        _ when pointer is not null => Problems.Invalid(pointer, refusal.Detail),
        _ => Problems.Of(StatusCodes.Status422UnprocessableEntity, Problems.ValidationError, refusal.Detail),
    };
}
