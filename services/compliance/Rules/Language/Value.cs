using System.Globalization;

namespace FinCode.Compliance.Rules.Language;

internal enum ValueKind
{
    Unknown,
    Bool,
    Int,
    Decimal,
    Money,
    Text,
    Duration,
    Time,
    List,
}

/// <summary>
/// What an expression is at run time. Every kind has one more value, unknown, which carries the reason: whatever needs
/// a figure that there is not is unknown itself, unless the rest decides (<c>false &amp;&amp; unknown</c> is false).
/// </summary>
internal readonly struct Value
{
    private readonly long _whole;
    private readonly decimal _number;
    private readonly object? _content;

    private Value(ValueKind kind, long whole, decimal number, object? content) =>
        (Kind, _whole, _number, _content) = (kind, whole, number, content);

    public ValueKind Kind { get; }

    public bool IsUnknown => Kind == ValueKind.Unknown;

    public bool IsTrue => Kind == ValueKind.Bool && _whole != 0;

    /// <summary>Why it is unknown, as a sentence without its full stop.</summary>
    public string Reason => (string?)_content ?? "nothing is known";

    public long Whole => _whole;

    /// <summary>An int or a decimal.</summary>
    public decimal Number => Kind == ValueKind.Int ? _whole : _number;

    public Money Money => new(_whole, (Currency)_content!);

    public string Text => (string)_content!;

    public TimeSpan Duration => new(_whole);

    public DateTimeOffset Time => new(_whole, TimeSpan.Zero);

    public Value[] Items => (Value[])_content!;

    public static Value Unknown(string reason) => new(ValueKind.Unknown, 0, 0, reason);

    public static Value Of(bool value) => new(ValueKind.Bool, value ? 1 : 0, 0, null);

    public static Value Of(long value) => new(ValueKind.Int, value, 0, null);

    public static Value Of(decimal value) => new(ValueKind.Decimal, 0, value, null);

    public static Value Of(Money value) => new(ValueKind.Money, value.MinorUnits, 0, value.Currency);

    public static Value Of(string value) => new(ValueKind.Text, 0, 0, value);

    public static Value Of(TimeSpan value) => new(ValueKind.Duration, value.Ticks, 0, null);

    public static Value Of(DateTimeOffset value) => new(ValueKind.Time, value.UtcTicks, 0, null);

    public static Value Of(Value[] items) => new(ValueKind.List, 0, 0, items);

    /// <summary>For explanations: the same in every culture.</summary>
    public override string ToString() => Kind switch
    {
        ValueKind.Unknown => "unknown",
        ValueKind.Bool => _whole != 0 ? "true" : "false",
        ValueKind.Int => _whole.ToString(CultureInfo.InvariantCulture),
        ValueKind.Decimal => _number.ToString("0.##########", CultureInfo.InvariantCulture),
        ValueKind.Money => Money.ToString(),
        ValueKind.Text => Text,
        ValueKind.Duration => Spoken(Duration),
        ValueKind.Time => Time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        _ => "[" + string.Join(", ", Items) + "]",
    };

    private static string Spoken(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture,
        $"{duration.Ticks / TimeSpan.TicksPerDay} d {Math.Abs(duration.Hours)} h {Math.Abs(duration.Minutes)} min");
}
