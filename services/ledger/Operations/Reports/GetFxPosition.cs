using System.Globalization;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Reports;

/// <summary>
/// The open position per currency and, with rates, what it is worth: the positions together are the gain or loss that
/// closing them all at these rates would leave.
/// </summary>
internal static class GetFxPosition
{
    private const int MaxRates = 60;

    /// <param name="Position">More than zero: we hold the currency; less: we owe it.</param>
    /// <param name="Rate">Units of the base currency for one of this; missing when none was given.</param>
    /// <param name="Value">The position at that rate, rounded half to even; missing without a rate.</param>
    public sealed record FxPosition(string Currency, Money Position, string? Rate, Money? Value);

    /// <param name="AsOf">The last day of value that counts.</param>
    /// <param name="Revaluation">
    /// The sum of the values: what closing all positions would gain (or, below zero, lose). Missing unless every open
    /// position has a rate.
    /// </param>
    public sealed record FxPositionReport(
        DateOnly AsOf, string? BaseCurrency, IReadOnlyList<FxPosition> Positions, Money? Revaluation);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/reports/fx-position", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("getLedgerFxPosition").WithTags("Ledger reports")
        .WithSummary("Open position per currency; revalued with base=GBP&rates=NGN:0.000487,USD:0.79")
        .Produces<FxPositionReport>()
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        Caller caller, DbSession session, ReportStore reports, TimeProvider clock, CancellationToken cancellationToken,
        DateOnly? asOf = null, string? @base = null, string? rates = null)
    {
        var validation = new Validation();
        var home = @base is null ? null : validation.RequireCurrency(@base, "base");
        validation.Check(rates is null || @base is not null, "base", "Rates are into a base currency.");
        var given = ReadRates(rates, home, validation);
        if (validation.Failed)
            return validation.ToProblem();

        var day = asOf ?? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var sums = await reports.SumAsync([AccountClass.Position], null, day, cancellationToken);
        // A position account is debited with what we give away of a currency and credited with what we take in.
        try
        {
            var positions = sums.GroupBy(sum => sum.Currency).OrderBy(group => group.Key.Code, StringComparer.Ordinal)
                .Select(group => Of(group.Key, checked(-group.Sum(sum => sum.Net)), home, given)).ToArray();
            return TypedResults.Ok(new FxPositionReport(day, home?.Code, positions, Sum(positions, home)));
        }
        catch (OverflowException)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, Problems.LimitExceeded,
                "At these rates a value exceeds 64 bits.");
        }
    }

    private static Money? Sum(IEnumerable<FxPosition> positions, Currency? home)
    {
        var open = positions.Where(one => !one.Position.IsZero).ToArray();
        return home is not null && open.All(one => one.Value is not null)
            ? new Money(open.Sum(one => one.Value!.Value.MinorUnits), home)
            : null;
    }

    private static FxPosition Of(
        Currency currency, long position, Currency? home, Dictionary<Currency, decimal> rates)
    {
        var amount = new Money(position, currency);
        if (home is null || !rates.TryGetValue(currency, out var rate))
            return new FxPosition(currency.Code, amount, null, null);
        var value = decimal.Round(amount.ToDecimal() * rate * home.MinorUnitsPerUnit, MidpointRounding.ToEven);
        return new FxPosition(currency.Code, amount, rate.ToString(CultureInfo.InvariantCulture),
            new Money((long)value, home));
    }

    private static Dictionary<Currency, decimal> ReadRates(string? text, Currency? home, Validation validation)
    {
        var rates = new Dictionary<Currency, decimal>();
        if (home is not null)
            rates[home] = 1;
        foreach (var pair in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Take(MaxRates))
        {
            var parts = pair.Split(':');
            if (parts.Length == 2 && Currency.Find(parts[0]) is { } currency
                && decimal.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                    out var rate) && rate is > 0 and < 1_000_000_000)
                rates[currency] = rate;
            else
                validation.Check(false, "rates", "Rates are pairs such as NGN:0.000487, separated by commas.");
        }
        return rates;
    }
}
