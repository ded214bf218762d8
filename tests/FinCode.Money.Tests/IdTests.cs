using System.Text.Json;

namespace FinCode.Tests;

public sealed class IdTests
{
    [Fact]
    public void An_id_is_printed_with_its_prefix_and_read_back()
    {
        var id = TransactionId.New();

        id.ToString().ShouldMatch("^txn_[0-9a-f]{32}$");
        TransactionId.Parse(id.ToString()).ShouldBe(id);
        JsonSerializer.Deserialize<TransactionId>(JsonSerializer.Serialize(id)).ShouldBe(id);
    }

    [Fact]
    public void An_id_of_one_kind_is_none_of_another() =>
        PartyId.TryParse(TransactionId.New().ToString(), null, out _).ShouldBeFalse();

    [Theory]
    [InlineData("")]
    [InlineData("txn_")]
    [InlineData("txn_01985a3c1d2e7f4aa1b2c3d4e5f6071")]
    [InlineData("txn_01985a3c1d2e7f4aa1b2c3d4e5f60718 ")]
    [InlineData("txn-01985a3c1d2e7f4aa1b2c3d4e5f60718")]
    [InlineData("01985a3c1d2e7f4aa1b2c3d4e5f60718")]
    [InlineData("txn_01985a3c-1d2e-7f4a-a1b2-c3d4e5f60718")]
    [InlineData(null)]
    public void Other_texts_are_no_ids(string? text)
    {
        TransactionId.TryParse(text, null, out _).ShouldBeFalse();
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<TransactionId>(JsonSerializer.Serialize(text)));
    }

    [Fact]
    public void Ids_carry_the_time_at_which_they_were_made()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var earlier = TransactionId.New(clock);
        clock.Advance(TimeSpan.FromSeconds(1));

        TransactionId.New(clock).ShouldBeGreaterThan(earlier);
        earlier.Value.Version.ShouldBe(7);
    }
}
