using FinCode.Contracts;
using FinCode.Flow.Tests.Support;
using FinCode.Standalone.Client;
using FinCode.Standalone.Seeding;
using FinCode.Testing;

namespace FinCode.Flow.Tests;

/// <summary>Shipped rules, put into force as they are, over what real transfers tell of who is in them.</summary>
public sealed class RuleFlowTests
{
    [Fact]
    public async Task Many_senders_to_one_account_are_held_whatever_they_call_its_owner()
    {
        using var scene = await Scene.NewAsync();
        await ActivateAsync(scene, "many-to-one");
        var order = Scene.ToBank();
        string[] senders = ["Amelia Hart", "Bridget Lane", "Clara Moss", "Bridget Lane"];
        foreach (var (sender, index) in senders.Select((sender, index) => (sender, index)))
            await PaidAsync(scene, order with { Sender = sender, Beneficiary = index == 0 ? "Chinedu Eze" : "C. Eze" });

        var held = await scene.OrderAndPayAsync(order with { Sender = "Doris Webb" });

        (await ExplanationAsync(scene, held)).ShouldContain(
            "4 senders made 5 transfers to this beneficiary within 7 days.");
    }

    [Fact]
    public async Task One_sender_to_many_accounts_is_held_however_the_name_is_written()
    {
        using var scene = await Scene.NewAsync();
        await ActivateAsync(scene, "one-to-many");
        foreach (var name in (string[])["Amelia Hart", "HART Amelia", "Amélia Hart"])
            await PaidAsync(scene, Scene.ToBank() with { Sender = name });

        var held = await scene.OrderAndPayAsync(Scene.ToBank());

        (await ExplanationAsync(scene, held)).ShouldContain("The sender paid 4 beneficiaries within 24 hours");
    }

    [Fact]
    public async Task A_new_beneficiary_on_a_risky_corridor_is_held_the_first_time_only()
    {
        using var scene = await Scene.NewAsync(plan => plan with
        {
            Corridors = [.. plan.Corridors,
                new SeedCorridor("GB", "MM", "GBP", "MMK", "2700.5", [PayoutMethod.Bank])],
        });
        await ActivateAsync(scene, "new-beneficiary-on-risky-corridor");
        var order = Scene.ToBank() with { ReceiveCountry = "MM" };

        var first = await scene.OrderAndPayAsync(order);
        (await ExplanationAsync(scene, first)).ShouldContain(
            "The first transfer of this sender to this beneficiary goes from GB to MM.");
        var second = await scene.OrderAndPayAsync(order);
        // A policy may have such countries looked at whatever the rules say; the rule has nothing to say any more.
        await Eventually.TrueAsync(async () => (await scene.Actors.Officers[0].InsideAsync(
            second.Id, CancellationToken.None)).Stage is "AWAITING_FUNDS" or "IN_REVIEW", $"{second.Pcn} is screened");
        if (await scene.Actors.Officers[0].OpenCaseAsync(second.Id, CancellationToken.None) is not null)
            (await ExplanationAsync(scene, second)).ShouldNotContain("The first transfer of this sender");
        var other = await scene.OrderAndPayAsync(Scene.ToBank() with { ReceiveCountry = "MM" });
        (await ExplanationAsync(scene, other)).ShouldContain("The first transfer of this sender");
    }

    [Fact]
    public async Task Three_people_with_one_device_are_held_and_so_are_three_with_one_phone()
    {
        using var scene = await Scene.NewAsync();
        await ActivateAsync(scene, "shared-device");
        await ActivateAsync(scene, "shared-phone");
        foreach (var sender in (string[])["Amelia Hart", "Bridget Lane"])
        {
            await PaidAsync(scene, Scene.ToBank() with { Sender = sender, Device = "one-device" });
            await PaidAsync(scene, Scene.ToBank() with { Sender = sender, SenderPhone = "+447700900456" });
        }

        var byDevice = await scene.OrderAndPayAsync(
            Scene.ToBank() with { Sender = "Clara Moss", Device = "one-device" });
        var byPhone = await scene.OrderAndPayAsync(
            Scene.ToBank() with { Sender = "Doris Webb", SenderPhone = "+447700900456" });

        (await ExplanationAsync(scene, byDevice)).ShouldContain("3 senders paid from this device within 30 days.");
        (await ExplanationAsync(scene, byPhone)).ShouldContain("3 senders gave this phone within 30 days.");
        // A device of its own, and no phone at all.
        await PaidAsync(scene, Scene.ToBank() with { Sender = "Clara Moss", Device = "another-device" });
    }

    [Fact]
    public async Task An_account_in_another_name_is_held_before_anything_is_paid()
    {
        using var scene = await Scene.NewAsync();
        await ActivateAsync(scene, "payout-name-mismatch");
        await PaidAsync(scene, Scene.ToBank("0014"));
        var order = Scene.ToBank("0009");

        var held = await scene.OrderAndPayAsync(order);

        (await ExplanationAsync(scene, held)).ShouldContain(
            "The provider says that the account's name is not the beneficiary's: NO_MATCH.");
        (await scene.PaymentsToAsync(order)).ShouldBe(0);
    }

    private static async Task PaidAsync(Scene scene, TransferOrder order) =>
        await scene.UntilAsync(await scene.OrderAndPayAsync(order), TransactionStatus.Paid);

    /// <summary>A shipped rule's own text.</summary>
    private static async Task ActivateAsync(Scene scene, string key)
    {
        using var officer = scene.Tenant.As(scene.Platform.Gateway, scene.Tenant.Officers[0]);
        var library = await officer.GetAsync("v1/screening-rules/library", CancellationToken.None);
        await scene.ActivateRuleAsync(library.Must().Body.EnumerateArray()
            .Single(rule => rule.GetProperty("key").GetString() == key).GetProperty("text").GetString()!);
    }

    private static async Task<string> ExplanationAsync(Scene scene, TransferView transfer)
    {
        var found = await scene.UntilCaseAsync(transfer);
        using var officer = scene.Tenant.As(scene.Platform.Gateway, scene.Tenant.Officers[0]);
        var file = await officer.GetAsync($"v1/cases/{found}", CancellationToken.None);
        return file.Must().Body.ToString();
    }
}
