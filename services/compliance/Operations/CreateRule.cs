using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>A rule as the tenant's staff see it.</summary>
/// <param name="Action">What a hit does; HOLD: the transfer waits for a case's decision.</param>
public sealed record ScreeningRuleView(
    Guid Id, string Name, RuleType Type, string Action, AmountLimit? AmountLimit, VelocityLimit? Velocity,
    RuleState State, string CreatedBy, DateTimeOffset CreatedAt, string? ActivatedBy, DateTimeOffset? ActivatedAt)
{
    internal static ScreeningRuleView Of(ScreeningRule rule) => new(rule.Id, rule.Name, rule.Type, "HOLD",
        rule.AmountLimit, rule.Velocity, rule.State, rule.CreatedBy, rule.CreatedAt, rule.ActivatedBy,
        rule.ActivatedAt);
}

/// <summary>A rule is created inactive: it does nothing until a second person activates it.</summary>
internal static class CreateRule
{
    private const int MaxNameLength = 100;
    private const int MaxTransfers = 10_000;
    private const int MaxWindowHours = 90 * 24;

    /// <summary>Exactly one of the two limits.</summary>
    /// <param name="Name">For people, 1 to 100 characters.</param>
    public sealed record ScreeningRuleRequest(string? Name, AmountLimit? AmountLimit, VelocityLimit? Velocity);

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
        var validation = Validate(request);
        if (validation.Failed)
            return Task.FromResult<IResult>(validation.ToProblem());
        return requests.RunAsync(http, caller.Tenant, "create-screening-rule", request, async () =>
        {
            var rule = request.AmountLimit is { } amount
                ? ScreeningRule.OfAmount(caller.Tenant, request.Name!, amount, caller.Subject, clock)
                : ScreeningRule.OfVelocity(caller.Tenant, request.Name!, request.Velocity!, caller.Subject, clock);
            work.Db.Rules.Add(rule);
            await work.Db.SaveChangesAsync(http.RequestAborted);
            return (new Reply(StatusCodes.Status201Created, ScreeningRuleView.Of(rule)), null);
        });
    }

    private static Validation Validate(ScreeningRuleRequest request)
    {
        var validation = new Validation();
        validation.RequireText(request.Name, "/name", MaxNameLength);
        validation.Check(request.AmountLimit is null != request.Velocity is null, "",
            "Give exactly one of amountLimit and velocity.");
        if (request.AmountLimit is { } amount)
        {
            if (amount.Limit == default)
                validation.Check(false, "/amountLimit/limit", "This field is required.");
            else
                validation.Check(amount.Limit.IsPositive, "/amountLimit/limit", "A limit is positive.");
            if (amount.SendCountry is not null)
                validation.RequireCountry(amount.SendCountry, "/amountLimit/sendCountry");
            if (amount.ReceiveCountry is not null)
                validation.RequireCountry(amount.ReceiveCountry, "/amountLimit/receiveCountry");
        }
        if (request.Velocity is { } velocity)
        {
            validation.Check(velocity.MaxTransfers is > 0 and <= MaxTransfers, "/velocity/maxTransfers",
                $"From 1 to {MaxTransfers}.");
            validation.Check(velocity.WindowHours is > 0 and <= MaxWindowHours, "/velocity/windowHours",
                $"From 1 to {MaxWindowHours}.");
        }
        return validation;
    }
}
