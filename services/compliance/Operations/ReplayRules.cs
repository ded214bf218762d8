using FinCode.Compliance.Rules;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>Asks the rules of the evaluation log again and says whether they say the same.</summary>
internal static class ReplayRules
{
    /// <param name="From">By the time at which the money came; that time is in.</param>
    /// <param name="To">Out, and at most 92 days later.</param>
    public sealed record ReplayRequest(DateTimeOffset? From, DateTimeOffset? To);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/screening-rules/replays", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("ReplayScreeningRules").WithSummary("Replay the log of what rules said")
        .WithTags("Screening rules")
        .Produces<ReplayFigures>().ProducesProblem(403).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(ReplayRequest request, Caller caller, ComplianceWork work,
        RuleReplay replay, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.Check(request.From, request.To);
        if (validation.Failed)
            return validation.ToProblem();
        await work.BeginAsync(caller.Tenant, cancellationToken);
        return await replay.RunAsync(request.From!.Value, request.To!.Value, cancellationToken) is { } figures
            ? TypedResults.Ok(figures)
            : BacktestRule.TooMany(RuleReplay.MaxEvaluations);
    }
}
