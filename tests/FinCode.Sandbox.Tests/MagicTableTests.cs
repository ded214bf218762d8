using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using FinCode.Sandbox.Callbacks;
using FinCode.Sandbox.Instructions;

namespace FinCode.Sandbox.Tests;

public sealed class MagicTableTests
{
    [Fact]
    public void The_readme_lists_exactly_the_magic_values_of_the_code()
    {
        var listed = Regex.Matches(File.ReadAllText(Readme()), @"^\| (\d{4}) \| (\w+) \|", RegexOptions.Multiline)
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        listed.ShouldBe(Magic.Values.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()), ignoreOrder: true);
        Enum.GetValues<Behaviour>().Except(Magic.Values.Values).ShouldBe([Behaviour.Works]);
    }

    [Theory]
    [InlineData("GB00 BANK 0000 0000 03", "AccountClosed")]
    [InlineData("+234 801 000 0001", "Down")]
    [InlineData("0001 ", "Down")]
    [InlineData("001", "Works")]
    [InlineData("", "Works")]
    [InlineData(null, "Works")]
    public void The_last_four_characters_decide_and_blanks_do_not_count(string? destination, string behaviour) =>
        Magic.Of(destination).ToString().ShouldBe(behaviour);

    [Fact]
    public void Pauses_between_callbacks_double_up_to_a_minute()
    {
        var pauses = Enumerable.Range(1, CallbackSender.MaxAttempts - 1).Select(CallbackSender.PauseAfter).ToArray();
        pauses[0].ShouldBe(TimeSpan.FromMilliseconds(200));
        pauses[3].ShouldBe(TimeSpan.FromMilliseconds(1600));
        pauses[^1].ShouldBe(TimeSpan.FromSeconds(60));
        pauses.Zip(pauses.Skip(1)).ShouldAllBe(pair => pair.First <= pair.Second);
    }

    [Fact]
    public void Fees_are_rounded_down_and_left_out_when_nothing_remains()
    {
        Fees.Of(Rail.Bank, Money.Of(99_999, "NGN")).ShouldBe(Money.Of(99, "NGN"));
        Fees.Of(Rail.Momo, Money.Of(199, "UGX")).ShouldBeNull();
        Fees.Of(Rail.Cash, Money.Of(long.MaxValue, "NGN")).ShouldNotBeNull().IsPositive.ShouldBeTrue();
        Fees.Of(Rail.Refund, Money.Of(1_000_000, "GBP")).ShouldBeNull();
    }

    private static string Readme([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "services", "sandbox", "README.md");
}
