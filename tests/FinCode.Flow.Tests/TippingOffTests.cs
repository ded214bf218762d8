using System.Text.RegularExpressions;
using FinCode.Contracts;
using FinCode.Flow.Tests.Support;
using FinCode.Standalone.Client;
using FinCode.Standalone.Hosting;
using FinCode.Standalone.Seeding;
using FinCode.Testing;

namespace FinCode.Flow.Tests;

/// <summary>
/// Who is being looked at must not learn of it. Whatever PARTNER, CASHIER, AGENT, CUSTOMER or MANAGER can see of a
/// transfer that is held, frozen or rejected, whatever its sender gets by e-mail and whatever is logged outside of
/// compliance is the same, field by field, as of one that only takes its time or was called off.
/// </summary>
public sealed class TippingOffTests
{
    /// <summary>Who showed nothing yet has this status, whatever became of a transfer.</summary>
    private const string OfEveryNewCustomer = "status: AWAITING_COMPLIANCE_REQUIREMENTS; ";

    private static readonly string Bridget = Scene.OtherSenders[0];
    private static readonly string Clara = Scene.OtherSenders[1];
    private static readonly string Doris = Scene.OtherSenders[2];
    private static readonly string Edith = Scene.OtherSenders[3];

    private const string Likely = "Samuel Okonjo";
    private const string NoMatch = "Chinedu Eze";
    private const string Certain = "Temirbek Oslanovich Zarkhovan";

    [Fact]
    public async Task Held_and_frozen_transfers_look_like_one_that_takes_its_time()
    {
        using var scene = await Scene.NewAsync(InCashOnly);
        using var lookers = await Lookers.OfAsync(scene);
        var seen = new Seen(scene, lookers);
        var slow = await scene.OrderAndPayAsync(InCash());
        var held = await scene.OrderAndPayAsync(InCash() with { Sender = Bridget, Beneficiary = Likely });
        var frozen = await scene.OrderAndPayAsync(InCash() with { Sender = Clara, Beneficiary = Certain });
        await scene.UntilCaseAsync(held);
        await scene.DecideAsync(frozen, CaseDecision.Freeze);
        await scene.UntilStageAsync(frozen, "FROZEN");
        await scene.UntilStageAsync(slow, "AWAITING_COLLECTION");

        var expected = await seen.OfAsync(slow);
        SaysSomethingOfEverything(expected);
        (await seen.OfAsync(held)).ShouldBe(expected);
        (await seen.OfAsync(frozen)).ShouldBe(expected);
        var correction = new { fullName = "Chinedu Eze" };
        var refused = await seen.RefusalsAsync(slow, "beneficiary-corrections", correction);
        refused.Count(answer => answer.Contains("INVALID_TRANSITION", StringComparison.Ordinal)).ShouldBe(4);
        (await seen.RefusalsAsync(held, "beneficiary-corrections", correction)).ShouldBe(refused);
        (await seen.RefusalsAsync(frozen, "beneficiary-corrections", correction)).ShouldBe(refused);
        (await seen.OfAsync(frozen)).ShouldBe(await seen.OfAsync(slow));

        var cancelled = await seen.RefusalsAsync(held, "cancel", new { });
        (await seen.RefusalsAsync(frozen, "cancel", new { })).ShouldBe(cancelled);
        cancelled.Count(answer => answer.Contains("status: PENDING_REFUND; ", StringComparison.Ordinal)).ShouldBe(4);
        (await seen.OfAsync(frozen)).ShouldBe(await seen.OfAsync(held));
        await scene.DecideAsync(held, CaseDecision.Freeze);
        await scene.UntilStageAsync(held, "FROZEN");
        (await seen.OfAsync(frozen)).ShouldBe(await seen.OfAsync(held));
    }

    /// <summary>
    /// All pay with one device, so that nothing but a rule tells them apart. What is asked of a customer is seen, for
    /// it is to be brought: in the words in which it is asked of one whose transfer nobody holds.
    /// </summary>
    [Fact]
    public async Task What_rules_hold_and_ask_and_a_hit_of_due_diligence_look_like_one_that_takes_its_time()
    {
        using var scene = await Scene.NewAsync(InCashOnly);
        using var lookers = await Lookers.OfAsync(scene);
        foreach (var (nth, actions) in (IEnumerable<(int, string)>)
            [(2, "hold, risk 20"), (3, "block"), (4, "hold, ask BANK_STATEMENT"), (5, "ask BANK_STATEMENT")])
        {
            await scene.ActivateRuleAsync($$"""
                rule "Number {{nth}}" when count(device, 24h) == {{nth}} then {{actions}}
                because "Number {count(device, 24h)} of the device."
                """);
        }
        var order = InCash() with { Device = "one-device" };
        var slow = await scene.OrderAndPayAsync(order);
        await scene.UntilStageAsync(slow, "AWAITING_COLLECTION");
        var held = await HoldAsync(order with { Sender = Bridget });
        var blocked = await HoldAsync(order with { Sender = Clara });
        var heldAndAsked = await HoldAsync(order with { Sender = Doris });
        var asked = await scene.OrderAndPayAsync(order with { Sender = Edith });
        await scene.UntilStageAsync(asked, "AWAITING_COLLECTION");
        var exposed = await HoldAsync(order with { Sender = SharedPlatform.Exposed });
        var seen = new Seen(scene, lookers);

        var expected = await seen.OfAsync(slow);
        SaysSomethingOfEverything(expected);
        (await seen.OfAsync(held)).ShouldBe(expected);
        (await seen.OfAsync(blocked)).ShouldBe(expected);
        (await seen.OfAsync(exposed)).ShouldBe(expected);
        var expectedOfAsked = await seen.OfAsync(asked);
        (await seen.OfAsync(heldAndAsked)).ShouldBe(expectedOfAsked);
        ShouldDifferByWhatIsAwaited(expectedOfAsked, expected, "BANK_STATEMENT");

        // Who is let pass and is the person of the list is asked where the wealth comes from; nothing else shows.
        await scene.DecideAsync(exposed, CaseDecision.Release);
        await scene.UntilStageAsync(exposed, "AWAITING_COLLECTION");
        ShouldDifferByWhatIsAwaited(await seen.OfAsync(exposed), expected, "SOURCE_OF_WEALTH");

        async Task<TransferView> HoldAsync(TransferOrder one)
        {
            var transfer = await scene.OrderAndPayAsync(one);
            await scene.UntilCaseAsync(transfer);
            return transfer;
        }
    }

    [Fact]
    public async Task A_rejected_transfer_looks_like_one_that_was_called_off_but_for_a_reason_that_says_nothing()
    {
        using var scene = await Scene.NewAsync();
        using var lookers = await Lookers.OfAsync(scene);
        var calledOff = await scene.OrderAndPayAsync(Order() with { Beneficiary = Likely });
        var rejected = await scene.OrderAndPayAsync(Order() with { Sender = Bridget, Beneficiary = Likely });
        await scene.DecideAsync(rejected, CaseDecision.Reject);
        await scene.UntilAsync(rejected, TransactionStatus.Refunded);
        await scene.UntilCaseAsync(calledOff);
        (await CancelAsync(lookers, calledOff)).Must();
        await scene.DecideAsync(calledOff, CaseDecision.Release);

        await ShouldLookLikeAsync(scene, lookers, rejected, calledOff);
    }

    [Theory]
    [InlineData(Likely, "Bridget Lane", null, null)]
    [InlineData(NoMatch, "Bridget Lane", "a-device", null)]
    [InlineData(NoMatch, "Bridget Lane", "another-device", "BANK_STATEMENT")]
    [InlineData(NoMatch, SharedPlatform.Exposed, null, null)]
    public async Task A_rejected_transfer_looks_like_one_that_nobody_ever_looked_at_and_that_was_called_off(
        string beneficiary, string sender, string? device, string? asked)
    {
        // Without a balance at the payout partner a clear transfer waits long enough to be called off.
        using var scene = await Scene.NewAsync(plan => plan with { TopUps = [] });
        using var lookers = await Lookers.OfAsync(scene);
        await scene.ActivateRuleAsync($"rule \"Device\" when has(device) then hold{(asked is null ? "" : ", ask ")}"
            + $"{asked} because \"It has one.\"");
        var calledOff = await scene.OrderAndPayAsync(Order());
        var rejected = await scene.OrderAndPayAsync(
            Order() with { Beneficiary = beneficiary, Sender = sender, Device = device });
        await scene.DecideAsync(rejected, CaseDecision.Reject);
        await scene.UntilStageAsync(calledOff, "AWAITING_FUNDS");
        (await CancelAsync(lookers, calledOff)).Must();

        await ShouldLookLikeAsync(scene, lookers, rejected, calledOff, asked);
    }

    [Fact]
    public async Task What_is_refused_of_a_rejected_transfer_is_refused_as_of_one_that_could_not_be_delivered()
    {
        using var scene = await Scene.NewAsync();
        using var lookers = await Lookers.OfAsync(scene);
        var seen = new Seen(scene, lookers);
        var undelivered = await scene.OrderAndPayAsync(Order("0001"));
        var rejected = await scene.OrderAndPayAsync(Order() with { Sender = Bridget, Beneficiary = Likely });
        await scene.DecideAsync(rejected, CaseDecision.Reject);
        await scene.UntilAsync(rejected, TransactionStatus.Refunded);
        await scene.UntilAsync(undelivered, TransactionStatus.Refunded);

        foreach (var (command, body) in (IEnumerable<(string, object)>)
            [("cancel", new { }), ("beneficiary-corrections", new { fullName = "Chinedu Eze" })])
        {
            var expected = await seen.RefusalsAsync(undelivered, command, body);
            expected.Count(answer => answer.Contains("INVALID_TRANSITION", StringComparison.Ordinal)).ShouldBe(4);
            (await seen.RefusalsAsync(rejected, command, body)).ShouldBe(expected);
        }
        var mails = Seen.MailsAbout(scene, undelivered).Select(mail => mail.Subject).ToList();
        mails.ShouldBe(
        [
            "Your transfer is being processed", "Your money is on its way back to you",
            "Your transfer has been refunded",
        ]);
        await Eventually.HoldsAsync(() =>
        {
            Seen.MailsAbout(scene, rejected).Select(mail => mail.Subject).ShouldBe(mails);
            return Task.CompletedTask;
        });
    }

    private static async Task ShouldLookLikeAsync(
        Scene scene, Lookers lookers, TransferView rejected, TransferView calledOff, string? asked = null)
    {
        await scene.UntilAsync(rejected, TransactionStatus.Refunded);
        await scene.UntilAsync(calledOff, TransactionStatus.Refunded);
        var seen = new Seen(scene, lookers);

        // But for the ledger's line on the balance that one of them may have waited for.
        var expected = (await seen.OfAsync(calledOff))
            .Where(text => !text.Contains("ReservationDesk", StringComparison.Ordinal)).ToList();
        var actual = await seen.OfAsync(rejected);

        SaysSomethingOfEverything(expected);
        if (asked is not null)
        {
            actual.ShouldContain(text => text.Contains($"code: {asked}; ", StringComparison.Ordinal));
            actual = WithoutAwaited(actual, asked);
        }
        Without(actual, StatusReasons.CouldNotBeProcessed).ShouldBe(Without(expected, StatusReasons.CancelledBySender));
        actual.ShouldAllBe(text => !text.Contains(StatusReasons.CancelledBySender, StringComparison.Ordinal));
        // Mails, receipts and logs know no reason at all.
        actual.Where(text => text.Contains(StatusReasons.CouldNotBeProcessed, StringComparison.Ordinal))
            .ShouldAllBe(text => text.Contains("reason: ", StringComparison.Ordinal));
    }

    /// <summary>
    /// The one difference that is meant: whoever manages the customer's documents, PARTNER and MANAGER, reads what is
    /// awaited, without a reason that says anything.
    /// </summary>
    private static void ShouldDifferByWhatIsAwaited(
        IReadOnlyList<string> actual, IReadOnlyList<string> expected, string code)
    {
        WithoutAwaited(actual, code).ShouldBe(expected);
        actual.Where(text => text.Contains(code, StringComparison.Ordinal))
            .Select(text => text.Split(' ')[0]).ShouldBe([Roles.Partner, Roles.Manager]);
        SaysSomethingOfEverything(actual);
    }

    private static List<string> WithoutAwaited(IReadOnlyList<string> seen, string code) =>
        [.. seen.Select(text => Regex.Replace(text,
            $"\\{{code: {code}; accepts: \\[[^]]*\\]; state: AWAITED; why: REQUIRED_INFORMATION; \\}}, ", ""))];

    /// <summary>A sender with an address, so that there are e-mails.</summary>
    private static TransferOrder Order(string magic = "7777") =>
        Scene.ToBank(magic) with { SenderEmail = "amelia.hart@customer.example" };

    /// <summary>Nobody collects it: it takes as much time as is needed.</summary>
    private static SeedPlan InCashOnly(SeedPlan plan) => plan with
    {
        Corridors = [new SeedCorridor("GB", "NG", "GBP", "NGN", "2030.456", [PayoutMethod.CashPickup])],
        TopUps = [new SeedTopUp(SandboxProviders.Cash, Money.Of(50_000_000_00, "NGN"), Money.Of(24_700_00, "GBP"))],
    };

    private static TransferOrder InCash() => Order() with
    {
        PayoutMethod = PayoutMethod.CashPickup,
        Provider = "Marina Road 14",
        Destination = "+234" + Scene.Unique("7777"),
    };

    /// <summary>Nothing is compared with nothing.</summary>
    private static void SaysSomethingOfEverything(IReadOnlyList<string> seen)
    {
        foreach (var text in (string[])
            ["PARTNER 200 {id: <id>; pcn: ", "CASHIER 200 ", "AGENT 200 ", "CUSTOMER 403 ", "MANAGER 200 ",
                "totalToPay: ", "deliveryEstimate: ", "type: payment.received", "user-agent: FinCode",
                "Dear Amelia Hart", "FinCode.Transactions", "PARTNER 403 ", "PARTNER 200 {customerId: <id>; status: ",
                " 200 {id: <id>; version: 1; kind: PERSON; name: <initials>; "])
            seen.ShouldContain(one => one.Contains(text, StringComparison.Ordinal), text);
        foreach (var word in (string[])
            ["frozen", "freeze", "review", "screen", "sanction", "complian", "case_", "alert", "stage"])
            seen.ShouldAllBe(one => !one.Replace(OfEveryNewCustomer, "").Contains(
                word, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Without(IEnumerable<string> seen, string reason) =>
        seen.Select(text => text.Replace(reason, "<reason>", StringComparison.Ordinal));

    private static Task<ApiAnswer> CancelAsync(Lookers lookers, TransferView transfer) => lookers.As(Roles.Partner)
        .PostAsync($"v1/transactions/{transfer.Id}/cancel", new { }, CancellationToken.None);
}
