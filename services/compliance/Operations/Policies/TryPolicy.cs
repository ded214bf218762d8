using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Policies;

/// <summary>What a policy would have done to the last days; nothing is proposed.</summary>
internal static class TryPolicy
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/screening-policies/trials", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("TryScreeningPolicy").WithSummary("Try a policy on stored screenings").WithTags("Screening policies")
        .Produces<TrialFigures>().ProducesProblem(403).ProducesProblem(422).ProducesProblem(503);

    private static async Task<IResult> HandleAsync(PolicyRequest request, Caller caller, ComplianceWork work,
        ComplianceOptions options, IServiceProvider provider, CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        try
        {
            var present = await db.RequirePolicyAsync(caller.Tenant, cancellationToken);
            var validation = new Validation();
            var content = request.Apply(present.Content, options, validation);
            await PolicyLists.CheckAsync(work.Session, request, validation, cancellationToken);
            return validation.Failed
                ? validation.ToProblem()
                : TypedResults.Ok((await provider.GetRequiredService<PolicyTrial>().RunAsync(
                    present, content, request.Days ?? PolicyTrial.DefaultDays, cancellationToken)).For(caller));
        }
        catch (TransientException)
        {
            return GetPolicy.Unreadable();
        }
    }
}
