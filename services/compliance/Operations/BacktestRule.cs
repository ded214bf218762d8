using FinCode.Compliance.Rules;
using FinCode.Compliance.Rules.Language;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Compliance.Operations;

/// <summary>A stretch of time in the past.</summary>
internal static class PastTimes
{
    private const int MaxDays = 92;

    public static void Check(this Validation validation, DateTimeOffset? from, DateTimeOffset? to)
    {
        var isThere = validation.Require(from, "/from") & validation.Require(to, "/to");
        if (isThere)
        {
            validation.Check(from < to && to - from <= TimeSpan.FromDays(MaxDays), "/to",
                $"Later than from, by at most {MaxDays} days.");
        }
    }
}

/// <summary>
/// What a text would have said of the transfers of a time, beside the version in force, by what became of them.
/// </summary>
internal static class BacktestRule
{
    /// <param name="Text">The candidate; the rule's newest version when missing.</param>
    /// <param name="Id">The rule whose version in force it is compared with; without it all alerts are gained.</param>
    /// <param name="From">By the time at which the money came; that time is in.</param>
    /// <param name="To">Out, and at most 92 days later.</param>
    public sealed record BacktestRequest(string? Text, Guid? Id, DateTimeOffset? From, DateTimeOffset? To);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/screening-rules/backtests", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("BacktestScreeningRule").WithSummary("Try a rule on stored transfers").WithTags("Screening rules")
        .Produces<BacktestFigures>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(BacktestRequest request, Caller caller, ComplianceWork work,
        RuleCache cache, IServiceProvider provider, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.Check(request.Text is not null || request.Id is not null, "", "Give a text, an id, or both.");
        validation.Check(request.From, request.To);
        if (validation.Failed)
            return validation.ToProblem();
        CompiledRule? candidate = null;
        if (request.Text is not null && RuleTextRequests.Read(request.Text) is var (read, problem))
        {
            if (read is null)
                return problem!;
            candidate = read;
        }
        await work.BeginAsync(caller.Tenant, cancellationToken);
        CompiledRule? present = null;
        if (request.Id is { } id)
        {
            if (await work.Db.FindRuleAsync(caller.Tenant, id, null, cancellationToken) is not ({ } rule, { } latest))
                return Problems.NotFound();
            var live = rule.LiveVersion is null ? null
                : await work.Db.FindRuleAsync(caller.Tenant, id, rule.LiveVersion, cancellationToken);
            present = live is { } found ? cache.Get(found.Version.Text) : null;
            candidate ??= cache.Get(latest.Text);
        }
        if (candidate is null)
            return Unreadable();
        var backtest = provider.GetRequiredService<Backtest>();
        return await backtest.RunAsync(candidate, present, request.From!.Value, request.To!.Value, cancellationToken)
            is { } figures ? TypedResults.Ok(figures.For(caller)) : TooMany(Backtest.MaxTransfers);
    }

    public static ProblemHttpResult TooMany(int most) => Problems.Of(StatusCodes.Status422UnprocessableEntity,
        Problems.LimitExceeded, $"There are more than {most} transfers; give a shorter time.");

    private static ProblemHttpResult Unreadable() => Problems.Of(StatusCodes.Status422UnprocessableEntity,
        Problems.ValidationError, "The rule's newest version cannot be read any more; write a new one.");
}
