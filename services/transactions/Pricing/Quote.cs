using FinCode.Contracts;
using FinCode.Transactions.Model;

namespace FinCode.Transactions.Pricing;

/// <summary>
/// A price and its rate, locked until <see cref="ExpiresAt"/>; a transfer uses it once (a unique index).
/// </summary>
internal sealed class Quote
{
    private Quote()
    {
    }

    public Id<QuoteKind> Id { get; private set; }
    public TenantId TenantId { get; private set; }
    public string SendCountry { get; private set; } = "";
    public string ReceiveCountry { get; private set; } = "";
    public string SendCurrency { get; private set; } = "";
    public string ReceiveCurrency { get; private set; } = "";
    public long SendMinor { get; private set; }
    public long ReceiveMinor { get; private set; }
    public long FeeMinor { get; private set; }
    public long MidValueMinor { get; private set; }
    public long FxIncomeMinor { get; private set; }
    public bool FeeInclusive { get; private set; }
    public decimal Rate { get; private set; }
    public int MarkupBasisPoints { get; private set; }
    public PayoutMethod PayoutMethod { get; private set; }
    public string PayoutProvider { get; private set; } = "";
    public PayInMethod PayInMethod { get; private set; }
    public string PayInProvider { get; private set; } = "";
    public DateTimeOffset CreatedAt { get; private set; }
    public DateTimeOffset ExpiresAt { get; private set; }

    public static Quote Lock(
        Id<QuoteKind> id, Corridor corridor, CorridorMethod method, CorridorPayIn payIn, Price price, bool feeInclusive,
        DateTimeOffset now, TimeSpan validity) => new()
        {
            Id = id,
            TenantId = corridor.TenantId,
            SendCountry = corridor.SendCountry,
            ReceiveCountry = corridor.ReceiveCountry,
            SendCurrency = corridor.SendCurrency,
            ReceiveCurrency = corridor.ReceiveCurrency,
            SendMinor = price.SendAmount.MinorUnits,
            ReceiveMinor = price.ReceiveAmount.MinorUnits,
            FeeMinor = price.Fee.MinorUnits,
            MidValueMinor = price.MidValue.MinorUnits,
            FxIncomeMinor = price.FxIncome.MinorUnits,
            FeeInclusive = feeInclusive,
            Rate = corridor.TariffOf(method).Rate,
            MarkupBasisPoints = corridor.MarkupBasisPoints,
            PayoutMethod = method.Method,
            PayoutProvider = method.Provider,
            PayInMethod = payIn.Method,
            PayInProvider = payIn.Provider,
            CreatedAt = now,
            ExpiresAt = now + validity,
        };
}
