using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations;

/// <summary>The tenant's rules, the oldest first.</summary>
internal static class ListRules
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/screening-rules", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("ListScreeningRules").WithSummary("The rules, at most 500").WithTags("Screening rules")
        .Produces<IReadOnlyList<ScreeningRuleView>>().ProducesProblem(403);

    private static async Task<IResult> HandleAsync(
        Caller caller, ComplianceWork work, CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        var rules = await db.Rules.AsNoTracking().Where(rule => rule.TenantId == caller.Tenant)
            .Join(db.RuleVersions, rule => new { rule.TenantId, rule.Id, Version = rule.LatestVersion },
                version => new { version.TenantId, Id = version.RuleId, version.Version },
                (rule, version) => new { Rule = rule, Latest = version })
            .OrderBy(one => one.Rule.Id).Take(CreateRule.MaxRules).ToListAsync(cancellationToken);
        return TypedResults.Ok(rules.ConvertAll(one => ScreeningRuleView.Of(one.Rule, one.Latest)));
    }
}
