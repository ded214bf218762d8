using FinCode.Compliance;
using FinCode.Contracts;
using FinCode.Flow.Tests.Support;
using FinCode.Standalone.Client;
using FinCode.Standalone.Demo;
using FinCode.Standalone.Hosting;
using FinCode.Testing;

namespace FinCode.Flow.Tests;

/// <summary>A platform of its own, which one service leaves and comes back to.</summary>
public sealed class OutageFlowTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fincode-outage-").FullName;
    private Platform _platform = null!;

    public async Task InitializeAsync() => _platform = await Platform.StartAsync(new PlatformOptions
    {
        DataFolder = _folder,
        IsDurable = false,
        // Once it is booked, compliance alone is waited for.
        Settings = new Dictionary<string, string?>(DemoSettings.Services)
        {
            [$"Providers:{SandboxProviders.Bank}:NameEnquiry"] = "false",
        },
    });

    public async Task DisposeAsync()
    {
        await _platform.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task While_compliance_is_down_nothing_leaves_and_once_it_is_back_everything_does_once()
    {
        using var scene = await Scene.NewAsync(platform: _platform);
        using var officer = scene.Tenant.As(_platform.Gateway, scene.Tenant.Officers[0]);
        using var partner = scene.Tenant.AsPartner(_platform.Gateway);
        var held = await scene.OrderAndPayAsync(Scene.ToBank() with { Beneficiary = "Samuel Okonjo" });
        await scene.UntilStageAsync(held, "IN_REVIEW");
        await _platform.StopServiceAsync(ComplianceApp.Noun);

        var (order, back) = (Scene.ToBank(), Scene.ToBank());
        var waiting = await scene.OrderAndPayAsync(order);
        var cancelled = await scene.OrderAndPayAsync(back);
        foreach (var transfer in (TransferView[])[held, waiting, cancelled])
            await Eventually.TrueAsync(async () => (await TimelineAsync(officer, transfer)).Must().Body.ToString()
                .Contains("PAY_IN_BOOKED", StringComparison.Ordinal), $"{transfer.Pcn} is booked");
        (await scene.Actors.Partner.CancelAsync(cancelled.Id, CancellationToken.None)).Must();

        // A partner cannot tell whether somebody looks at it or nobody does.
        (await scene.GetAsync(waiting)).Status.ShouldBe(TransactionStatus.Verifying);
        PublicView.Of(await partner.GetAsync($"v1/transactions/{waiting.Id}", CancellationToken.None))
            .ShouldBe(PublicView.Of(await partner.GetAsync($"v1/transactions/{held.Id}", CancellationToken.None)));
        PublicView.Of(await TimelineAsync(partner, waiting))
            .ShouldBe(PublicView.Of(await TimelineAsync(partner, held)));
        (await scene.GetAsync(cancelled)).Status.ShouldBe(TransactionStatus.PendingRefund);
        (await TimelineAsync(officer, waiting)).Body.ToString().ShouldNotContain("GATES_OPENED");
        await scene.UntilStageAsync(waiting, "SCREENING");
        await scene.UntilStageAsync(cancelled, "REFUND_SCREENING");
        (await scene.PaymentsToAsync(order)).ShouldBe(0);
        (await scene.Actors.Sandbox.RefundsToAsync(cancelled.Pcn, CancellationToken.None)).ShouldBeEmpty();

        await _platform.StartServiceAsync(ComplianceApp.Noun, CancellationToken.None);

        await scene.UntilAsync(waiting, TransactionStatus.Paid);
        await scene.UntilAsync(cancelled, TransactionStatus.Refunded);
        (await scene.PaymentsToAsync(order)).ShouldBe(1);
        (await scene.AttemptsAsync(waiting)).ShouldBe(1);
        (await scene.PaymentsToAsync(back)).ShouldBe(0);
        await scene.AssertRefundedOnceAsync(cancelled);
        await scene.UntilStageAsync(held, "IN_REVIEW");
        await scene.AssertBooksBalanceAsync();
    }

    private static Task<ApiAnswer> TimelineAsync(ApiClient client, TransferView transfer) =>
        client.GetAsync($"v1/transactions/{transfer.Id}/timeline", CancellationToken.None);
}
