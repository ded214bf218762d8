using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>
/// A step of a case from request to answer: the case locked, the officer's text sealed, the step taken, and its event
/// saved with it.
/// </summary>
internal sealed class CaseDesk(ComplianceWork work, CaseVault vault)
{
    public const int MaxTextLength = 4_000;
    public const int MaxOfficerLength = 200;

    /// <param name="isDone">Whether the case is where the step leads: then the request is a repeated one.</param>
    public Task<IResult> StepAsync(CaseId id, Caller caller, Func<Case, bool> isDone, Func<Case, Refusal?> step,
        CancellationToken cancellationToken) =>
        RunAsync(id, caller, null, isDone, (found, _) => step(found), cancellationToken);

    /// <param name="text">Why, in the officer's words; kept sealed.</param>
    public Task<IResult> StepAsync(CaseId id, Caller caller, string text, Func<Case, bool> isDone,
        Func<Case, SealedText, Refusal?> step, CancellationToken cancellationToken) =>
        RunAsync(id, caller, text, isDone, (found, seal) => step(found, seal!), cancellationToken);

    /// <summary>In a unit of work that has begun, the answer is committed by whoever began it.</summary>
    public async Task<(Case? Case, Refusal? Refusal)> TakeAsync(CaseId id, string text,
        Func<Case, SealedText, Refusal?> step, CancellationToken cancellationToken)
    {
        var tenant = work.Session.Tenant;
        if (await work.Db.LockCaseAsync(tenant, id, cancellationToken) is not { } found)
            return (null, null);
        var refusal = step(found, await vault.SealAsync(id, text, cancellationToken));
        if (refusal is null)
            await work.Db.SaveStepsAsync(found, cancellationToken);
        return (found, refusal);
    }

    private async Task<IResult> RunAsync(CaseId id, Caller caller, string? text, Func<Case, bool> isDone,
        Func<Case, SealedText?, Refusal?> step, CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        if (await db.LockCaseAsync(caller.Tenant, id, cancellationToken) is not { } found)
            return Problems.NotFound();
        if (isDone(found))
            return TypedResults.Ok(CaseSummary.Of(found));
        var seal = text is null ? null : await vault.SealAsync(id, text, cancellationToken);
        if (step(found, seal) is { } refusal)
            return refusal.ToProblem();
        await db.SaveStepsAsync(found, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(CaseSummary.Of(found));
    }
}
