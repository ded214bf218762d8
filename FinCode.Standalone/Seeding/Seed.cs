using System.Security.Cryptography;
using FinCode.Contracts;
using FinCode.Standalone.Client;
using FinCode.Standalone.Hosting;

namespace FinCode.Standalone.Seeding;

/// <summary>Makes a tenant through the public API, as anybody would who has the platform's own client.</summary>
internal static class Seed
{
    private const int MarkupBasisPoints = 150;
    private const int FeeBasisPoints = 50;
    private const int FixedFeeMinorUnits = 1_50;
    private const int MinimumMinorUnits = 1_00;
    private const int MaximumMinorUnits = 50_000_00;
    private const int PasswordBytes = 18;

    /// <summary>Until the person has chosen another one, which they do at once.</summary>
    private const string FirstPassword = "to be changed at once";

    public static async Task<SeededTenant> TenantAsync(Platform platform, SeedPlan plan,
        CancellationToken cancellationToken)
    {
        using var operatorClient = ApiClient.For(platform.Gateway, http => AccessToken.OfClient(
            http, ServiceSettings.PlatformClientId, platform.Secrets.PlatformClientSecret));
        var managerLogin = NewLogin("manager");
        var created = await operatorClient.PostAsync("v1/principals", new
        {
            name = plan.Name,
            manager = new { email = managerLogin.Email, password = managerLogin.Password },
        }, cancellationToken);
        var tenant = created.Required("id");

        using var manager = ApiClient.For(platform.Gateway, http =>
            AccessToken.OfPerson(http, tenant, managerLogin.Email, managerLogin.Password));
        var partner = await manager.PostAsync(
            "v1/partner-clients", new { name = $"{plan.Name} website", scopes = Scopes.Partner }, cancellationToken);
        var seeded = new SeededTenant
        {
            Tenant = tenant,
            Manager = managerLogin,
            Officers = [NewLogin("officer.one"), NewLogin("officer.two")],
            Finance = NewLogin("finance"),
            ClientId = partner.Required("clientId"),
            ClientSecret = partner.Required("clientSecret"),
            Inbox = "partner-" + tenant[^12..],
        };
        foreach (var (person, role) in (IEnumerable<(StaffLogin, string)>)[
            .. seeded.Officers.Select(officer => (officer, Roles.Compliance)), (seeded.Finance, Roles.Finance)])
        {
            await AddPersonAsync(manager, operatorClient, person, role, cancellationToken);
            await AccessToken.ChangePasswordAsync(
                platform.Gateway, tenant, person.Email, FirstPassword, person.Password, cancellationToken);
        }
        foreach (var corridor in plan.Corridors)
            await OpenCorridorAsync(manager, corridor, cancellationToken);

        using var finance = seeded.As(platform.Gateway, seeded.Finance);
        foreach (var topUp in plan.TopUps)
            await TopUpAsync(finance, manager, topUp, cancellationToken);
        await SetLimitAsync(platform, seeded, plan.HoldAbove, cancellationToken);
        await OpenInboxAsync(platform, seeded, plan, cancellationToken);
        return seeded;
    }

    /// <summary>FINANCE says that the money was moved; it is booked when a second person approves.</summary>
    public static async Task TopUpAsync(
        ApiClient finance, ApiClient second, SeedTopUp topUp, CancellationToken cancellationToken)
    {
        var proposed = await finance.PostAsync($"v1/ledger/prefunding/{topUp.Partner}/top-ups",
            new { amount = topUp.Amount, cost = topUp.Cost }, cancellationToken);
        (await second.PostAsync(
            $"v1/ledger/proposals/{proposed.Required("id")}/approve", new { }, cancellationToken)).Must();
    }

    /// <summary>One MANAGER adds, somebody else approves: the platform, for there is no second MANAGER yet.</summary>
    private static async Task AddPersonAsync(ApiClient manager, ApiClient second, StaffLogin person, string role,
        CancellationToken cancellationToken)
    {
        var added = await manager.PostAsync("v1/users", new
        {
            email = person.Email,
            displayName = person.Email.Split('@')[0],
            roles = new[] { role },
            password = FirstPassword,
        }, cancellationToken);
        (await second.PostAsync($"v1/users/{added.Required("id")}/approve", new { }, cancellationToken)).Must();
    }

    private static async Task OpenCorridorAsync(
        ApiClient manager, SeedCorridor corridor, CancellationToken cancellationToken) =>
        (await manager.PutAsync($"v1/corridors/{corridor.SendCountry}-{corridor.ReceiveCountry}", new
        {
            sendCurrency = corridor.SendCurrency,
            receiveCurrency = corridor.ReceiveCurrency,
            rate = new { mid = corridor.MidRate, markupBasisPoints = MarkupBasisPoints },
            methods = corridor.Methods.Select(method => new
            {
                method,
                provider = ProviderOf(method),
                fee = Money.Of(FixedFeeMinorUnits, corridor.SendCurrency),
                feeBasisPoints = FeeBasisPoints,
                minimum = Money.Of(MinimumMinorUnits, corridor.SendCurrency),
                maximum = Money.Of(MaximumMinorUnits, corridor.SendCurrency),
            }),
            payIns = new[] { PayInMethod.OpenBanking, PayInMethod.Card, PayInMethod.BankTransfer }
                .Select(method => new { method, provider = SandboxProviders.PayIn }),
        }, cancellationToken)).Must();

    /// <summary>A rule is made by one person and put into force by another.</summary>
    private static async Task SetLimitAsync(
        Platform platform, SeededTenant seeded, Money limit, CancellationToken cancellationToken)
    {
        using var first = seeded.As(platform.Gateway, seeded.Officers[0]);
        using var second = seeded.As(platform.Gateway, seeded.Officers[1]);
        var rule = await first.PostAsync("v1/screening-rules", new
        {
            text = $$"""
                rule "Hold above {{limit}}"
                for currencies {{limit.Currency.Code}}
                when transfer.sendAmount > {{limit}}
                then hold
                because "{transfer.sendAmount} is above the limit of {{limit}}."
                """,
        }, cancellationToken);
        (await second.PostAsync($"v1/screening-rules/{rule.Required("id")}/activate", new { version = 1 },
            cancellationToken)).Must();
    }

    private static async Task OpenInboxAsync(
        Platform platform, SeededTenant seeded, SeedPlan plan, CancellationToken cancellationToken)
    {
        using var sandbox = new SandboxApi(platform.Sandbox, platform.Secrets.SandboxApiKey);
        using var partner = seeded.AsPartner(platform.Gateway);
        var endpoint = await partner.PostAsync(
            "v1/webhook-endpoints", new { url = sandbox.InboxUrl(seeded.Inbox).ToString() }, cancellationToken);
        await sandbox.OpenInboxAsync(
            seeded.Inbox, endpoint.Required("secret"), plan.WebhooksRefusedFirst, cancellationToken);
    }

    public static string ProviderOf(PayoutMethod method) => method switch
    {
        PayoutMethod.Bank => SandboxProviders.Bank,
        PayoutMethod.MobileMoney => SandboxProviders.MobileMoney,
        PayoutMethod.CashPickup => SandboxProviders.Cash,
        _ => SandboxProviders.Wallet,
    };

    private static StaffLogin NewLogin(string name) =>
        new($"{name}@example.com", Convert.ToBase64String(RandomNumberGenerator.GetBytes(PasswordBytes)));
}
