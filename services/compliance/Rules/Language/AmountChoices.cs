namespace FinCode.Compliance.Rules.Language;

internal sealed partial class Binder
{
    /// <summary>By the word that a rule writes, and how many values it takes.</summary>
    private static readonly Dictionary<string, (AmountTest Test, int Values)> AmountTests =
        new(StringComparer.Ordinal)
        {
            [WindowRequest.Word(AmountTest.Between)] = (AmountTest.Between, 2),
            [WindowRequest.Word(AmountTest.AtLeast)] = (AmountTest.AtLeast, 1),
            [WindowRequest.Word(AmountTest.RoundTo)] = (AmountTest.RoundTo, 1),
        };

    /// <summary>
    /// between(from, below), atLeast(from), roundTo(whole units). Which figures a rule needs has to be certain before
    /// any is read, so these amounts come from the transfer and the customer alone.
    /// </summary>
    /// <returns>Null after an error.</returns>
    private Func<Frame, (AmountChoice? Choice, Value Why)>? BindChoice(Call call)
    {
        var (test, count) = AmountTests[call.Function];
        var looked = _looksBack;
        _looksBack = false;
        var values = Arguments(call, count);
        var looksBack = _looksBack;
        _looksBack = looked;
        if (values.Length == 0)
            return null;
        var takes = test == AmountTest.RoundTo ? ValueKind.Int : ValueKind.Money;
        if (values.Any(value => value.Type.Kind != takes))
            Error(call.At, $"{call.Function} takes {(takes == ValueKind.Int ? "an int" : "amounts of money")}.");
        else if (looksBack)
            Error(call.At, $"{call.Function} goes by the transfer and the customer, not by the history.");
        else
        {
            return frame => Choose(
                test, [.. values.Select(value => value.Run(frame))], frame.Facts.SendAmount.Currency);
        }
        return null;
    }

    private static (AmountChoice? Choice, Value Why) Choose(AmountTest test, Value[] values, Currency currency)
    {
        foreach (var value in values)
        {
            if (value.IsUnknown)
                return (null, value);
            if (value.Kind == ValueKind.Money && value.Money.Currency != currency)
            {
                return (null, Value.Unknown($"the amounts to count are in {value.Money.Currency.Code} and this "
                    + $"transfer is in {currency.Code}"));
            }
        }
        if (test == AmountTest.RoundTo)
        {
            var units = values[0].Whole;
            return units > 0 && units <= long.MaxValue / currency.MinorUnitsPerUnit
                ? (new AmountChoice(test, new Money(units * currency.MinorUnitsPerUnit, currency)), default)
                : (null, Value.Unknown("a multiple has to be positive, and an amount"));
        }
        return (new AmountChoice(test, values[0].Money, values.Length > 1 ? values[1].Money : null), default);
    }
}
