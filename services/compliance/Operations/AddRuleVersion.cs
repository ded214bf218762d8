using FinCode.Compliance.Rules.Language;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>A change of a rule is a new version, as inactive as a new rule.</summary>
internal static class AddRuleVersion
{
    public const string SameRule = "SAME_RULE";

    private const int MaxVersions = 500;

    /// <param name="Text">The whole rule in its new form.</param>
    public sealed record RuleVersionRequest(string? Text);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/screening-rules/{id:guid}/versions", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("AddScreeningRuleVersion").WithSummary("Change a rule: add a version, inactive")
        .NeedsIdempotencyKey()
        .WithTags("Screening rules")
        .Produces<ScreeningRuleView>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404)
        .ProducesProblem(409).ProducesProblem(422);

    private static Task<IResult> HandleAsync(Guid id, HttpContext http, RuleVersionRequest request, Caller caller,
        IdempotentRequests requests, ComplianceWork work, TimeProvider clock)
    {
        var (compiled, problem) = RuleTextRequests.Read(request.Text);
        if (compiled is null)
            return Task.FromResult<IResult>(problem!);
        return requests.RunAsync(http, caller.Tenant, "add-screening-rule-version", request, async () =>
        {
            await work.LockPolicyAsync(http.RequestAborted);
            if (await work.Db.FindRuleAsync(caller.Tenant, id, null, http.RequestAborted) is not ({ } rule, { } latest))
                return (null, Problems.NotFound());
            if (CompiledRule.Compile(latest.Text).Rule?.Canonical == compiled.Canonical)
                return (null, Problems.Conflict(SameRule, $"Version {latest.Version} says the same."));
            if (rule.LatestVersion >= MaxVersions)
            {
                return (null, Problems.Of(StatusCodes.Status422UnprocessableEntity, Problems.LimitExceeded,
                    $"A rule has at most {MaxVersions} versions."));
            }
            var added = rule.AddVersion(compiled.Name, request.Text!, caller.Subject, clock);
            work.Db.RuleVersions.Add(added);
            work.Db.AddEventsOf(rule);
            await work.Db.SaveChangesAsync(http.RequestAborted);
            return (new Reply(StatusCodes.Status201Created, ScreeningRuleView.Of(rule, added)), null);
        });
    }
}
