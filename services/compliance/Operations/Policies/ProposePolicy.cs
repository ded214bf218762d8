using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations.Policies;

/// <summary>
/// Proposes another policy, with what it would have done to the last days; an earlier proposal that still waits is
/// withdrawn.
/// </summary>
internal static class ProposePolicy
{
    private const int MaxReasonLength = 2000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/v1/screening-policies", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("ProposeScreeningPolicy").WithSummary("Propose another policy, and see what it would have done")
        .WithTags("Screening policies")
        .Produces<PolicyProposalView>(202).ProducesProblem(403).ProducesProblem(409).ProducesProblem(422)
        .ProducesProblem(503);

    private static async Task<IResult> HandleAsync(PolicyRequest request, Caller caller, ComplianceWork work,
        ComplianceOptions options, TimeProvider clock, IServiceProvider provider, CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        PolicyInForce present;
        try
        {
            present = await db.RequirePolicyAsync(caller.Tenant, cancellationToken);
        }
        catch (TransientException)
        {
            return GetPolicy.Unreadable();
        }
        var validation = new Validation();
        var content = request.Apply(present.Content, options, validation);
        await PolicyLists.CheckAsync(work.Session, request, validation, cancellationToken);
        validation.RequireText(request.Reason, "/reason", MaxReasonLength);
        if (validation.Failed)
            return validation.ToProblem();
        var figures = await provider.GetRequiredService<PolicyTrial>()
            .RunAsync(present, content, request.Days ?? PolicyTrial.DefaultDays, cancellationToken);

        // The trial may take a while: others go on meanwhile, and whoever was quicker is noticed here.
        await work.LockPolicyAsync(cancellationToken);
        var current = await db.CurrentPolicyAsync(caller.Tenant, cancellationToken);
        if (current.Version != present.Version)
            return ApprovePolicy.Changed();
        var waiting = await db.PolicyProposals.SingleOrDefaultAsync(
            one => one.TenantId == caller.Tenant && one.State == ProposalState.Proposed, cancellationToken);
        if (waiting is not null)
        {
            waiting.Withdraw(clock);
            await db.SaveChangesAsync(cancellationToken);
        }
        var proposal = PolicyProposal.Propose(current, content,
            JsonSerializer.Serialize(figures, ContractJson.Options), request.Reason!, caller.Subject, clock);
        db.PolicyProposals.Add(proposal);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Accepted((string?)null, PolicyProposalView.Of(proposal, caller));
    }
}
