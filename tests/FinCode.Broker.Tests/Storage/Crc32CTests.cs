using System.Text;
using CsCheck;
using FinCode.Standalone.Kafka.Storage;

namespace FinCode.Broker.Tests.Storage;

public sealed class Crc32CTests
{
    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xE3069283u)]
    public void The_known_values_come_out(string text, uint checksum) =>
        Crc32C.Of(Encoding.ASCII.GetBytes(text)).ShouldBe(checksum);

    [Fact]
    public void It_is_the_polynomial_division_that_the_standard_describes() =>
        Gen.Byte.Array[0, 200].Sample(bytes => Crc32C.Of(bytes) == BitByBit(bytes));

    private static uint BitByBit(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78;
        }
        return ~crc;
    }
}
