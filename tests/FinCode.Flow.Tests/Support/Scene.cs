using FinCode.Contracts;
using FinCode.Standalone.Client;
using FinCode.Standalone.Demo;
using FinCode.Standalone.Hosting;
using FinCode.Standalone.Seeding;
using FinCode.Testing;

namespace FinCode.Flow.Tests.Support;

/// <summary>
/// A tenant of a test's own with its people, partner, providers and webhook receiver; everything goes through the
/// gateway.
/// </summary>
internal sealed class Scene : IDisposable
{
    /// <summary>Who sends, unless a test says otherwise.</summary>
    public const string Sender = "Amelia Hart";

    /// <summary>A customer each.</summary>
    public static readonly IReadOnlyList<string> OtherSenders =
        ["Bridget Lane", "Clara Moss", "Doris Webb", "Edith Crane"];

    private static int _accounts;

    private Scene(Platform platform, SeededTenant tenant)
    {
        Platform = platform;
        Tenant = tenant;
        Actors = new DemoActors(platform.Gateway, platform.Sandbox, platform.Secrets.SandboxApiKey, tenant);
    }

    public Platform Platform { get; }

    public SeededTenant Tenant { get; }

    public DemoActors Actors { get; }

    /// <param name="change">What is different about the tenant.</param>
    /// <param name="platform">One of the test's own, instead of the one that all share.</param>
    public static async Task<Scene> NewAsync(Func<SeedPlan, SeedPlan>? change = null, Platform? platform = null)
    {
        platform ??= await SharedPlatform.StartAsync();
        var plan = new SeedPlan { Name = $"Tenant {Guid.CreateVersion7():N}" };
        return new Scene(platform, await Seed.TenantAsync(platform, change?.Invoke(plan) ?? plan,
            CancellationToken.None));
    }

    /// <summary>100 GBP to a bank account in Nigeria that nobody else uses.</summary>
    /// <param name="magic">The account's last four characters: what the sandbox's bank does with it.</param>
    public static TransferOrder ToBank(string magic = "7777") => new(
        "GB", "NG", Money.Of(100_00, "GBP"), PayInMethod.OpenBanking, PayoutMethod.Bank, Sender, "Chinedu Eze",
        "058", Unique(magic));

    public static TransferOrder To(PayoutMethod method) => method switch
    {
        PayoutMethod.Bank => ToBank(),
        PayoutMethod.Wallet => ToBank() with { PayoutMethod = method, Provider = "", Destination = "" },
        PayoutMethod.MobileMoney => ToBank() with
        {
            ReceiveCountry = "UG", PayoutMethod = method, Provider = "MTN", Destination = "+256" + Unique("7777"),
        },
        _ => ToBank() with
        {
            ReceiveCountry = "UG", PayoutMethod = method, Provider = "Kampala Road 14",
                Destination = "+256" + Unique("7777"),
        },
    };

    public static string Unique(string magic) => $"{Interlocked.Increment(ref _accounts):D5}{magic}";

    public async Task<TransferView> OrderAsync(TransferOrder order)
    {
        var quote = await Actors.Partner.QuoteAsync(order, CancellationToken.None);
        var key = Guid.CreateVersion7().ToString("N");
        return (await Actors.Partner.CreateAsync(order, quote, key, CancellationToken.None)).As<TransferView>();
    }

    public async Task<TransferView> OrderAndPayAsync(TransferOrder order)
    {
        var transfer = await OrderAsync(order);
        await PayAsync(transfer);
        return transfer;
    }

    /// <summary>The payer writes the transfer's PCN on the payment.</summary>
    public Task PayAsync(TransferView transfer, string? payerReference = null, string? payerName = null) =>
        Actors.Sandbox.PayAsync(
            transfer.PayIn!.PayUrl, payerReference ?? transfer.Pcn, CancellationToken.None, payerName);

    public Task<TransferView> GetAsync(TransferView transfer) =>
        Actors.Partner.GetAsync(transfer.Id, CancellationToken.None);

    public async Task<TransferView> UntilAsync(TransferView transfer, TransactionStatus status)
    {
        var seen = transfer;
        await Eventually.TrueAsync(
            async () => (seen = await GetAsync(transfer)).Status == status, $"{transfer.Pcn} becomes {status}");
        return seen;
    }

    public Task UntilStageAsync(TransferView transfer, string stage) => Eventually.TrueAsync(
        async () => (await Actors.Officers[0].InsideAsync(transfer.Id, CancellationToken.None)).Stage == stage,
        $"{transfer.Pcn} comes to {stage}");

    public async Task<string> UntilCaseAsync(TransferView transfer)
    {
        string? found = null;
        await Eventually.TrueAsync(
            async () => (found = await Actors.Officers[0].OpenCaseAsync(transfer.Id,
                CancellationToken.None)) is not null,
            $"{transfer.Pcn} has a case");
        return found!;
    }

    public async Task DecideAsync(TransferView transfer, CaseDecision decision)
    {
        var found = await UntilCaseAsync(transfer);
        (await Actors.Officers[0].ProposeAsync(found, decision, "For a test.", CancellationToken.None)).Must();
        (await Actors.Officers[1].ApproveAsync(found, CancellationToken.None)).Must();
    }

    /// <summary>A third officer, whom the MANAGER added and the platform's operator let in.</summary>
    public async Task<StaffLogin> AddOfficerAsync()
    {
        const string given = "to be changed at once";
        var login = new StaffLogin($"officer-{Guid.CreateVersion7():N}@staff.example", "a sentence of my own");
        using var manager = Tenant.As(Platform.Gateway, Tenant.Manager);
        using var platform = ApiClient.For(Platform.Gateway, http => AccessToken.OfClient(
            http, ServiceSettings.PlatformClientId, Platform.Secrets.PlatformClientSecret));
        var added = await manager.PostAsync("v1/users", new
        {
            email = login.Email, displayName = "Officer", roles = new[] { Roles.Compliance }, password = given,
        }, CancellationToken.None);
        (await platform.PostAsync($"v1/users/{added.Required("id")}/approve", new { }, CancellationToken.None)).Must();
        await AccessToken.ChangePasswordAsync(
            Platform.Gateway, Tenant.Tenant, login.Email, given, login.Password, CancellationToken.None);
        return login;
    }

    /// <summary>A rule that one officer wrote and the other one put into force.</summary>
    public async Task ActivateRuleAsync(string text)
    {
        using var author = Tenant.As(Platform.Gateway, Tenant.Officers[0]);
        using var other = Tenant.As(Platform.Gateway, Tenant.Officers[1]);
        var made = await author.PostAsync("v1/screening-rules", new { text }, CancellationToken.None);
        (await other.PostAsync($"v1/screening-rules/{made.Required("id")}/activate", new { version = 1 },
            CancellationToken.None)).Must();
    }

    /// <summary>One officer puts a licence on file, the other one approves.</summary>
    public async Task EndFreezeAsync(string caseId, FreezeOutcome outcome)
    {
        using var maker = Tenant.As(Platform.Gateway, Tenant.Officers[0]);
        using var checker = Tenant.As(Platform.Gateway, Tenant.Officers[1]);
        var proposal = new
        {
            licenceNumber = "INT/1", issuer = "OFSI", validUntil = DateOnly.MaxValue, outcome, reason = "For a test.",
        };
        (await maker.PostAsync($"v1/cases/{caseId}/unfreeze-proposals", proposal, CancellationToken.None)).Must();
        var read = (await checker.GetAsync($"v1/cases/{caseId}", CancellationToken.None)).Must();
        var steps = read.Body.GetProperty("steps").GetArrayLength();
        (await checker.PostAsync($"v1/cases/{caseId}/unfreeze-approvals", new { steps }, CancellationToken.None))
            .Must();
    }

    /// <summary>How often money left the bank, the operator or the cash network for this account.</summary>
    public async Task<int> PaymentsToAsync(TransferOrder order) =>
        (await Actors.Sandbox.PayoutsToAsync(order.PayoutMethod, order.Destination, CancellationToken.None))
        .Sum(payout => payout.Payments);

    public async Task<int> AttemptsAsync(TransferView transfer) =>
        (await Actors.Officers[0].InsideAsync(transfer.Id, CancellationToken.None)).Attempts;

    /// <summary>Everything that was paid in went back, once.</summary>
    public async Task AssertRefundedOnceAsync(TransferView transfer)
    {
        var refunds = await Actors.Sandbox.RefundsToAsync(transfer.Pcn, CancellationToken.None);
        refunds.Sum(refund => refund.Payments).ShouldBe(1);
        refunds.Single(refund => refund.Payments > 0).Amount.ShouldBe(transfer.TotalToPay);
    }

    public async Task AssertBooksBalanceAsync()
    {
        var totals = await Actors.Finance.TrialBalanceAsync(CancellationToken.None);
        totals.ShouldNotBeEmpty();
        totals.ShouldAllBe(total => total.Difference.IsZero);
    }

    /// <summary>The types of the webhooks that came for a transfer, each event once, sorted.</summary>
    public async Task<IReadOnlyList<string>> WebhooksAsync(TransferView transfer)
    {
        var received = await Actors.Sandbox.ReceivedAsync(Actors.Inbox, CancellationToken.None);
        return [.. received.Where(webhook => webhook.TransactionId == transfer.Id && webhook.Answered < 300)
            .DistinctBy(webhook => webhook.WebhookId).Select(webhook => webhook.Type!).Order(StringComparer.Ordinal)];
    }

    public void Dispose() => Actors.Dispose();
}
