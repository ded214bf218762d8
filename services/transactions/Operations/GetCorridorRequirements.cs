using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Operations;

/// <summary>Which fields a transfer's <c>payoutDetails</c> and <c>beneficiary</c> need.</summary>
/// <param name="Travel">What else has to be known before the money goes (FATF Recommendation 16).</param>
internal sealed record RequirementsResponse(
    PayoutMethod Method, IReadOnlyList<string> Beneficiary, IReadOnlyList<RequiredField> PayoutDetails,
    TravelRequirements Travel);

/// <param name="From">The amount from which on anything is needed; missing: always, or each detail says it.</param>
internal sealed record TravelRequirements(Money? From, IReadOnlyList<TravelDetail> Details)
{
    public static TravelRequirements Of(IReadOnlyList<TravelRule> lines) => new(
        lines is [var only] ? only.Threshold : null,
        [.. lines.SelectMany(line => line.Details, (line, needed) =>
            new TravelDetail(needed.Party, needed.AnyOf, line.Threshold))]);
}

/// <summary>One of these fields of that party is needed.</summary>
/// <param name="AnyOf">Fields as in the customer's and the beneficiary's profile.</param>
/// <param name="From">The amount, sent or received, from which on it is needed; missing: always.</param>
internal sealed record TravelDetail(PartyRole Party, IReadOnlyList<string> AnyOf, Money? From);

internal static class GetCorridorRequirements
{
    private static readonly string[] BeneficiaryFields = ["kind", "fullName", "country"];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/corridors/{from}-{to}/requirements", HandleAsync)
        .RequireAccess(Scopes.QuotesWrite, Contracts.Roles.Cashier, Contracts.Roles.Agent, Contracts.Roles.Manager)
        .WithName("GetCorridorRequirements").WithSummary("Which beneficiary details a payout method needs")
        .WithTags("Corridors").WithGroupName("partners")
        .Produces<RequirementsResponse>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404)
        .ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        string from, string to, string? method, Caller caller, DbSession session, Lazy<TransactionsDb> db,
        TravelRules rules, CancellationToken cancellationToken)
    {
        if (Words.TryParse<PayoutMethod>(method) is not { } payoutMethod)
            return Problems.Invalid("method", "A payout method is BANK, MOBILE_MONEY, CASH_PICKUP or WALLET.");
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var corridor = await db.Value.Corridors.AsNoTracking().SingleOrDefaultAsync(row => row.TenantId == caller.Tenant
            && row.SendCountry == from && row.ReceiveCountry == to, cancellationToken);
        if (corridor is null || corridor.Methods.All(offered => offered.Method != payoutMethod))
            return Problems.NotFound("This corridor does not pay out by that method.");
        var lines = (await rules.InForceAsync(cancellationToken)).Content.Of(from, to);
        return TypedResults.Ok(new RequirementsResponse(payoutMethod, BeneficiaryFields,
            PayoutRequirements.For(payoutMethod), TravelRequirements.Of(lines)));
    }
}
