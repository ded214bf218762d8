using System.Text.Json;
using System.Text.Json.Serialization;

namespace FinCode;

/// <summary>
/// Reads and writes <c>{"amount": "102.00", "currency": "GBP"}</c>; anything else is a <see cref="JsonException"/>.
/// </summary>
public sealed class MoneyJsonConverter : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("An amount is an object with \"amount\" and \"currency\".");
        string? amount = null, code = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw new JsonException("\"amount\" and \"currency\" are strings.");
            if (name == "amount")
                amount = reader.GetString();
            else if (name == "currency")
                code = reader.GetString();
            else
                throw new JsonException("An amount has \"amount\" and \"currency\" only.");
        }
        var currency = Currency.Find(code) ?? throw new JsonException("\"currency\" is not an ISO 4217 code.");
        var error = Money.TryParse(amount, currency, out var money);
        return error is null ? money : throw new JsonException(error);
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("amount", value.ToAmountString());
        writer.WriteString("currency", value.Currency.Code);
        writer.WriteEndObject();
    }
}
