using FinCode.Contracts;
using FinCode.Flow.Tests.Support;
using FinCode.Standalone.Client;
using FinCode.Testing;

namespace FinCode.Flow.Tests;

/// <summary>
/// Who is being looked at must not learn of it. Whatever a partner can see of a transfer that is held, frozen or
/// rejected is the same, field by field, as of one that only takes its time or was called off.
/// </summary>
public sealed class TippingOffTests
{
    private const string Likely = "Samuel Okonjo";
    private const string Certain = "Temirbek Oslanovich Zarkhovan";

    [Fact]
    public async Task Held_and_frozen_transfers_look_like_one_that_takes_its_time()
    {
        using var scene = await Scene.NewAsync();
        using var partner = scene.Tenant.AsPartner(scene.Platform.Gateway);
        var slow = await scene.OrderAndPayAsync(Scene.ToBank("0008"));
        var held = await scene.OrderAndPayAsync(Scene.ToBank() with { Beneficiary = Likely });
        var frozen = await scene.OrderAndPayAsync(Scene.ToBank() with { Beneficiary = Certain });
        await scene.UntilCaseAsync(held);
        await scene.DecideAsync(frozen, CaseDecision.Freeze);
        await scene.UntilStageAsync(frozen, "FROZEN");
        await scene.UntilStageAsync(slow, "SUBMITTED");

        var expected = await SeenAsync(scene, partner, slow);
        expected.Count.ShouldBeGreaterThan(5);
        expected[0].ShouldContain("status: VERIFYING; ");
        (await SeenAsync(scene, partner, held)).ShouldBe(expected);
        (await SeenAsync(scene, partner, frozen)).ShouldBe(expected);
        PublicView.Of(await CorrectAsync(scene, frozen)).ShouldBe(PublicView.Of(await CorrectAsync(scene, slow)));
        PublicView.Of(await CorrectAsync(scene, held)).ShouldBe(PublicView.Of(await CorrectAsync(scene, slow)));
        (await SeenAsync(scene, partner, frozen)).ShouldBe(await SeenAsync(scene, partner, slow));

        var cancelled = PublicView.Of((await CancelAsync(partner, held)).Must());
        PublicView.Of((await CancelAsync(partner, frozen)).Must()).ShouldBe(cancelled);
        cancelled.ShouldContain("status: PENDING_REFUND; ");
        (await SeenAsync(scene, partner, frozen)).ShouldBe(await SeenAsync(scene, partner, held));
        await scene.DecideAsync(held, CaseDecision.Freeze);
        await scene.UntilStageAsync(held, "FROZEN");
        (await SeenAsync(scene, partner, frozen)).ShouldBe(await SeenAsync(scene, partner, held));
    }

    [Fact]
    public async Task A_rejected_transfer_looks_like_one_that_was_called_off_but_for_a_reason_that_says_nothing()
    {
        using var scene = await Scene.NewAsync();
        using var partner = scene.Tenant.AsPartner(scene.Platform.Gateway);
        var calledOff = await scene.OrderAndPayAsync(Scene.ToBank() with { Beneficiary = Likely });
        var rejected = await scene.OrderAndPayAsync(Scene.ToBank() with { Beneficiary = Likely });
        await scene.DecideAsync(rejected, CaseDecision.Reject);
        await scene.UntilAsync(rejected, TransactionStatus.Refunded);
        await scene.UntilCaseAsync(calledOff);
        (await CancelAsync(partner, calledOff)).Must();
        await scene.DecideAsync(calledOff, CaseDecision.Release);
        await scene.UntilAsync(calledOff, TransactionStatus.Refunded);

        var expected = await SeenAsync(scene, partner, calledOff);
        var seen = await SeenAsync(scene, partner, rejected);

        seen.Select(text => text.Replace(StatusReasons.CouldNotBeProcessed, "<reason>", StringComparison.Ordinal))
            .ShouldBe(expected.Select(
                text => text.Replace(StatusReasons.CancelledBySender, "<reason>", StringComparison.Ordinal)));
        seen.ShouldAllBe(text => !text.Contains(StatusReasons.CancelledBySender, StringComparison.Ordinal));
    }

    /// <summary>
    /// The transfer, its line in the list, its timeline, and each webhook in the order in which it came.
    /// </summary>
    private static async Task<IReadOnlyList<string>> SeenAsync(Scene scene, ApiClient partner, TransferView transfer)
    {
        IReadOnlyList<string> webhooks = [];
        var before = -1;
        await Eventually.TrueAsync(async () =>
        {
            var received = await scene.Actors.Sandbox.ReceivedAsync(scene.Actors.Inbox, CancellationToken.None);
            webhooks = [.. received.Where(one => one.TransactionId == transfer.Id && one.Answered < 300)
                .DistinctBy(one => one.WebhookId).OrderBy(one => one.Type, StringComparer.Ordinal)
                .ThenBy(one => PublicView.Of(one.Body), StringComparer.Ordinal)
                .Select(one => PublicView.Of(one.Body))];
            var status = ApiWords.Of((await scene.GetAsync(transfer)).Status);
            var isTold = webhooks.Any(body => body.Contains($"status: {status};", StringComparison.Ordinal));
            (var wasThere, before) = (before == webhooks.Count, webhooks.Count);
            return isTold && wasThere;
        }, $"{transfer.Pcn} is told by webhook");
        var list = (await partner.GetAsync("v1/transactions?limit=50", CancellationToken.None)).Must().Body;
        return
        [
            PublicView.Of(await partner.GetAsync($"v1/transactions/{transfer.Id}", CancellationToken.None)),
            PublicView.Of(list.GetProperty("items").EnumerateArray()
                .Single(item => item.GetProperty("id").GetString() == transfer.Id)),
            PublicView.Of(await partner.GetAsync($"v1/transactions/{transfer.Id}/timeline", CancellationToken.None)),
            .. webhooks,
        ];
    }

    private static Task<ApiAnswer> CancelAsync(ApiClient partner, TransferView transfer) =>
        partner.PostAsync($"v1/transactions/{transfer.Id}/cancel", new { }, CancellationToken.None);

    private static Task<ApiAnswer> CorrectAsync(Scene scene, TransferView transfer) =>
        scene.Actors.Partner.CorrectAsync(transfer.Id, Scene.ToBank(), CancellationToken.None);
}
