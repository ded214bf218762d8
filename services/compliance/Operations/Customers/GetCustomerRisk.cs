using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>How risky a customer is.</summary>
/// <param name="Level">In force: an approved override until it ends, else the rating's; missing while nothing is known
/// of the customer.</param>
/// <param name="Override">The override in force.</param>
/// <param name="DueDiligence">NOT_NEEDED, AWAITED or DONE: what a politically exposed person needs.</param>
public sealed record CustomerRiskView(
    RiskLevel? Level, KycRatingView? Rating, CustomerDecisionView? Override, bool Pep, string DueDiligence,
    DateTimeOffset? ReviewedAt, DateTimeOffset? ReviewDueAt);

/// <summary>A rating.</summary>
/// <param name="Inputs">What it was made of.</param>
/// <param name="Recomputed">Whether scorecard and inputs, computed again now, give the same.</param>
public sealed record KycRatingView(
    int Number, int ScorecardVersion, int Points, RiskLevel Level, IReadOnlyList<KycFactorView> Factors,
    KycRiskInputsView Inputs, bool Recomputed, DateTimeOffset ComputedAt);

/// <param name="ShareBasisPoints">In all points, in ten-thousandths; together 10,000, or 0 without points.</param>
public sealed record KycFactorView(RiskFactor Factor, int Points, int ShareBasisPoints);

public sealed record KycRiskInputsView(
    string? Country, string? Nationality, IReadOnlyList<string> Corridors, IReadOnlyList<string> Products, int Tier,
    int RelationshipDays, int RulePoints, bool Pep, int AnswerPoints);

/// <summary>For officers and managers; customers and partners never see how they are rated.</summary>
internal static class GetCustomerRisk
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(CustomerRequests.Path + "/risk", HandleAsync).RequireRole(Roles.Compliance, Roles.Manager)
            .WithName("GetCustomerRisk").WithSummary("A customer's risk, with each factor's share")
            .WithTags(CustomerRequests.Tag)
            .Produces<CustomerRiskView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(410);
        routes.MapGet(CustomerRequests.Path + "/risk/{number:int}", FindAsync)
            .RequireRole(Roles.Compliance, Roles.Manager)
            .WithName("GetCustomerRating").WithSummary("An earlier rating, computed again")
            .WithTags(CustomerRequests.Tag)
            .Produces<KycRatingView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(410);
    }

    private static async Task<IResult> HandleAsync(PartyId id, Caller caller, CustomerRequests requests,
        CustomerRisk risk, DbSession session, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (file, problem) = await requests.ReadAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        if (await CustomerStore.IsErasedAsync(session, id, cancellationToken))
            return CustomerRequests.Erased();
        var now = clock.GetUtcNow();
        var decisions = await DecisionStore.OfCustomerAsync(session, id, cancellationToken);
        var rating = file.RiskNumber == 0 ? null : await risk.FindAsync(id, file.RiskNumber, cancellationToken);
        return TypedResults.Ok(new CustomerRiskView(
            await CustomerStore.LevelAsync(session, id, now, cancellationToken),
            rating is null ? null : await ViewAsync(session, rating, cancellationToken),
            DecisionStore.OverrideOf(file, decisions, now) is { } one ? CustomerDecisionView.Of(one) : null, file.Pep,
            !file.Pep ? "NOT_NEEDED"
                : await DueDiligence.IsDoneAsync(session, file, decisions, now, cancellationToken)
                    ? "DONE" : "AWAITED",
            file.ReviewedAt, file.ReviewDueAt));
    }

    private static async Task<IResult> FindAsync(PartyId id, int number, Caller caller, CustomerRequests requests,
        CustomerRisk risk, DbSession session, CancellationToken cancellationToken)
    {
        var (file, problem) = await requests.ReadAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        try
        {
            return await risk.FindAsync(id, number, cancellationToken) is { } rating
                ? TypedResults.Ok(await ViewAsync(session, rating, cancellationToken))
                : Problems.NotFound();
        }
        catch (CustomerErasedException)
        {
            return CustomerRequests.Erased();
        }
    }

    private static async Task<KycRatingView> ViewAsync(
        DbSession session, StoredScore rating, CancellationToken cancellationToken)
    {
        var card = await DefinitionStore.FindAsync<Scorecard>(session, rating.ScorecardVersion, cancellationToken);
        var (inputs, score) = (rating.Inputs, rating.Score);
        return new KycRatingView(rating.Number, rating.ScorecardVersion, score.Points, score.Level,
            [.. score.Factors.Select(one => new KycFactorView(one.Factor, one.Points, one.ShareBasisPoints))],
            new KycRiskInputsView(inputs.Country, inputs.Nationality, inputs.Corridors, inputs.Products, inputs.Tier,
                inputs.RelationshipDays, inputs.RulePoints, inputs.Pep, inputs.AnswerPoints),
            RiskScore.Of(card!.Content, inputs).SaysTheSameAs(score), rating.ComputedAt);
    }
}
