using FinCode.Contracts;

namespace FinCode.Transactions.Pricing;

/// <summary>How a corridor pays out.</summary>
/// <param name="Fee">Fixed, in the sending currency; FeeBasisPoints come on top of it.</param>
/// <param name="Minimum">Of the amount that is converted, in the sending currency.</param>
internal sealed record CorridorMethod(
    PayoutMethod Method, string Provider, Money Fee, int FeeBasisPoints, Money Minimum, Money Maximum);

/// <summary>How a corridor takes money in.</summary>
internal sealed record CorridorPayIn(PayInMethod Method, string Provider);

/// <summary>What a tenant offers from one country to another.</summary>
internal sealed class Corridor
{
    private Corridor()
    {
    }

    public TenantId TenantId { get; private set; }
    public string SendCountry { get; private set; } = "";
    public string ReceiveCountry { get; private set; } = "";
    public string SendCurrency { get; private set; } = "";
    public string ReceiveCurrency { get; private set; } = "";
    public decimal RateMid { get; private set; }
    public int MarkupBasisPoints { get; private set; }
    public IReadOnlyList<CorridorMethod> Methods { get; private set; } = [];
    public IReadOnlyList<CorridorPayIn> PayIns { get; private set; } = [];
    public DateTimeOffset UpdatedAt { get; private set; }

    public static Corridor Open(TenantId tenant, string sendCountry, string receiveCountry) =>
        new() { TenantId = tenant, SendCountry = sendCountry, ReceiveCountry = receiveCountry };

    public void Offer(
        Currency send, Currency receive, decimal mid, int markupBasisPoints, IReadOnlyList<CorridorMethod> methods,
        IReadOnlyList<CorridorPayIn> payIns, DateTimeOffset now)
    {
        SendCurrency = send.Code;
        ReceiveCurrency = receive.Code;
        RateMid = mid;
        MarkupBasisPoints = markupBasisPoints;
        Methods = methods;
        PayIns = payIns;
        UpdatedAt = now;
    }

    public Tariff TariffOf(CorridorMethod method) =>
        new(RateMid, MarkupBasisPoints, method.Fee, method.FeeBasisPoints, Currency.Of(ReceiveCurrency));
}
