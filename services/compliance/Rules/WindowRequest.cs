using System.Globalization;

namespace FinCode.Compliance.Rules;

/// <summary>Whose history a window looks at; of the transfer that is looked at.</summary>
internal enum WindowKey
{
    /// <summary>The person or firm, under however many ids.</summary>
    Sender,

    /// <summary>The account or phone that gets the money; the person, where there is none.</summary>
    Beneficiary,

    /// <summary>This sender to this beneficiary.</summary>
    Pair,
    Device,
    Phone,
    Corridor,

    /// <summary>What was sent to somebody with the name and country of this transfer's sender.</summary>
    Incoming,
}

internal enum WindowMeasure
{
    Count,
    Sum,
    Distinct,

    /// <summary>
    /// When the latest other transfer up to this one was funded, however long ago; with a length, the latest that is
    /// before the window of that length.
    /// </summary>
    Previous,

    /// <summary>When the first was.</summary>
    First,
}

/// <summary>What is summed, or told apart.</summary>
internal enum WindowField
{
    None,
    SendAmount,
    ReceiveAmount,
    Sender,
    Beneficiary,
    Device,
    Phone,
    Corridor,
    SendCountry,
    ReceiveCountry,
    SendCurrency,
    PayoutMethod,
}

/// <summary>
/// One figure of the history. Windows end with the transfer's own event time and hold it; both ends are of the event
/// time, so that what arrives late counts where it belongs.
/// </summary>
/// <param name="Hours">
/// 1, 24, 168 or 720; 0 for <see cref="WindowMeasure.First"/>, for the latest other one, and for a count of all up to
/// this one.
/// </param>
/// <param name="Only">Null: all of the window.</param>
internal sealed record WindowRequest(
    WindowMeasure Measure, WindowKey Key, int Hours, WindowField Field, AmountChoice? Only = null)
{
    /// <summary>A count without a length goes no further: more are as many.</summary>
    public const int MostCounted = 1_000;

    /// <summary>1 h, 24 h, 7 d and 30 d.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [1, 24, 168, 720];

    /// <summary>
    /// The figure's name in the evaluation log, as rules write it: <c>distinct(device, 30d, sender)</c>.
    /// </summary>
    public string Name => NameOf(Measure, Key, Hours, Field, Only);

    /// <summary>Whether it is worked out over the transfers of a stretch of time.</summary>
    public bool IsOverWindow => Hours > 0 && Measure != WindowMeasure.Previous;

    public override string ToString() => Name;

    public static string Word<T>(T value) where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    private static string NameOf(
        WindowMeasure measure, WindowKey key, int hours, WindowField field, AmountChoice? only)
    {
        var length = hours switch
        {
            0 => "",
            < 168 => string.Create(CultureInfo.InvariantCulture, $", {hours}h"),
            _ => string.Create(CultureInfo.InvariantCulture, $", {hours / 24}d"),
        };
        var of = field == WindowField.None ? "" : ", " + Word(field);
        return $"{Word(measure)}({Word(key)}{length}{of}{(only is null ? "" : $", {only}")})";
    }
}

/// <summary>A window's figure: one of the members, or why there is none.</summary>
/// <param name="Unknown">A sentence.</param>
internal sealed record Figure(
    long? Count = null, Money? Sum = null, DateTimeOffset? At = null, string? Unknown = null)
{
    public static Figure NotKnown(string why) => new(Unknown: why);
}
