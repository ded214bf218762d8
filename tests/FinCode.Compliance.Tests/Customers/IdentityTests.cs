using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.Testing;
using static FinCode.Compliance.Tests.Customers.CustomerCalls;

namespace FinCode.Compliance.Tests.Customers;

public sealed class IdentityTests(IdentityUnderTest identity) : IClassFixture<IdentityUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    private ComplianceUnderTest Compliance => identity.Compliance;

    private PartyId NewCustomer(string name = "Samuel Okonjo") =>
        Compliance.Transactions.Add(_tenant, new StandInParty(name));

    private async Task<JsonElement> BeginAsync(PartyId customer)
    {
        var answer = await Compliance.Partner(_tenant).PostAsync(Kyc(customer, "/verifications"), null);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private async Task<string> StatusAsync(PartyId customer) => (await Compliance.StandingAsync(_tenant, customer))
        .GetProperty("verifications")[0].GetProperty("status").GetString()!;

    private Task BecomesAsync(PartyId customer, string status) =>
        Eventually.TrueAsync(async () => await StatusAsync(customer) == status, $"it is {status}");

    private static string UrlOf(JsonElement verification) => verification.GetProperty("url").GetString()!;

    [Fact]
    public async Task An_approved_document_and_selfie_are_tier_1_and_announced_once()
    {
        var customer = NewCustomer();
        var begun = await BeginAsync(customer);
        begun.GetProperty("status").GetString().ShouldBe("PENDING");
        var again = await BeginAsync(customer);
        again.GetProperty("id").GetString().ShouldBe(begun.GetProperty("id").GetString());
        UrlOf(again).ShouldBe(UrlOf(begun));
        (await Compliance.StandingAsync(_tenant, customer)).Awaited()
            .ShouldBe(["IDENTITY_DOCUMENT IN_REVIEW TO_VERIFY", "SELFIE IN_REVIEW TO_VERIFY"]);

        await IdentityUnderTest.FinishAsync(UrlOf(begun), "APPROVED", "DRIVERS_LICENSE", "2034-05-06");

        await BecomesAsync(customer, "APPROVED");
        var standing = await Compliance.StandingAsync(_tenant, customer);
        standing.GetProperty("tier").GetInt32().ShouldBe(1);
        standing.GetProperty("requirements")[0].GetProperty("validUntil").GetString().ShouldBe("2034-05-06");
        standing.GetProperty("verifications")[0].TryGetProperty("url", out _).ShouldBeFalse();
        await Compliance.Service.Events.WaitForAsync<KycVerificationCompleted>(
            one => one == new KycVerificationCompleted(customer, KycOutcome.Approved, 1, 0));
        // The provider tells it once more, and once more.
        var id = begun.GetProperty("id").GetGuid();
        for (var i = 0; i < 2; i++)
            (await identity.CallBackAsync(new
            {
                reference = id, status = "APPROVED", document = new { type = "PASSPORT", expiresOn = "2039-01-01" },
            })).ShouldBe(HttpStatusCode.NoContent);
        (await Compliance.HistoryAsync(_tenant, customer)).Count(type => type == "VERIFICATION_ANSWERED").ShouldBe(1);
        (await Compliance.CountAsync("select count(*) from kyc_verifications where id = $1 "
            + "and document_type = 'DRIVERS_LICENSE'", id)).ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_one_is_announced_and_may_be_tried_again_a_few_times()
    {
        var customer = NewCustomer();
        for (var i = 0; i < 5; i++)
        {
            await IdentityUnderTest.FinishAsync(UrlOf(await BeginAsync(customer)), "REFUSED");
            await BecomesAsync(customer, "REFUSED");
        }
        (await Compliance.TierAsync(_tenant, customer)).ShouldBe(0);
        await Compliance.Service.Events.WaitForAsync<KycVerificationCompleted>(
            one => one == new KycVerificationCompleted(customer, KycOutcome.Refused, 0, 0));
        var sixth = await Compliance.Partner(_tenant).PostAsync(Kyc(customer, "/verifications"), null);
        (await sixth.CodeAsync()).ShouldBe("LIMIT_EXCEEDED");
    }

    [Fact]
    public async Task What_needs_a_person_waits_for_a_second_one()
    {
        var customer = NewCustomer();
        var olga = Compliance.Officer(_tenant, "olga");
        var begun = await (await olga.PostAsync(Kyc(customer, "/verifications"), null)).JsonAsync();
        var path = Kyc(customer, $"/verifications/{begun.GetProperty("id").GetString()}/review");
        var accept = new { decision = "ACCEPT", documentType = "PASSPORT", documentExpiresOn = "2033-01-01" };
        var oscar = Compliance.Officer(_tenant, "oscar");
        (await (await oscar.PostAsJsonAsync(path, accept)).CodeAsync()).ShouldBe("INVALID_TRANSITION");

        await IdentityUnderTest.FinishAsync(UrlOf(begun), "REVIEW");
        await BecomesAsync(customer, "IN_REVIEW");

        (await Compliance.TierAsync(_tenant, customer)).ShouldBe(0);
        (await Compliance.WorklistAsync(_tenant)).ShouldBe(["VERIFICATION"]);
        (await (await olga.PostAsJsonAsync(path, accept)).CodeAsync()).ShouldBe("FOUR_EYES");
        await Compliance.Service.ShouldRefuseAsync(_tenant, "verification_needs_two_people",
            "update kyc_verifications set state = 'APPROVED', document_type = 'PASSPORT', "
            + "document_expires_on = '2033-01-01', answered_at = now(), decided_by = 'olga' where id = $1",
            begun.GetProperty("id").GetGuid());
        (await oscar.PostAsJsonAsync(path, accept)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Compliance.TierAsync(_tenant, customer)).ShouldBe(1);
        await Compliance.Service.ShouldRefuseAsync(_tenant, "stays closed",
            "update kyc_verifications set document_expires_on = '2040-01-01' where id = $1",
            begun.GetProperty("id").GetGuid());
    }

    [Theory]
    [InlineData("Samuel Late", "LATE")]
    [InlineData("Samuel 0008", "APPROVED")]
    [InlineData("Samuel 0007", "APPROVED")]
    public async Task A_late_answer_one_without_a_callback_and_one_told_three_times_end_alike(
        string name, string outcome)
    {
        var customer = NewCustomer(name);
        await IdentityUnderTest.FinishAsync(UrlOf(await BeginAsync(customer)), outcome);

        await Eventually.TrueAsync(async () => await StatusAsync(customer) == "APPROVED", "it is approved",
            TimeSpan.FromSeconds(60));

        (await Compliance.HistoryAsync(_tenant, customer)).Count(type => type == "VERIFICATION_ANSWERED").ShouldBe(1);
    }

    [Theory]
    [InlineData("Samuel 0005", true)]
    [InlineData("Samuel 0004", true)]
    [InlineData("Samuel 0006", false)]
    [InlineData("Samuel 0001", false)]
    public async Task Nothing_clear_is_neither_passed_nor_refused_and_asked_again_by_our_reference(
        string name, bool theProviderHasIt)
    {
        var customer = NewCustomer(name);
        var begun = await BeginAsync(customer);
        begun.TryGetProperty("url", out _).ShouldBeFalse();
        (await Compliance.CountAsync("select count(*) from kyc_verifications where party_id = $1 "
            + "and state = 'UNKNOWN' and due_at > now()", customer.Value)).ShouldBe(1);
        (await Compliance.TierAsync(_tenant, customer)).ShouldBe(0);

        await MakeDueAsync(customer);

        await Eventually.TrueAsync(async () => await Compliance.CountAsync("select count(*) from kyc_verifications "
            + "where party_id = $1 and enquiries = 1 and state = $2 and due_at > now()", customer.Value,
            theProviderHasIt ? "OPEN" : "UNKNOWN") == 1, "it was asked about", TimeSpan.FromSeconds(60));
        (await BeginAsync(customer)).TryGetProperty("url", out _).ShouldBe(theProviderHasIt);
        (await Compliance.CountAsync("select count(*) from kyc_verifications where party_id = $1", customer.Value))
            .ShouldBe(1);
    }

    [Fact]
    public async Task Callbacks_that_are_not_the_providers_have_no_effect()
    {
        var customer = NewCustomer();
        var id = (await BeginAsync(customer)).GetProperty("id").GetGuid();
        var approved = new
        {
            reference = id, status = "APPROVED", document = new { type = "PASSPORT", expiresOn = "2039-01-01" },
        };
        (await identity.CallBackAsync(approved, secret: "another-secret-of-somebody"))
            .ShouldBe(HttpStatusCode.Unauthorized);
        (await identity.CallBackAsync(approved, off: -301)).ShouldBe(HttpStatusCode.Unauthorized);
        (await identity.CallBackAsync(approved, off: 305)).ShouldBe(HttpStatusCode.Unauthorized);
        (await identity.CallBackAsync(approved, provider: "other")).ShouldBe(HttpStatusCode.NotFound);
        (await identity.CallBackAsync(new { reference = Guid.NewGuid(), status = "APPROVED" }))
            .ShouldBe(HttpStatusCode.NoContent);
        (await identity.CallBackAsync(new { reference = "x" })).ShouldBe(HttpStatusCode.Unauthorized);
        (await identity.CallBackAsync(new { reference = id, pad = new string('x', 20_000) }))
            .ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await identity.CallBackAsync(new { reference = id, status = "SPLENDID" })).ShouldBe(HttpStatusCode.NoContent);

        (await StatusAsync(customer)).ShouldBe("PENDING");
    }

    [Fact]
    public async Task An_approval_without_a_valid_document_is_left_to_a_person_and_a_changed_mind_is_on_the_worklist()
    {
        var (first, second) = (NewCustomer(), NewCustomer());
        var odd = (await BeginAsync(first)).GetProperty("id").GetGuid();
        (await identity.CallBackAsync(new
        {
            reference = odd, status = "APPROVED", document = new { type = "PASSPORT", expiresOn = "2020-01-01" },
        })).ShouldBe(HttpStatusCode.NoContent);
        (await StatusAsync(first)).ShouldBe("IN_REVIEW");

        var good = (await BeginAsync(second)).GetProperty("id").GetGuid();
        await identity.CallBackAsync(new
        {
            reference = good, status = "APPROVED", document = new { type = "PASSPORT", expiresOn = "2035-01-01" },
        });
        for (var i = 0; i < 2; i++)
            (await identity.CallBackAsync(new { reference = good, status = "REFUSED" }))
                .ShouldBe(HttpStatusCode.NoContent);
        (await StatusAsync(second)).ShouldBe("APPROVED");
        (await Compliance.WorklistAsync(_tenant)).Order(StringComparer.Ordinal)
            .ShouldBe(["CONTRADICTION", "VERIFICATION"]);
    }

    /// <summary>As if the pause was over.</summary>
    private async Task MakeDueAsync(PartyId customer)
    {
        await using var command = Compliance.Service.Owner.CreateCommand(
            "update kyc_verifications set due_at = now() where party_id = $1");
        command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = customer.Value });
        await command.ExecuteNonQueryAsync();
    }
}
