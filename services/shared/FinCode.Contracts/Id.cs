using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FinCode.Contracts;

/// <summary>What an id stands for; gives its prefix.</summary>
public interface IEntityKind
{
    /// <summary>Lower-case letters before the underscore: "txn" of "txn_0197...".</summary>
    static abstract string Prefix { get; }
}

/// <summary>
/// A typed UUIDv7 (RFC 9562), printed as its prefix, an underscore and 32 lower-case hexadecimal digits:
/// <c>txn_01985a3c1d2e7f4aa1b2c3d4e5f60718</c>. In databases it is a plain <c>uuid</c>.
/// </summary>
[JsonConverter(typeof(IdJsonConverterFactory))]
[SuppressMessage("Design", "CA1000", Justification = "The static members are how an id of a kind is made and read.")]
public readonly record struct Id<TKind>(Guid Value) : IParsable<Id<TKind>>, IComparable<Id<TKind>>
    where TKind : IEntityKind
{
    public static Id<TKind> New() => new(Guid.CreateVersion7());

    /// <summary>A new id that carries the clock's time.</summary>
    public static Id<TKind> New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    public static Id<TKind> Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"Not an id of the form {TKind.Prefix}_...");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Id<TKind> result)
    {
        result = default;
        if (s is null || s.Length != TKind.Prefix.Length + 33 || !s.StartsWith(TKind.Prefix, StringComparison.Ordinal)
            || s[TKind.Prefix.Length] != '_'
            || !Guid.TryParseExact(s.AsSpan(TKind.Prefix.Length + 1), "N", out var value))
            return false;
        result = new Id<TKind>(value);
        return true;
    }

    public int CompareTo(Id<TKind> other) => Value.CompareTo(other.Value);

    public static bool operator <(Id<TKind> left, Id<TKind> right) => left.CompareTo(right) < 0;

    public static bool operator >(Id<TKind> left, Id<TKind> right) => left.CompareTo(right) > 0;

    public static bool operator <=(Id<TKind> left, Id<TKind> right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Id<TKind> left, Id<TKind> right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{TKind.Prefix}_{Value:N}";
}

internal sealed class IdJsonConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Id<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(
            typeof(IdJsonConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
}

internal sealed class IdJsonConverter<TKind> : JsonConverter<Id<TKind>> where TKind : IEntityKind
{
    public override Id<TKind> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Id<TKind>.TryParse(reader.GetString(), null, out var id)
            ? id
            : throw new JsonException($"Not an id of the form {TKind.Prefix}_ and 32 hexadecimal digits.");

    public override void Write(Utf8JsonWriter writer, Id<TKind> value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
