namespace FinCode.Compliance.Rules;

internal enum AmountTest
{
    /// <summary>From the first amount up to and without the second.</summary>
    Between,
    AtLeast,

    /// <summary>A whole multiple.</summary>
    RoundTo,
}

/// <summary>
/// Which transfers of a window count, by what was sent with each; by what was received, of those that came to the
/// sender. Amounts in another currency than these do not count.
/// </summary>
/// <param name="Second">Of <see cref="AmountTest.Between"/>.</param>
internal sealed record AmountChoice(AmountTest Test, Money First, Money? Second = null)
{
    /// <summary>As rules write it, worked out: <c>between(900.00 GBP, 1000.00 GBP)</c>.</summary>
    public override string ToString() =>
        $"{WindowRequest.Word(Test)}({First}{(Second is { } second ? $", {second}" : "")})";
}
