using CsCheck;
using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Broker.Tests.Protocol;

public sealed class ProtocolPrimitivesTests
{
    private const int LengthPrefix = 4;

    [Fact]
    public void What_is_written_is_read_in_both_encodings() =>
        Gen.Select(Gen.Long, Gen.Short, Gen.String[0, 300], Gen.Byte.Array[0, 300], Gen.Int.Array[0, 200], Gen.Bool)
            .Sample((number, small, text, bytes, array, flexible) =>
            {
                var expected = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
                var reader = Written(flexible, writer =>
                {
                    writer.Int64(number);
                    writer.Int16(small);
                    writer.String(text);
                    writer.String(null);
                    writer.Bytes(bytes);
                    writer.Int32Array(array);
                    writer.NullArray();
                    writer.NoTags();
                    writer.Boolean(true);
                });
                reader.ReadInt64().ShouldBe(number);
                reader.ReadInt16().ShouldBe(small);
                reader.ReadString().ShouldBe(expected);
                reader.ReadNullableString().ShouldBeNull();
                reader.ReadBytes().ToArray().ShouldBe(bytes);
                reader.ReadInt32Array().ShouldBe(array);
                reader.ReadNullableArray(r => r.ReadInt32()).ShouldBeNull();
                reader.SkipTags();
                reader.ReadBoolean().ShouldBeTrue();
                Should.Throw<MalformedRequestException>(() => reader.ReadInt8());
            }, iter: 300);

    [Fact]
    public void Random_bytes_give_values_or_a_malformed_request_and_nothing_else() =>
        Gen.Select(Gen.Byte.Array[0, 60], Gen.Int[0, 5], Gen.Bool).Sample((bytes, kind, flexible) =>
        {
            var reader = new ProtocolReader(bytes) { Flexible = flexible };
            try
            {
                switch (kind)
                {
                    case 0:
                        reader.ReadNullableString();
                        break;
                    case 1:
                        reader.ReadNullableBytes();
                        break;
                    case 2:
                        reader.ReadStringArray();
                        break;
                    case 3:
                        reader.ReadArray(r => r.ReadInt32Array());
                        break;
                    case 4:
                        reader.SkipTags();
                        break;
                    default:
                        reader.ReadHeaderString();
                        break;
                }
            }
            catch (MalformedRequestException)
            {
                // This is the answer that is expected for most of them.
            }
        }, iter: 20_000);

    [Fact]
    public void A_null_where_the_protocol_allows_none_is_malformed()
    {
        var reader = Written(flexible: true, writer => writer.String(null));
        Should.Throw<MalformedRequestException>(() => reader.ReadString());
    }

    private static ProtocolReader Written(bool flexible, Action<ProtocolWriter> write)
    {
        using var writer = new ProtocolWriter { Flexible = flexible };
        write(writer);
        return new ProtocolReader(writer.Frame()[LengthPrefix..].ToArray()) { Flexible = flexible };
    }
}
