using System.Text;
using FinCode.Contracts;
using FinCode.Flow.Tests.Support;
using FinCode.Standalone.Client;
using FinCode.Testing;

namespace FinCode.Flow.Tests;

/// <summary>
/// No log of any service says who anybody is, whatever happens to them: found on a list, refused for bad input, an
/// error of a provider or a callback that nobody signed. The web server's own lines are switched on as well.
/// </summary>
public sealed class PersonalDataTests
{
    private const string Sender = "Wilhelmina Quistgaard";
    private const string Email = "wilhelmina@quistgaard.example";
    private const string Payer = "Lysander Quillfeather";
    private const string Note = "for the boat of Ottokar";
    private const string Account = "918027367";

    /// <summary>All that the flow below says of people, and the last one of a case.</summary>
    private static readonly string[] Secrets =
    [
        "Quistgaard", "1979-11-23", "QX7733551", "Confidentia", "447700912345", "Quillfeather", "Ottokar", "918027367",
        "DE89370400440532013000", "203.0.113.77", "device-of-w", "Zarkhovan", "@example.com", "looked again at her",
    ];

    [Fact]
    public async Task No_log_of_any_service_holds_personal_data()
    {
        using var scene = await Scene.NewAsync();
        using var partner = scene.Tenant.AsPartner(scene.Platform.Gateway);
        using var officer = scene.Tenant.As(scene.Platform.Gateway, scene.Tenant.Officers[0]);
        var held = await OrderAsync(scene, partner, "Temirbek Oslanovich Zarkhovan", "7777");
        await scene.PayAsync(held, payerName: Payer);
        var found = await scene.UntilCaseAsync(held);
        (await officer.PostAsync($"v1/cases/{found}/notes", new { text = "I looked again at her." },
            CancellationToken.None)).Must();
        await scene.DecideAsync(held, CaseDecision.Freeze);
        await scene.UntilStageAsync(held, "FROZEN");
        // The bank fails without taking it, another one is down until it is given up, a third knows no such account.
        foreach (var (magic, stage) in ((string, string)[])
            [("0006", "UNKNOWN"), ("0001", "ENDED"), ("0003", "AWAITING_CORRECTION")])
        {
            var transfer = await OrderAsync(scene, partner, "Chinedu Eze", magic);
            await scene.PayAsync(transfer, payerName: Payer);
            await scene.UntilStageAsync(transfer, stage);
        }
        await RefuseAsync(scene, partner, held);
        await Eventually.TrueAsync(() => Seen.MailsAbout(scene, held).Any(mail =>
            mail.To.ToString().Contains(Email, StringComparison.Ordinal)), "an e-mail to the sender");

        var lines = Seen.Lines(scene, withCompliance: true).ToList();

        foreach (var secret in Secrets)
            lines.ShouldNotContain(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase), secret);
        foreach (var said in (string[])[held.Id, "Request starting", "Sending HTTP request", found, "sender-address"])
            lines.ShouldContain(line => line.Contains(said, StringComparison.Ordinal), said);
    }

    private static async Task<TransferView> OrderAsync(
        Scene scene, ApiClient partner, string beneficiary, string magic)
    {
        var order = Scene.ToBank() with { Beneficiary = beneficiary };
        return (await partner.PostAsync("v1/transactions", Body(
            await scene.Actors.Partner.QuoteAsync(order, CancellationToken.None), beneficiary, Account + magic),
            CancellationToken.None)).Must().As<TransferView>();
    }

    private static Dictionary<string, object?> Body(string quoteId, string beneficiary, string account) => new()
    {
        ["quoteId"] = quoteId,
        ["sender"] = Person(),
        ["beneficiary"] = new { kind = "PERSON", fullName = beneficiary, country = "NG" },
        ["payoutDetails"] = new { bankCode = "058", accountNumber = account, iban = "DE89370400440532013000" },
        ["purpose"] = Purpose.FamilySupport,
        ["sourceOfFunds"] = SourceOfFunds.Salary,
        ["note"] = Note,
        ["device"] = new { deviceId = "device-of-w", ipAddress = "203.0.113.77" },
    };

    private static Dictionary<string, object?> Person() => new()
    {
        ["kind"] = "PERSON",
        ["fullName"] = Sender,
        ["dateOfBirth"] = "1979-11-23",
        ["country"] = "GB",
        ["address"] = "7 Confidentia Lane",
        ["email"] = Email,
        ["phone"] = "+447700912345",
        ["identifiers"] = new[] { new { type = "PASSPORT", number = "QX7733551", country = "GB" } },
    };

    /// <summary>What is refused is not repeated in a log either.</summary>
    private static async Task RefuseAsync(Scene scene, ApiClient partner, TransferView held)
    {
        foreach (var (field, value) in ((string, object)[])
            [("kind", Sender), ("dateOfBirth", $"born on 1979-11-23, {Sender}"), ("country", Sender), (Email, Sender),
                ("phone", "447700912345"), ("identifiers", "QX7733551"), ("fullName", new { Sender })])
        {
            var person = Person();
            person[field] = value;
            (await partner.PostAsync("v1/customers", person, CancellationToken.None)).IsSuccess.ShouldBeFalse(field);
        }
        (await partner.PostAsync("v1/customers", Person(), CancellationToken.None)).Must();
        // The address is somebody's now.
        (await partner.PostAsync("v1/customers", Person(), CancellationToken.None)).Status.ShouldBe(409);
        (await partner.PostAsync($"v1/transactions/{held.Id}/beneficiary-corrections",
            new { fullName = Sender, payoutDetails = new { accountNumber = Account } }, CancellationToken.None))
            .IsSuccess.ShouldBeFalse();
        (await partner.PostAsync("v1/screenings", new { name = Sender, dateOfBirth = "1979-11-23" },
            CancellationToken.None)).ShouldNotBeNull();
        var login = $"\"principal\": \"{scene.Tenant.Tenant}\", \"email\": \"{Email}\"";
        using var anybody = new HttpClient { BaseAddress = scene.Platform.Gateway };
        foreach (var (path, body) in ((string, string)[])
            [("v1/callbacks/pay-ins/sandbox", $$"""{"payerName": "{{Payer}}", "eventId": "1"}"""),
                ("v1/callbacks/payouts/sandbox-bank", $$"""{"reference": "{{Sender}} """),
                ("v1/auth/sign-in", $$"""{{{login}}, "password": 7}"""),
                ("v1/auth/sign-in", $$"""{{{login}}, "password": "wrong"}"""),
                ("v1/transactions", $$"""{"note": "{{Note}} """)])
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await anybody.PostAsync(new Uri(path, UriKind.Relative), content);
            answer.IsSuccessStatusCode.ShouldBeFalse(path);
        }
    }
}
