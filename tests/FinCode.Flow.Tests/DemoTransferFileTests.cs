using FinCode.Contracts;
using FinCode.Standalone.Demo;

namespace FinCode.Flow.Tests;

public sealed class DemoTransferFileTests
{
    private const string Header = "name,corridor,send,receive,pay_in,method,sender,beneficiary,provider,destination,"
        + "script,status,attempts,webhooks";

    private const string Good = "Rent,GB-UG,75.50 GBP,UGX,CARD,MOBILE_MONEY,A B,C D,MTN,+256772555101,"
        + "twice pay correct=123,PAID,2,created changed*4";

    [Fact]
    public void A_row_says_what_is_sent_what_people_do_and_how_it_ends()
    {
        var transfer = DemoTransferFile.Parse(["# why", Header, "", Good]).ShouldHaveSingleItem();

        transfer.SendAmount.ShouldBe(Money.Of(75_50, "GBP"));
        transfer.PayoutMethod.ShouldBe(PayoutMethod.MobileMoney);
        transfer.Script.Select(step => step.Act).ShouldBe([DemoAct.Twice, DemoAct.Pay, DemoAct.Correct]);
        transfer.Destinations.ShouldBe(["+256772555101", "123"]);
        transfer.Expected.ShouldBe(TransactionStatus.Paid);
        transfer.Attempts.ShouldBe(2);
        transfer.Webhooks.ShouldBe(new Dictionary<string, int>
        {
            ["transaction.created"] = 1, ["transaction.status_changed"] = 4,
        }, ignoreOrder: true);
    }

    [Theory]
    [InlineData("PAID,2", "PAID", "Line 2: 13 fields instead of 14.")]
    [InlineData("75.50", "75.505", "Line 2: An amount in GBP has at most 2 decimals.")]
    [InlineData("UGX", "UGZ", "Line 2:")]
    [InlineData("MOBILE_MONEY", "PIGEON", "Line 2: \"PIGEON\" is not a PayoutMethod.")]
    [InlineData("twice", "dance", "Line 2: \"dance\" is not a step of a script.")]
    [InlineData("correct=123", "correct", "Line 2: \"correct\" is not a step of a script.")]
    [InlineData("pay ", "pay=1 ", "Line 2: \"pay=1\" is not a step of a script.")]
    [InlineData("created", "shouted", "Line 2: \"shouted\" is not a webhook.")]
    public void A_row_that_is_wrong_is_refused_with_its_line(string part, string instead, string sentence)
    {
        var refused = Should.Throw<FormatException>(() =>
            DemoTransferFile.Parse([Header, Good.Replace(part, instead)]));

        refused.Message.ShouldStartWith(sentence);
    }

    [Fact]
    public void An_empty_file_a_wrong_header_and_two_transfers_of_one_name_are_refused()
    {
        Should.Throw<FormatException>(() => DemoTransferFile.Parse([]));
        Should.Throw<FormatException>(() => DemoTransferFile.Parse([Header]));
        Should.Throw<FormatException>(() => DemoTransferFile.Parse(["name,script", Good]));
        Should.Throw<FormatException>(() => DemoTransferFile.Parse([Header, Good, Good]));
    }
}
