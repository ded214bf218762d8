using System.Text.Json;
using FinCode.Contracts;
using FinCode.Flow.Tests.Support;
using FinCode.Standalone.Client;
using FinCode.Testing;

namespace FinCode.Flow.Tests;

public sealed class ComplianceFlowTests
{
    [Fact]
    public async Task A_false_positive_waits_for_two_officers_and_is_then_paid()
    {
        using var scene = await Scene.NewAsync();
        var order = Scene.ToBank() with { Beneficiary = "Samuel Okonjo" };
        var transfer = await scene.OrderAndPayAsync(order);
        var found = await scene.UntilCaseAsync(transfer);
        (await scene.Actors.Officers[0].ProposeAsync(
            found, CaseDecision.Release, "Another person.", CancellationToken.None)).Must();

        var alone = await scene.Actors.Officers[0].ApproveAsync(found, CancellationToken.None);

        alone.Status.ShouldBe(403);
        alone.Code.ShouldBe("FOUR_EYES");
        (await scene.PaymentsToAsync(order)).ShouldBe(0);
        (await scene.Actors.Officers[1].ApproveAsync(found, CancellationToken.None)).Must();
        await scene.UntilAsync(transfer, TransactionStatus.Paid);
        (await scene.PaymentsToAsync(order)).ShouldBe(1);
    }

    [Fact]
    public async Task A_transfer_that_two_officers_reject_is_refunded_in_full_and_never_paid_out()
    {
        using var scene = await Scene.NewAsync();
        var order = Scene.ToBank() with { SendAmount = Money.Of(2_500_00, "GBP") };
        var transfer = await scene.OrderAndPayAsync(order);

        await scene.DecideAsync(transfer, CaseDecision.Reject);

        (await scene.UntilAsync(transfer, TransactionStatus.Refunded)).TotalToPay.ShouldBe(transfer.TotalToPay);
        await scene.AssertRefundedOnceAsync(transfer);
        (await scene.PaymentsToAsync(order)).ShouldBe(0);
        await scene.AssertBooksBalanceAsync();
    }

    [Fact]
    public async Task A_true_match_keeps_its_money_frozen_whoever_cancels_and_is_not_paid()
    {
        using var scene = await Scene.NewAsync();
        var (order, transfer, _) = await FreezeAsync(scene);

        var cancelled = await scene.Actors.Partner.CancelAsync(transfer.Id, CancellationToken.None);

        // As of one that is held: the answer tells nobody that it is frozen.
        cancelled.Status.ShouldBe(200);
        (await scene.GetAsync(transfer)).Status.ShouldBe(TransactionStatus.PendingRefund);
        await Eventually.HoldsAsync(async () => (await scene.Actors.Finance.BalanceAsync(
            $"frozen:{transfer.Id}", transfer.TotalToPay.Currency,
                CancellationToken.None)).ShouldBe(transfer.TotalToPay));
        (await scene.PaymentsToAsync(order)).ShouldBe(0);
        await scene.AssertBooksBalanceAsync();
    }

    [Fact]
    public async Task What_a_licence_frees_goes_on_to_the_beneficiary()
    {
        using var scene = await Scene.NewAsync();
        var (order, transfer, found) = await FreezeAsync(scene);

        await scene.EndFreezeAsync(found, FreezeOutcome.Release);

        await scene.UntilAsync(transfer, TransactionStatus.Paid);
        (await scene.PaymentsToAsync(order)).ShouldBe(1);
        (await scene.Actors.Finance.BalanceAsync($"frozen:{transfer.Id}", transfer.TotalToPay.Currency,
            CancellationToken.None))!.Value.IsZero.ShouldBeTrue();
        await scene.AssertBooksBalanceAsync();
    }

    [Fact]
    public async Task What_a_licence_frees_for_a_refund_goes_back_in_full()
    {
        using var scene = await Scene.NewAsync();
        var (order, transfer, found) = await FreezeAsync(scene);

        await scene.EndFreezeAsync(found, FreezeOutcome.Refund);

        await scene.UntilAsync(transfer, TransactionStatus.Refunded);
        await scene.AssertRefundedOnceAsync(transfer);
        (await scene.PaymentsToAsync(order)).ShouldBe(0);
        await scene.AssertBooksBalanceAsync();
    }

    [Fact]
    public async Task To_a_partner_a_frozen_transfer_looks_like_one_that_only_takes_its_time()
    {
        using var scene = await Scene.NewAsync();
        var frozen = await scene.OrderAndPayAsync(
            Scene.ToBank() with { Beneficiary = "Temirbek Oslanovich Zarkhovan" });
        var slow = await scene.OrderAndPayAsync(Scene.ToBank("0008"));
        await scene.DecideAsync(frozen, CaseDecision.Freeze);
        await scene.UntilStageAsync(frozen, "FROZEN");
        await scene.UntilAsync(slow, TransactionStatus.Verifying);
        using var partner = scene.Tenant.AsPartner(scene.Platform.Gateway);

        foreach (var path in new[] { "v1/transactions/{0}", "v1/transactions/{0}/timeline" })
        {
            var ofFrozen = await partner.GetAsync(path.Replace("{0}", frozen.Id), CancellationToken.None);
            var text = ofFrozen.Must().Body.ToString();
            foreach (var word in new[] { "FROZEN", "REVIEW", "SCREENING", "SANCTION", "stage", "case", "rule", "list" })
                text.ShouldNotContain(word, Case.Insensitive);
        }
        var view = await partner.GetAsync($"v1/transactions/{frozen.Id}", CancellationToken.None);
        var other = await partner.GetAsync($"v1/transactions/{slow.Id}", CancellationToken.None);
        Members(view.Body).ShouldBe(Members(other.Body));
        (await scene.WebhooksAsync(frozen)).ShouldBe(
            ["payment.received", "transaction.created", "transaction.status_changed"]);
    }

    [Fact]
    public async Task A_partner_cannot_open_cases_timelines_of_others_or_the_books()
    {
        using var scene = await Scene.NewAsync();
        using var stranger = await Scene.NewAsync();
        var transfer = await scene.OrderAsync(Scene.ToBank());
        using var partner = scene.Tenant.AsPartner(scene.Platform.Gateway);
        using var foreign = stranger.Tenant.AsPartner(scene.Platform.Gateway);

        (await partner.GetAsync("v1/cases", CancellationToken.None)).Status.ShouldBe(403);
        (await partner.GetAsync("v1/ledger/trial-balance", CancellationToken.None)).Status.ShouldBe(403);
        (await foreign.GetAsync($"v1/transactions/{transfer.Id}", CancellationToken.None)).Status.ShouldBe(404);
        (await foreign.GetAsync($"v1/transactions/{transfer.Id}/timeline",
            CancellationToken.None)).Status.ShouldBe(404);
        (await foreign.PostAsync($"v1/transactions/{transfer.Id}/cancel", new { },
            CancellationToken.None)).Status.ShouldBe(404);
    }

    private static async Task<(TransferOrder Order, TransferView Transfer, string Case)> FreezeAsync(Scene scene)
    {
        var order = Scene.ToBank() with { Beneficiary = "Temirbek Oslanovich Zarkhovan" };
        var transfer = await scene.OrderAndPayAsync(order);
        var found = await scene.UntilCaseAsync(transfer);
        await scene.DecideAsync(transfer, CaseDecision.Freeze);
        await scene.UntilStageAsync(transfer, "FROZEN");
        return (order, transfer, found);
    }

    private static IEnumerable<string> Members(JsonElement body) =>
        body.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal);
}
