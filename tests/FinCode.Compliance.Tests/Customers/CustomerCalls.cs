using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Customers;

/// <summary>What tests ask about customers, over HTTP.</summary>
internal static class CustomerCalls
{
    public const string Pdf = "application/pdf";
    public const string Jpeg = "image/jpeg";
    public const string Png = "image/png";

    public static HttpClient Partner(this ComplianceUnderTest compliance, TenantId tenant) =>
        compliance.Service.ClientAs("partner", tenant, Roles.Partner, Scopes.KycWrite);

    /// <summary>A page that nobody else has.</summary>
    public static byte[] NewPdf() =>
        Encoding.ASCII.GetBytes($"%PDF-1.7\n{Guid.NewGuid()} {new string('x', 100)}\n%%EOF\n");

    public static byte[] NewJpeg() => [0xFF, 0xD8, 0xFF, 0xE0, .. Guid.NewGuid().ToByteArray(), .. new byte[100]];

    public static byte[] NewPng() =>
        [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, .. Guid.NewGuid().ToByteArray(), .. new byte[100]];

    public static string Kyc(PartyId customer, string rest = "") => $"/v1/kyc/customers/{customer}{rest}";

    public static async Task<HttpResponseMessage> UploadAsync(this HttpClient client, PartyId customer, string type,
        byte[] content, string mediaType = Pdf)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Kyc(customer, $"/documents?type={type}"))
        {
            Content = new ByteArrayContent(content),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        // What is refused by its length is refused before a byte of it is sent.
        request.Headers.ExpectContinue = true;
        return await client.SendAsync(request);
    }

    public static Task<HttpResponseMessage> ReviewAsync(this HttpClient officer, PartyId customer, string document,
        string decision = "ACCEPT", string? expiresOn = "2035-12-31", string? refusalCode = null) =>
        officer.PostAsJsonAsync(Kyc(customer, $"/documents/{document}/review"),
            new { decision, expiresOn = decision == "ACCEPT" ? expiresOn : null, refusalCode });

    /// <summary>Uploaded by the partner, accepted by olga; the document's id.</summary>
    public static async Task<string> ShowAsync(this ComplianceUnderTest compliance, TenantId tenant, PartyId customer,
        string type, string? expiresOn = "2035-12-31")
    {
        var uploaded = await compliance.Partner(tenant).UploadAsync(customer, type, NewPdf());
        uploaded.StatusCode.ShouldBe(HttpStatusCode.Created, await uploaded.Content.ReadAsStringAsync());
        var id = (await uploaded.JsonAsync()).GetProperty("id").GetString()!;
        var reviewed = await compliance.Officer(tenant, "olga").ReviewAsync(customer, id, expiresOn: expiresOn);
        reviewed.StatusCode.ShouldBe(HttpStatusCode.OK, await reviewed.Content.ReadAsStringAsync());
        return id;
    }

    /// <summary>Passport and selfie, accepted: tier 1.</summary>
    public static async Task ReachTierOneAsync(
        this ComplianceUnderTest compliance, TenantId tenant, PartyId customer, string expiresOn = "2035-12-31")
    {
        await compliance.ShowAsync(tenant, customer, "PASSPORT", expiresOn);
        await compliance.ShowAsync(tenant, customer, "SELFIE", null);
    }

    public static async Task<JsonElement> StandingAsync(
        this ComplianceUnderTest compliance, TenantId tenant, PartyId customer)
    {
        var answer = await compliance.Partner(tenant).GetAsync(Kyc(customer));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    public static async Task<int> TierAsync(
        this ComplianceUnderTest compliance, TenantId tenant, PartyId customer) =>
        (await compliance.StandingAsync(tenant, customer)).GetProperty("tier").GetInt32();

    /// <summary>Code, state and why of everything awaited.</summary>
    public static string[] Awaited(this JsonElement standing) => [.. standing.GetProperty("awaited").EnumerateArray()
        .Select(one => $"{one.GetProperty("code")} {one.GetProperty("state")} {one.GetProperty("why")}")];

    public static async Task<JsonElement> RiskAsync(
        this ComplianceUnderTest compliance, TenantId tenant, PartyId customer) =>
        await (await compliance.Officer(tenant, "olga").GetAsync(Kyc(customer, "/risk"))).JsonAsync();

    /// <summary>A recorded sender, once the rating says so.</summary>
    internal static async Task<PartyId> RatedAsync(
        this ComplianceUnderTest compliance, TenantId tenant, StandInParty party, string level)
    {
        var customer = compliance.Transactions.Add(tenant, party);
        await compliance.Service.PublishAsync(tenant, new PartyRecorded(customer, PartyRole.Sender, party.Version));
        await compliance.BecomesAsync(tenant, customer, level);
        return customer;
    }

    public static Task BecomesAsync(
        this ComplianceUnderTest compliance, TenantId tenant, PartyId customer, string level) =>
        Eventually.TrueAsync(async () => await compliance.CountAsync(
            "select count(*) from kyc_customers where party_id = $1", customer.Value) == 1
            && (await compliance.RiskAsync(tenant, customer)).Level() == level, $"it is {level}");

    public static string? Level(this JsonElement risk) =>
        risk.TryGetProperty("level", out var level) ? level.GetString() : null;

    public static async Task<string[]> HistoryAsync(
        this ComplianceUnderTest compliance, TenantId tenant, PartyId customer) =>
        [.. (await (await compliance.Officer(tenant, "olga").GetAsync(Kyc(customer, "/history"))).JsonAsync())
            .EnumerateArray().Select(one => one.GetProperty("type").GetString()!)];

    public static async Task<string[]> WorklistAsync(this ComplianceUnderTest compliance, TenantId tenant) =>
        [.. (await (await compliance.Officer(tenant, "olga").GetAsync("/v1/kyc/worklist")).JsonAsync())
            .GetProperty("items").EnumerateArray().Select(one => one.GetProperty("kind").GetString()!)];

    /// <summary>What the service or time would do, where the database takes it from nobody's hand.</summary>
    public static Task AsIfAsync(
        this ComplianceUnderTest compliance, string table, string sql, params object[] arguments) =>
        compliance.Service.ByHandAsync([table], sql, arguments);

    /// <summary>The relationship ended six years ago, as two people decided.</summary>
    public static async Task EndLongAgoAsync(this ComplianceUnderTest compliance, TenantId tenant, PartyId customer)
    {
        var ended = await (await compliance.Officer(tenant, "olga").DecideAsync(customer, "RELATIONSHIP_ENDED"))
            .IdAsync();
        (await compliance.Officer(tenant, "oscar").ApproveAsync(customer, ended)).EnsureSuccessStatusCode();
        await compliance.AsIfAsync("kyc_customers",
            "update kyc_customers set ended_on = ended_on - 6 * 365 where party_id = $1", customer.Value);
    }

    /// <summary>Two people destroy the key of a customer whose time is over.</summary>
    public static async Task EraseAsync(this ComplianceUnderTest compliance, TenantId tenant, PartyId customer)
    {
        await compliance.EndLongAgoAsync(tenant, customer);
        var erasure = await (await compliance.Officer(tenant, "olga").DecideAsync(customer, "ERASURE")).IdAsync();
        (await compliance.Officer(tenant, "oscar").ApproveAsync(customer, erasure)).EnsureSuccessStatusCode();
    }

    /// <summary>A transfer of so much from the customer is funded; what screening says of it.</summary>
    public static async Task<ScreeningOutcome> SendAsync(
        this ComplianceUnderTest compliance, TenantId tenant, PartyId sender, long minor)
    {
        var facts = ComplianceUnderTest.FactsOf(
            sender, compliance.Transactions.Add(tenant, People.Innocent), Money.Of(minor, "GBP"));
        var id = TransactionId.New();
        await compliance.Service.PublishAsync(tenant, new TransactionFunded(
            id, facts, facts.SendAmount, "psp:sandbox", PaidAfterEnd: false, ScreeningRound: 1));
        return (await compliance.ScreenedAsync(id)).Outcome;
    }

    public static Task<HttpResponseMessage> DecideAsync(this HttpClient officer, PartyId customer, string kind,
        string? level = null, DateTimeOffset? until = null) => officer.PostAsJsonAsync(Kyc(customer, "/decisions"),
        new { kind, level, until, reason = "As looked at." });

    public static Task<HttpResponseMessage> ApproveAsync(
        this HttpClient officer, PartyId customer, string decision) =>
        officer.PostAsync(Kyc(customer, $"/decisions/{decision}/approve"), null);

    public static async Task<HttpResponseMessage> AnswerAsync(this HttpClient client, PartyId customer, string form,
        int version, params (string Question, string[] Values)[] answers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Kyc(customer, "/answers"))
        {
            Content = JsonContent.Create(new
            {
                form, version, answers = answers.Select(one => new { question = one.Question, values = one.Values }),
            }),
        };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        return await client.SendAsync(request);
    }

    public static Task<HttpResponseMessage> AssessAsync(
        this HttpClient client, PartyId customer, string publicFunction = "NO", int version = 0) =>
        client.AnswerAsync(customer, "RISK_ASSESSMENT", version, ("EXPECTED_YEARLY", ["UP_TO_5000"]),
            ("RELATIONSHIP", ["FAMILY"]), ("PUBLIC_FUNCTION", [publicFunction]));

    public static async Task<string> IdAsync(this HttpResponseMessage answer)
    {
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("id").GetString()!;
    }
}
