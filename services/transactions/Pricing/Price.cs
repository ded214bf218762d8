namespace FinCode.Transactions.Pricing;

/// <summary>What a method of a corridor costs.</summary>
/// <param name="Mid">Units of the receiving currency for one unit of the sending currency, at mid-market.</param>
/// <param name="MarkupBasisPoints">How much of the mid rate the sender does not get, in 1/100 of a per cent.</param>
/// <param name="FixedFee">In the sending currency.</param>
/// <param name="FeeBasisPoints">On the amount that is converted.</param>
internal sealed record Tariff(
    decimal Mid, int MarkupBasisPoints, Money FixedFee, int FeeBasisPoints, Currency Receive)
{
    /// <summary>The rate that the sender gets.</summary>
    public decimal Rate => Mid * (10_000 - MarkupBasisPoints) / 10_000;
}

/// <summary>
/// A price: TotalToPay = MidValue + FxIncome + Fee, exactly, all in the sending currency. MidValue is what the
/// received amount is worth at mid-market; SendAmount is what is converted.
/// </summary>
internal sealed record Price(Money SendAmount, Money ReceiveAmount, Money Fee, Money MidValue, Money FxIncome)
{
    public Money TotalToPay => SendAmount + Fee;

    /// <summary>The sender says what is to be converted; the fee comes on top.</summary>
    /// <returns>Null when nothing would arrive.</returns>
    public static Price? ForSendAmount(Tariff tariff, Money send) => Of(tariff, send, FeeFor(tariff, send));

    /// <summary>
    /// The sender says what is paid altogether. The largest amount whose fee still fits is converted; a minor unit
    /// that fits neither belongs to the fee, so that the total is exactly what was asked for.
    /// </summary>
    /// <returns>Null when the fee leaves nothing, or nothing would arrive.</returns>
    public static Price? ForTotal(Tariff tariff, Money total)
    {
        long low = 0, high = total.MinorUnits;
        while (low < high)
        {
            var middle = low + (high - low + 1) / 2;
            var send = new Money(middle, total.Currency);
            if (send + FeeFor(tariff, send) <= total)
                low = middle;
            else
                high = middle - 1;
        }
        if (low == 0)
            return null;
        var converted = new Money(low, total.Currency);
        return Of(tariff, converted, total - converted);
    }

    /// <summary>
    /// The sender says what is to arrive; the smallest amount that converts to it is taken, the fee comes on top.
    /// </summary>
    public static Price? ForReceiveAmount(Tariff tariff, Money receive)
    {
        var currency = tariff.FixedFee.Currency;
        var send = Conversion.RoundUp(receive, 1 / tariff.Rate, currency);
        // The reciprocal of a rate is not exact: the first guess may be one minor unit off, either way.
        var unit = new Money(1, currency);
        while (send > unit && Conversion.RoundDown(send - unit, tariff.Rate, tariff.Receive) >= receive)
            send -= unit;
        while (Conversion.RoundDown(send, tariff.Rate, tariff.Receive) < receive)
            send += unit;
        return Of(tariff, send, receive, FeeFor(tariff, send));
    }

    private static Money FeeFor(Tariff tariff, Money send) =>
        tariff.FixedFee + Conversion.BasisPoints(send, tariff.FeeBasisPoints);

    private static Price? Of(Tariff tariff, Money send, Money fee) =>
        Of(tariff, send, Conversion.RoundDown(send, tariff.Rate, tariff.Receive), fee);

    private static Price? Of(Tariff tariff, Money send, Money receive, Money fee)
    {
        var midValue = Conversion.RoundHalfEven(receive, 1 / tariff.Mid, send.Currency);
        if (!send.IsPositive || !receive.IsPositive || !midValue.IsPositive)
            return null;
        // At most what is converted: a reciprocal that is rounded up must not make the income negative.
        if (midValue > send)
            midValue = send;
        return new Price(send, receive, fee, midValue, send - midValue);
    }
}
