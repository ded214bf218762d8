using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations;

/// <summary>A rule is created inactive: it does nothing until a second person activates it.</summary>
internal static class CreateRule
{
    /// <summary>Of a tenant. A screening asks all that run, and lists show all.</summary>
    public const int MaxRules = 500;

    /// <param name="Text">In the language of rules, at most 8192 characters; its name is in it.</param>
    public sealed record ScreeningRuleRequest(string? Text);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/screening-rules", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("CreateScreeningRule").WithSummary("Create a rule, inactive")
        .NeedsIdempotencyKey()
        .WithTags("Screening rules")
        .Produces<ScreeningRuleView>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(409)
        .ProducesProblem(422);

    private static Task<IResult> HandleAsync(HttpContext http, ScreeningRuleRequest request, Caller caller,
        IdempotentRequests requests, ComplianceWork work, TimeProvider clock)
    {
        var (compiled, problem) = RuleTextRequests.Read(request.Text);
        if (compiled is null)
            return Task.FromResult<IResult>(problem!);
        return requests.RunAsync(http, caller.Tenant, "create-screening-rule", request, async () =>
        {
            await work.LockPolicyAsync(http.RequestAborted);
            if (await work.Db.Rules.CountAsync(one => one.TenantId == caller.Tenant, http.RequestAborted) >= MaxRules)
            {
                return (null, Problems.Of(StatusCodes.Status422UnprocessableEntity, Problems.LimitExceeded,
                    $"There are {MaxRules} rules already; change one of them."));
            }
            var (rule, first) = ScreeningRule.Create(
                caller.Tenant, compiled.Name, request.Text!, caller.Subject, clock);
            work.Db.Rules.Add(rule);
            work.Db.RuleVersions.Add(first);
            work.Db.AddEventsOf(rule);
            await work.Db.SaveChangesAsync(http.RequestAborted);
            return (new Reply(StatusCodes.Status201Created, ScreeningRuleView.Of(rule, first)), null);
        });
    }
}
