using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.Testing;
using static FinCode.Compliance.Tests.Customers.CustomerCalls;

namespace FinCode.Compliance.Tests.Customers;

/// <summary>Verifications that the provider does not bring to an end.</summary>
public sealed class IdentityEndTests(IdentityUnderTest identity) : IClassFixture<IdentityUnderTest>
{
    private static readonly object Accept =
        new { decision = "ACCEPT", documentType = "PASSPORT", documentExpiresOn = "2033-01-01" };

    private readonly TenantId _tenant = TestTenant.New();

    private ComplianceUnderTest Compliance => identity.Compliance;

    private Task<HttpResponseMessage> RequestAsync(PartyId customer) =>
        Compliance.Partner(_tenant).PostAsync(Kyc(customer, "/verifications"), null);

    private async Task<(PartyId Customer, JsonElement Begun)> BeginAsync()
    {
        var customer = Compliance.Transactions.Add(_tenant, People.Namesake);
        var answer = await RequestAsync(customer);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (customer, await answer.JsonAsync());
    }

    private Task<HttpResponseMessage> DecideAsync(string officer, PartyId customer, Guid verification, object review) =>
        Compliance.Officer(_tenant, officer)
            .PostAsJsonAsync(Kyc(customer, $"/verifications/{verification}/review"), review);

    private Task<long> CountAsync(Guid verification, string where) => Compliance.CountAsync(
        $"select count(*) from kyc_verifications where id = $1 and {where}", verification);

    [Fact]
    public async Task Silence_is_refused_by_a_person_and_never_accepted()
    {
        var (customer, begun) = await BeginAsync();
        var id = begun.GetProperty("id").GetGuid();
        await Compliance.AsIfAsync("kyc_verifications", "update kyc_verifications "
            + "set requested_at = now() - interval '49 hours', due_at = now() where id = $1", id);
        await Eventually.TrueAsync(async () => (await Compliance.WorklistAsync(_tenant)).Contains("VERIFICATION"),
            "it is overdue");
        (await Compliance.HistoryAsync(_tenant, customer)).ShouldContain("VERIFICATION_OVERDUE");

        (await (await DecideAsync("oscar", customer, id, Accept)).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        await Compliance.Service.ShouldRefuseAsync(_tenant, "left to a person",
            "update kyc_verifications set state = 'APPROVED', document_type = 'PASSPORT', "
            + "document_expires_on = '2033-01-01', answered_at = now(), decided_by = 'oscar' where id = $1", id);
        (await DecideAsync("oscar", customer, id, new { decision = "REFUSE", refusalCode = "NOT_ACCEPTED" }))
            .StatusCode.ShouldBe(HttpStatusCode.OK);

        (await Compliance.TierAsync(_tenant, customer)).ShouldBe(0);
        (await Compliance.WorklistAsync(_tenant)).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_of_an_earlier_provider_is_on_the_worklist_and_another_one_takes_its_place()
    {
        var (customer, begun) = await BeginAsync();
        var id = begun.GetProperty("id").GetGuid();
        await Compliance.AsIfAsync(
            "kyc_verifications", "update kyc_verifications set provider = 'earlier' where id = $1", id);
        (await Compliance.WorklistAsync(_tenant)).ShouldBe(["VERIFICATION"]);

        var next = await (await RequestAsync(customer)).JsonAsync();

        next.GetProperty("id").GetGuid().ShouldNotBe(id);
        next.GetProperty("url").GetString().ShouldNotBe(begun.GetProperty("url").GetString());
        (await CountAsync(id, "state = 'REFUSED' and decided_by is null")).ShouldBe(1);
        (await Compliance.WorklistAsync(_tenant)).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_for_another_name_is_neither_accepted_nor_gone_on_with()
    {
        var (customer, begun) = await BeginAsync();
        var id = begun.GetProperty("id").GetGuid();
        await IdentityUnderTest.FinishAsync(begun.GetProperty("url").GetString()!, "REVIEW");
        await Eventually.TrueAsync(async () => await CountAsync(id, "state = 'IN_REVIEW'") == 1, "it is in review");
        Compliance.Transactions.Add(_tenant, People.AlsoInnocent with { Version = 2 }, customer);
        await Compliance.Service.PublishAsync(_tenant, new PartyRecorded(customer, PartyRole.Sender, 2));
        await Eventually.TrueAsync(async () => (await Compliance.HistoryAsync(_tenant, customer))
            .Contains("IDENTITY_CHANGED"), "the change is heard");

        (await (await DecideAsync("oscar", customer, id, Accept)).CodeAsync()).ShouldBe("IDENTITY_CHANGED");
        var next = await (await RequestAsync(customer)).JsonAsync();

        next.GetProperty("id").GetGuid().ShouldNotBe(id);
        (await CountAsync(id, "state = 'REFUSED'")).ShouldBe(1);
        await IdentityUnderTest.FinishAsync(next.GetProperty("url").GetString()!, "APPROVED");
        await Eventually.TrueAsync(async () => await Compliance.TierAsync(_tenant, customer) == 1, "it is approved");
    }

    [Fact]
    public async Task An_erasure_ends_what_is_open_and_nothing_is_asked_of_the_provider_any_more()
    {
        var (customer, begun) = await BeginAsync();
        var id = begun.GetProperty("id").GetGuid();

        await Compliance.EraseAsync(_tenant, customer);

        (await CountAsync(id, "state = 'REFUSED' and due_at is null")).ShouldBe(1);
        var refused = await RequestAsync(customer);
        (refused.StatusCode, await refused.CodeAsync()).ShouldBe((HttpStatusCode.Gone, "ERASED"));
        (await Compliance.CountAsync("select count(*) from kyc_verifications where party_id = $1", customer.Value))
            .ShouldBe(1);
        (await identity.CallBackAsync(new
        {
            reference = id, status = "APPROVED", document = new { type = "PASSPORT", expiresOn = "2039-01-01" },
        })).ShouldBe(HttpStatusCode.NoContent);
        (await Compliance.TierAsync(_tenant, customer)).ShouldBe(0);
    }

    [Fact]
    public async Task An_address_that_comes_after_the_key_was_destroyed_is_not_kept()
    {
        var (customer, begun) = await BeginAsync();
        var id = begun.GetProperty("id").GetGuid();
        await Compliance.EraseAsync(_tenant, customer);
        // As rows of before that were open then.
        await Compliance.AsIfAsync("kyc_verifications", "update kyc_verifications set state = 'UNKNOWN', "
            + "sealed_url = null, refusal_code = null, answered_at = null, due_at = now() where id = $1", id);

        await Eventually.TrueAsync(async () => await CountAsync(id, "state = 'OPEN' and due_at > now()") == 1,
            "it was asked about");

        (await CountAsync(id, "sealed_url is null")).ShouldBe(1);
    }

    [Fact]
    public async Task An_approval_that_is_taken_back_for_a_person_is_on_the_worklist_and_a_repeated_review_is_not()
    {
        var (customer, begun) = await BeginAsync();
        var id = begun.GetProperty("id").GetGuid();
        await IdentityUnderTest.FinishAsync(begun.GetProperty("url").GetString()!, "APPROVED");
        await Eventually.TrueAsync(async () => await CountAsync(id, "state = 'APPROVED'") == 1, "it is approved");
        for (var i = 0; i < 2; i++)
            await identity.CallBackAsync(new { reference = id, status = "REVIEW" });
        (await Compliance.WorklistAsync(_tenant)).ShouldBe(["CONTRADICTION"]);
        (await CountAsync(id, "state = 'APPROVED'")).ShouldBe(1);

        var (second, other) = await BeginAsync();
        var left = other.GetProperty("id").GetGuid();
        await identity.CallBackAsync(new { reference = left, status = "REVIEW" });
        (await DecideAsync("oscar", second, left, Accept)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await identity.CallBackAsync(new { reference = left, status = "REVIEW" });
        (await Compliance.WorklistAsync(_tenant)).ShouldBe(["CONTRADICTION"]);
        (await Compliance.HistoryAsync(_tenant, second)).ShouldNotContain("VERIFICATION_CONTRADICTED");
        (await Compliance.HistoryAsync(_tenant, customer)).ShouldContain("VERIFICATION_CONTRADICTED");
    }
}
