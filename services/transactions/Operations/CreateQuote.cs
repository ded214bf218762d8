using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Pricing;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Operations;

/// <param name="SendAmount">What the sender gives; exactly one of this and <paramref name="ReceiveAmount"/>.</param>
/// <param name="SendCurrency">May be left out: the corridor has one.</param>
/// <param name="FeeInclusive">True: the fee is taken out of <paramref name="SendAmount"/>, which is then all there is
/// to pay.</param>
internal sealed record CreateQuoteRequest(
    string? SendCountry,
    string? ReceiveCountry,
    string? SendCurrency,
    string? ReceiveCurrency,
    Money? SendAmount,
    Money? ReceiveAmount,
    PayoutMethod? PayoutMethod,
    PayInMethod? PayInMethod,
    bool? FeeInclusive);

/// <param name="SendAmount">What is converted. TotalToPay is this and the fees.</param>
internal sealed record QuoteResponse(
    Id<QuoteKind> Id,
    string SendCountry,
    string ReceiveCountry,
    Money SendAmount,
    Money ReceiveAmount,
    Money TotalToPay,
    IReadOnlyList<QuoteFee> Fees,
    QuoteRate Rate,
    PayoutMethod PayoutMethod,
    PayInMethod PayInMethod,
    bool FeeInclusive,
    string DeliveryEstimate,
    DateTimeOffset ExpiresAt);

internal sealed record QuoteFee(string Kind, Money Amount);

/// <param name="Value">Units of the receiving currency for one unit of the sending currency, after the
/// mark-up.</param>
internal sealed record QuoteRate(string Value, int MarkupBasisPoints);

internal static class CreateQuote
{
    public const string TransferFee = "TRANSFER_FEE";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/quotes", HandleAsync)
        .RequireAccess(Scopes.QuotesWrite, Contracts.Roles.Cashier, Contracts.Roles.Agent, Contracts.Roles.Manager)
        .WithName("CreateQuote").WithSummary("Lock a rate and its fees for a while").WithTags("Quotes")
        .WithGroupName("partners")
        .Produces<QuoteResponse>(201).ProducesProblem(401).ProducesProblem(403).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        CreateQuoteRequest request, Caller caller, DbSession session, Lazy<TransactionsDb> db,
        TransactionsSettings settings,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = Validate(request);
        if (validation.Failed)
            return validation.ToProblem();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var corridor = await db.Value.Corridors.AsNoTracking().SingleOrDefaultAsync(row => row.TenantId == caller.Tenant
            && row.SendCountry == request.SendCountry
                && row.ReceiveCountry == request.ReceiveCountry, cancellationToken);
        if (corridor is null)
            return Problems.Invalid("/receiveCountry", "There is no corridor between these two countries.");

        var method = corridor.Methods.FirstOrDefault(offered => offered.Method == request.PayoutMethod);
        var payIn = corridor.PayIns.FirstOrDefault(offered => offered.Method == request.PayInMethod);
        validation.Check(method is not null, "/payoutMethod", "This corridor does not pay out by that method.");
        validation.Check(payIn is not null, "/payInMethod", "This corridor does not take money by that method.");
        CheckCurrencies(validation, request, corridor);
        if (validation.Failed)
            return validation.ToProblem();

        var price = Calculate(request, corridor.TariffOf(method!));
        if (price is null)
            return Problems.Invalid(AmountPointer(request),
                "Nothing would arrive: the amount is too small, or too large to convert.");
        if (price.SendAmount < method!.Minimum || price.SendAmount > method.Maximum)
            return Problems.Of(422, Problems.LimitExceeded,
                $"By this method between {method.Minimum} and {method.Maximum} can be sent.");

        var now = clock.GetUtcNow();
        var quote = Quote.Lock(Id<QuoteKind>.New(clock), corridor, method, payIn!, price, request.FeeInclusive
            ?? false, now,
            settings.QuoteValidity);
        db.Value.Quotes.Add(quote);
        await db.Value.SaveChangesAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Created((string?)null, Response(quote, price));
    }

    private static Validation Validate(CreateQuoteRequest request)
    {
        var validation = new Validation();
        validation.RequireCountry(request.SendCountry, "/sendCountry");
        validation.RequireCountry(request.ReceiveCountry, "/receiveCountry");
        if (request.SendCurrency is not null)
            validation.RequireCurrency(request.SendCurrency, "/sendCurrency");
        if (request.ReceiveCurrency is not null)
            validation.RequireCurrency(request.ReceiveCurrency, "/receiveCurrency");
        validation.Require(request.PayoutMethod, "/payoutMethod");
        validation.Require(request.PayInMethod, "/payInMethod");
        validation.Check(request.SendAmount is null != request.ReceiveAmount is null, "/sendAmount",
            "Give exactly one of sendAmount and receiveAmount.");
        if (request.SendAmount is { } send)
            validation.Check(send.IsPositive, "/sendAmount/amount", "An amount to send is greater than zero.");
        if (request.ReceiveAmount is { } receive)
            validation.Check(receive.IsPositive, "/receiveAmount/amount", "An amount to receive is greater than zero.");
        return validation;
    }

    private static void CheckCurrencies(Validation validation, CreateQuoteRequest request, Corridor corridor)
    {
        validation.Check(request.SendCurrency is null || request.SendCurrency == corridor.SendCurrency, "/sendCurrency",
            $"This corridor takes {corridor.SendCurrency}.");
        validation.Check(request.ReceiveCurrency is null || request.ReceiveCurrency == corridor.ReceiveCurrency,
            "/receiveCurrency", $"This corridor pays out {corridor.ReceiveCurrency}.");
        if (request.SendAmount is { } send)
            validation.Check(send.Currency.Code == corridor.SendCurrency, "/sendAmount/currency",
                $"This corridor takes {corridor.SendCurrency}.");
        if (request.ReceiveAmount is { } receive)
            validation.Check(receive.Currency.Code == corridor.ReceiveCurrency, "/receiveAmount/currency",
                $"This corridor pays out {corridor.ReceiveCurrency}.");
    }

    private static Price? Calculate(CreateQuoteRequest request, Tariff tariff)
    {
        try
        {
            if (request.ReceiveAmount is { } receive)
                return Price.ForReceiveAmount(tariff, receive);
            return request.FeeInclusive == true
                ? Price.ForTotal(tariff, request.SendAmount!.Value)
                : Price.ForSendAmount(tariff, request.SendAmount!.Value);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static string AmountPointer(CreateQuoteRequest request) =>
        request.SendAmount is null ? "/receiveAmount/amount" : "/sendAmount/amount";

    private static QuoteResponse Response(Quote quote, Price price) => new(
        quote.Id, quote.SendCountry, quote.ReceiveCountry, price.SendAmount, price.ReceiveAmount, price.TotalToPay,
        [new QuoteFee(TransferFee, price.Fee)],
        new QuoteRate(TransactionResponses.RateText(quote.Rate), quote.MarkupBasisPoints),
        quote.PayoutMethod, quote.PayInMethod, quote.FeeInclusive,
        DeliveryEstimateOf(quote.PayoutMethod), quote.ExpiresAt);

    public static string DeliveryEstimateOf(PayoutMethod method) => method switch
    {
        PayoutMethod.Bank => "WITHIN_24_HOURS",
        PayoutMethod.CashPickup => "WITHIN_1_HOUR",
        _ => "WITHIN_MINUTES",
    };
}
