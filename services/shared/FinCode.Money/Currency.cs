using System.Collections.Frozen;

namespace FinCode;

/// <summary>
/// A currency of ISO 4217 with its minor-unit exponent (JPY 0, NGN 2, KWD 3).
/// Source: ISO 4217 list one, minor units column, as published by SIX.
/// </summary>
public sealed record Currency
{
    private static readonly FrozenDictionary<string, Currency> Known = Parse(CurrencyTable.Rows);

    private Currency(string code, int decimals)
    {
        Code = code;
        Decimals = decimals;
        MinorUnitsPerUnit = (long)Pow10(decimals);
    }

    /// <summary>Three upper-case letters.</summary>
    public string Code { get; }

    /// <summary>Number of decimals of the minor unit: 0, 2 or 3 (4 for UYW and CLF).</summary>
    public int Decimals { get; }

    /// <summary>10 to the power of <see cref="Decimals"/>.</summary>
    public long MinorUnitsPerUnit { get; }

    public static IReadOnlyCollection<Currency> All => Known.Values;

    /// <summary>The currency of that code.</summary>
    /// <exception cref="ArgumentException">The code is not an active ISO 4217 currency.</exception>
    public static Currency Of(string code) =>
        Find(code) ?? throw new ArgumentException($"'{code}' is not an ISO 4217 currency code.", nameof(code));

    /// <summary>The currency of that code, or null; codes are upper case, as the standard writes them.</summary>
    public static Currency? Find(string? code) => code is null ? null : Known.GetValueOrDefault(code);

    public bool Equals(Currency? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Code.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Code;

    private static FrozenDictionary<string, Currency> Parse(string rows) => rows
        .Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
        .Select(row => new Currency(row[..3], row[3] - '0'))
        .ToFrozenDictionary(currency => currency.Code, StringComparer.Ordinal);

    private static decimal Pow10(int exponent)
    {
        var result = 1m;
        for (var i = 0; i < exponent; i++)
            result *= 10;
        return result;
    }
}
