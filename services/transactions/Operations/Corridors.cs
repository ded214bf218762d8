using System.Globalization;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Pricing;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Operations;

/// <summary>What a tenant offers between two countries.</summary>
internal sealed record CorridorRequest(
    string? SendCurrency, string? ReceiveCurrency, CorridorRate? Rate, IReadOnlyList<CorridorMethodInput>? Methods,
    IReadOnlyList<CorridorPayInInput>? PayIns);

/// <param name="Mid">Units of the receiving currency for one unit of the sending currency, a decimal in a
/// string.</param>
/// <param name="MarkupBasisPoints">How much of it the sender does not get, in 1/100 of a per cent.</param>
internal sealed record CorridorRate(string? Mid, int? MarkupBasisPoints);

/// <param name="Fee">Fixed, in the sending currency; <paramref name="FeeBasisPoints"/> of the amount come on
/// top.</param>
/// <param name="Minimum">Of the amount that is converted, in the sending currency.</param>
internal sealed record CorridorMethodInput(
    PayoutMethod? Method, string? Provider, Money? Fee, int? FeeBasisPoints, Money? Minimum, Money? Maximum);

internal sealed record CorridorPayInInput(PayInMethod? Method, string? Provider);

internal sealed record CorridorResponse(
    string SendCountry, string ReceiveCountry, string SendCurrency, string ReceiveCurrency, CorridorRate Rate,
    IReadOnlyList<CorridorMethod> Methods, IReadOnlyList<CorridorPayIn> PayIns);

internal sealed record CorridorList(IReadOnlyList<CorridorResponse> Items);

internal static class Corridors
{
    private const int MaxCorridors = 1000;
    private const int MaxBasisPoints = 5000;
    private const int MaxRateDecimals = 8;
    private const decimal MaxRate = 1_000_000_000m;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/v1/corridors/{from}-{to}", PutAsync).RequireRole(Contracts.Roles.Manager)
            .WithName("PutCorridor").WithSummary("Open a corridor or change its rate, fees and methods")
            .WithTags("Corridors")
            .Produces<CorridorResponse>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(422);
        routes.MapGet("/v1/corridors", ListAsync)
            .RequireAccess(Scopes.QuotesWrite, Contracts.Roles.Cashier, Contracts.Roles.Agent, Contracts.Roles.Manager)
            .WithName("ListCorridors").WithSummary("The corridors on offer").WithTags("Corridors")
            .WithGroupName("partners")
            .Produces<CorridorList>().ProducesProblem(401).ProducesProblem(403);
    }

    private static async Task<IResult> PutAsync(
        string from, string to, CorridorRequest request, Caller caller, DbSession session, Lazy<TransactionsDb> db,
        Providers providers, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.RequireCountry(from, "from");
        validation.RequireCountry(to, "to");
        var send = validation.RequireCurrency(request.SendCurrency, "/sendCurrency");
        var receive = validation.RequireCurrency(request.ReceiveCurrency, "/receiveCurrency");
        var mid = ReadRate(validation, request.Rate);
        var methods = ReadMethods(validation, request.Methods, send, providers);
        var payIns = ReadPayIns(validation, request.PayIns, providers);
        if (validation.Failed)
            return validation.ToProblem();

        await session.BeginAsync(caller.Tenant, cancellationToken);
        var corridor = await db.Value.Corridors.SingleOrDefaultAsync(row => row.TenantId == caller.Tenant
            && row.SendCountry == from && row.ReceiveCountry == to, cancellationToken);
        if (corridor is null)
            db.Value.Corridors.Add(corridor = Corridor.Open(caller.Tenant, from, to));
        corridor.Offer(send!, receive!, mid, request.Rate!.MarkupBasisPoints!.Value, methods, payIns,
            clock.GetUtcNow());
        await db.Value.SaveChangesAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(Response(corridor));
    }

    private static async Task<IResult> ListAsync(
        Caller caller, DbSession session, Lazy<TransactionsDb> db, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var rows = await db.Value.Corridors.AsNoTracking().Where(row => row.TenantId == caller.Tenant)
            .OrderBy(row => row.SendCountry).ThenBy(row => row.ReceiveCountry).Take(MaxCorridors)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(new CorridorList([.. rows.Select(Response)]));
    }

    private static decimal ReadRate(Validation validation, CorridorRate? rate)
    {
        if (!validation.Require(rate, "/rate"))
            return 0;
        var isRate = decimal.TryParse(rate.Mid, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var mid)
            && mid is > 0 and <= MaxRate && mid.Scale <= MaxRateDecimals;
        validation.Check(isRate, "/rate/mid",
            $"A rate is a decimal in a string, greater than zero, with at most {MaxRateDecimals} decimals.");
        validation.Check(rate.MarkupBasisPoints is >= 0 and <= MaxBasisPoints, "/rate/markupBasisPoints",
            $"A mark-up is 0 to {MaxBasisPoints} basis points.");
        return mid;
    }

    private static List<CorridorMethod> ReadMethods(
        Validation validation, IReadOnlyList<CorridorMethodInput>? inputs, Currency? send, Providers providers)
    {
        var methods = new List<CorridorMethod>();
        var isList = validation.Check(inputs is { Count: >= 1 and <= 4 }, "/methods",
            "A corridor has one to four methods.");
        for (var i = 0; isList && i < inputs!.Count; i++)
        {
            var at = $"/methods/{i}";
            if (!validation.Require(inputs[i], at))
                continue;
            var (method, provider, fee, feeBasisPoints, minimum, maximum) = inputs[i];
            if (validation.Require(method, $"{at}/method"))
            {
                validation.Check(methods.All(other => other.Method != method), $"{at}/method",
                    "This method is there already.");
                validation.Check(providers.PaysOut(provider, method.Value), $"{at}/provider",
                    "There is no provider of that name that pays out by this method.");
            }
            CheckMoney(validation, fee, send, $"{at}/fee", mayBeZero: true);
            CheckMoney(validation, minimum, send, $"{at}/minimum", mayBeZero: false);
            CheckMoney(validation, maximum, send, $"{at}/maximum", mayBeZero: false);
            validation.Check(feeBasisPoints is null or (>= 0 and <= MaxBasisPoints), $"{at}/feeBasisPoints",
                $"A fee is 0 to {MaxBasisPoints} basis points.");
            if (validation.Failed)
                continue;
            validation.Check(minimum <= maximum, $"{at}/maximum", "The maximum is at least the minimum.");
            methods.Add(new CorridorMethod(
                method!.Value, provider!, fee!.Value, feeBasisPoints ?? 0, minimum!.Value, maximum!.Value));
        }
        return methods;
    }

    private static void CheckMoney(Validation validation, Money? money, Currency? currency, string at, bool mayBeZero)
    {
        if (!validation.Require(money, at))
            return;
        validation.Check(currency is null || money.Value.Currency == currency, $"{at}/currency",
            "This amount is in the sending currency.");
        validation.Check(money.Value.IsPositive || (mayBeZero && money.Value.IsZero), $"{at}/amount",
            mayBeZero ? "This amount is not negative." : "This amount is greater than zero.");
    }

    private static List<CorridorPayIn> ReadPayIns(
        Validation validation, IReadOnlyList<CorridorPayInInput>? inputs, Providers providers)
    {
        var payIns = new List<CorridorPayIn>();
        var isList = validation.Check(inputs is { Count: >= 1 and <= 5 }, "/payIns",
            "A corridor has one to five pay-in methods.");
        for (var i = 0; isList && i < inputs!.Count; i++)
        {
            if (!validation.Require(inputs[i], $"/payIns/{i}"))
                continue;
            var (method, provider) = inputs[i];
            if (!validation.Require(method, $"/payIns/{i}/method"))
                continue;
            validation.Check(payIns.All(other => other.Method != method), $"/payIns/{i}/method",
                "This method is there already.");
            validation.Check(providers.TakesIn(provider), $"/payIns/{i}/provider",
                "There is no provider of that name that takes money in.");
            payIns.Add(new CorridorPayIn(method.Value, provider ?? ""));
        }
        return payIns;
    }

    private static CorridorResponse Response(Corridor corridor) => new(
        corridor.SendCountry, corridor.ReceiveCountry, corridor.SendCurrency, corridor.ReceiveCurrency,
        new CorridorRate(TransactionResponses.RateText(corridor.RateMid), corridor.MarkupBasisPoints),
        corridor.Methods, corridor.PayIns);
}
