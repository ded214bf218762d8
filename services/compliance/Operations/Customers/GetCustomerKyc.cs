using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>Why something is awaited, in words that give nothing away.</summary>
public enum AwaitedWhy
{
    /// <summary>The next tier needs it.</summary>
    ToVerify,

    /// <summary>What was shown is not valid any more.</summary>
    NoLongerValid,

    /// <summary>It is needed to go on.</summary>
    RequiredInformation,
}

/// <summary>What is known of a customer and what is awaited; nothing in it says what compliance thinks.</summary>
/// <param name="Status">AWAITING_COMPLIANCE_REQUIREMENTS while something is awaited, else COMPLETE.</param>
/// <param name="Tier">0 when nothing is verified.</param>
public sealed record CustomerKycView(
    PartyId CustomerId, string Status, int Tier, IReadOnlyList<KycRequirementView> Requirements,
    IReadOnlyList<KycAwaitedView> Awaited, IReadOnlyList<KycDocumentView> Documents,
    IReadOnlyList<KycVerificationView> Verifications);

/// <param name="Accepts">Any of these documents, or of the forms behind <c>FORM:</c>.</param>
/// <param name="ValidUntil">The last day.</param>
public sealed record KycRequirementView(
    int Tier, string Code, IReadOnlyList<string> Accepts, RequirementState State, DateOnly? ValidUntil);

/// <param name="RefusalCode">Why what was brought last was not taken.</param>
public sealed record KycAwaitedView(
    string Code, IReadOnlyList<string> Accepts, RequirementState State, AwaitedWhy Why, string? RefusalCode);

/// <summary>Where a customer stands: tier, documents, and what is awaited.</summary>
internal static class GetCustomerKyc
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(CustomerRequests.Path, HandleAsync)
        .RequireAccess(Scopes.KycWrite, Roles.Compliance, Roles.Manager)
        .WithName("GetCustomerKyc").WithSummary("A customer's tier, documents, and what is awaited")
        .WithTags(CustomerRequests.Tag).WithGroupName("partners")
        .Produces<CustomerKycView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);

    private static async Task<IResult> HandleAsync(PartyId id, Caller caller, CustomerRequests requests,
        CustomerAsks asks, DbSession session, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (file, problem) = await requests.ReadAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        var today = CustomerStore.Today(clock.GetUtcNow());
        var rules = (await DefinitionStore.InForceAsync<TierRules>(session, cancellationToken)).Content;
        var shown = await ShownEvidence.ReadAsync(session, id, file.IdentityHash, cancellationToken);
        var standing = KycStanding.Of(rules, shown.Evidence, shown.Attempts, today);
        var open = await asks.OpenAsync(id, cancellationToken);
        var documents = await DocumentStore.OfCustomerAsync(session, id, cancellationToken);
        var verifications = await VerificationStore.OfCustomerAsync(session, id, cancellationToken);
        await session.CommitAsync(cancellationToken);

        var awaited = Awaited(file, rules, standing, open, shown, today);
        return TypedResults.Ok(new CustomerKycView(id,
            awaited.Count == 0 ? "COMPLETE" : "AWAITING_COMPLIANCE_REQUIREMENTS", standing.Tier,
            [.. standing.Requirements.Select(one => new KycRequirementView(
                one.Tier!.Value, one.Requirement.Code, one.Requirement.AnyOf, one.State, one.ValidUntil))],
            awaited, [.. documents.Select(KycDocumentView.Of)],
            [.. verifications.Select(one => KycVerificationView.Of(one, null))]));
    }

    /// <summary>What the next tier needs, what ran out, and what was asked for besides; once each.</summary>
    internal static List<KycAwaitedView> Awaited(CustomerFile file, TierRules rules, KycStanding standing,
        IReadOnlyList<CustomerAsk> open, ShownEvidence shown, DateOnly today)
    {
        var awaited = standing.Requirements
            .Where(one => one.State != RequirementState.Met && one.Tier == standing.Tier + 1)
            .Select(one => View(one, one.State == RequirementState.Expired
                ? AwaitedWhy.NoLongerValid : AwaitedWhy.ToVerify)).ToList();
        // What ran out above the next tier is awaited as well: the customer had it.
        awaited.AddRange(standing.Requirements
            .Where(one => one.State == RequirementState.Expired && one.Tier > standing.Tier + 1)
            .Select(one => View(one, AwaitedWhy.NoLongerValid)));
        if (file.Pep)
            awaited.AddRange(rules.Enhanced
                .Select(one => KycStanding.Of(null, one, shown.Evidence, shown.Attempts, today))
                .Where(one => one.State != RequirementState.Met)
                .Select(one => View(one, AwaitedWhy.RequiredInformation)));
        awaited.AddRange(open.Select(ask => View(Asked(ask, shown, today), AwaitedWhy.RequiredInformation)));
        return [.. awaited.DistinctBy(one => one.Code)];
    }

    /// <summary>What was brought before it was asked for does not count.</summary>
    private static RequirementStanding Asked(CustomerAsk ask, ShownEvidence shown, DateOnly today) => KycStanding.Of(
        null, new KycRequirement(ask.Item, [ask.Item]), [],
        [.. shown.Attempts.Where(one => one.Number > ask.Number)], today);

    private static KycAwaitedView View(RequirementStanding one, AwaitedWhy why) =>
        new(one.Requirement.Code, one.Requirement.AnyOf, one.State, why, one.RefusalCode);
}
