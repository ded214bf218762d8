using System.Net;
using FinCode.Contracts;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Customers;

public sealed class CustomerTests
{
    private static readonly object[] Passport = [new { type = "PASSPORT", number = "AB 123456", country = "GB",
        expiresOn = "2031-05-01" }];

    private static Dictionary<string, object?> Profile(string? reference = null, string? email = null) => new()
    {
        ["kind"] = "PERSON",
        ["fullName"] = "Winifred Okonedo",
        ["dateOfBirth"] = "1979-03-04",
        ["country"] = "GB",
        ["address"] = "5 Mill Lane, Leeds",
        ["gender"] = "FEMALE",
        ["placeOfBirth"] = "Enugu",
        ["identifiers"] = Passport,
        ["phone"] = "+447700900123",
        ["email"] = email,
        ["reference"] = reference,
    };

    [Fact]
    public async Task A_customer_is_registered_once_per_key_and_shown_by_initials()
    {
        var desk = await Desk.OpenAsync();
        var answers = new[]
        {
            await desk.PostAsync("/v1/customers", Profile("web-1", "Winifred@example.com"), "one-key"),
            await desk.PostAsync("/v1/customers", Profile("web-1", "Winifred@example.com"), "one-key"),
        };
        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Created);
        var body = await Desk.BodyOf(answers[0]);
        (await Desk.BodyOf(answers[1])).GetProperty("id").GetString().ShouldBe(body.GetProperty("id").GetString());
        var id = PartyId.Parse(body.GetProperty("id").GetString()!);
        answers[0].Headers.Location!.ToString().ShouldBe($"/v1/customers/{id}");
        var shown = await desk.GetAsync($"/v1/customers/{id}");
        shown.GetProperty("name").GetString().ShouldBe("W*** O***");
        shown.GetProperty("reference").GetString().ShouldBe("web-1");
        shown.GetProperty("version").GetInt32().ShouldBe(1);
        shown.ToString().ShouldNotContain("Winifred", Case.Insensitive);
        var recorded = await desk.Service.Events.WaitForAsync<PartyRecorded>(e => e.PartyId == id);
        (recorded.Role, recorded.OutsideTransfer).ShouldBe((PartyRole.Sender, true));
    }

    [Fact]
    public async Task References_and_email_addresses_are_one_customers_only()
    {
        var desk = await Desk.OpenAsync();
        var first = await desk.RegisterAsync(Profile("web-1", "w@example.com"));
        var path = $"/v1/customers/{first.GetProperty("id").GetString()}";
        (await Desk.ProblemOf(await desk.PostAsync("/v1/customers", Profile("web-1")))).Code
            .ShouldBe("REFERENCE_TAKEN");
        (await Desk.ProblemOf(await desk.PostAsync("/v1/customers", Profile("web-2", "W@Example.com ")))).Code
            .ShouldBe("EMAIL_TAKEN");
        var second = await desk.RegisterAsync(Profile("web-2", "other@example.com"));
        (await Desk.ProblemOf(await desk.PutAsync($"/v1/customers/{second.GetProperty("id").GetString()}",
            Profile("web-2", "w@example.com")))).Code.ShouldBe("EMAIL_TAKEN");
        (await Desk.ProblemOf(await desk.PutAsync(path, Profile("web-2", "w@example.com")))).Code
            .ShouldBe("REFERENCE_TAKEN");
        // Another tenant's customers are its own.
        var elsewhere = await Desk.OpenAsync();
        await elsewhere.RegisterAsync(Profile("web-1", "w@example.com"));
        (await Desk.ProblemOf(await elsewhere.Partner.GetAsync(new Uri(path, UriKind.Relative)))).Status.ShouldBe(404);
        (await Desk.ProblemOf(await elsewhere.PutAsync(path, Profile()))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Twenty_registrations_of_one_reference_at_once_make_one_customer()
    {
        var desk = await Desk.OpenAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            desk.PostAsync("/v1/customers", Profile("at-once"))));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict).ShouldBe(19);
    }

    [Fact]
    public async Task A_change_is_a_new_version_that_is_screened_and_the_same_again_is_none()
    {
        var desk = await Desk.OpenAsync();
        var customer = await desk.RegisterAsync(Profile("web-1", "w@example.com"));
        var id = PartyId.Parse(customer.GetProperty("id").GetString()!);
        var changed = Profile("web-1", "new@example.com");
        changed["fullName"] = "Winifred Adeyemi";

        foreach (var _ in new[] { 1, 2 })
            (await Desk.BodyOf(await desk.PutAsync($"/v1/customers/{id}", changed))).GetProperty("version").GetInt32()
                .ShouldBe(2);

        (await desk.Service.Events.WaitForAsync<PartyRecorded>(e => e.PartyId == id && e.Version == 2))
            .OutsideTransfer.ShouldBeTrue();
        // The old address is free again, and the new one is not.
        await desk.RegisterAsync(Profile(email: "w@example.com"));
        (await Desk.ProblemOf(await desk.PostAsync("/v1/customers", Profile(email: "new@example.com")))).Code
            .ShouldBe("EMAIL_TAKEN");
    }

    [Fact]
    public async Task Nothing_personal_is_stored_in_plain_not_even_in_the_answers_of_keys()
    {
        var desk = await Desk.OpenAsync();
        await desk.RegisterAsync(Profile("web-1", "winifred@example.com"));
        var rows = await desk.ScalarAsync<string>(
            "select coalesce(string_agg(p::text, ' '), '') || coalesce((select string_agg(r::text, ' ') "
            + "from idempotent_requests r where tenant_id = $1), '') || coalesce((select string_agg(o::text, ' ') "
            + "from outbox o where tenant_id = $1), '') from parties p where tenant_id = $1", desk.Tenant.Value);
        rows.ShouldContain("web-1");
        foreach (var word in (string[])["Winifred", "Okonedo", "example.com", "7700900123", "123456", "Mill Lane",
            "Enugu", "1979"])
            rows.ShouldNotContain(word, Case.Insensitive);
        foreach (var word in (string[])["Okonedo", "winifred@example.com", "7700900123"])
            rows.ShouldNotContain(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(word)), Case.Insensitive);
    }

    [Fact]
    public async Task Lists_go_on_from_their_cursor_and_find_a_reference()
    {
        var desk = await Desk.OpenAsync();
        for (var i = 0; i < 5; i++)
            await desk.RegisterAsync(Profile($"web-{i}"));
        var seen = new List<string>();
        var cursor = "";
        do
        {
            var page = await desk.GetAsync($"/v1/customers?pageSize=2{cursor}");
            seen.AddRange(page.GetProperty("items").EnumerateArray()
                .Select(item => item.GetProperty("reference").GetString()!));
            cursor = page.TryGetProperty("nextCursor", out var next) ? $"&cursor={next.GetString()}" : "";
        }
        while (cursor.Length > 0);
        seen.ShouldBe(["web-4", "web-3", "web-2", "web-1", "web-0"]);
        (await desk.GetAsync("/v1/customers?reference=web-3")).GetProperty("items").GetArrayLength().ShouldBe(1);
        (await Desk.ProblemOf(await desk.Partner.GetAsync(
            new Uri("/v1/customers?pageSize=0&cursor=x", UriKind.Relative)))).Status.ShouldBe(422);
    }

    [Fact]
    public async Task Wrong_fields_are_all_named()
    {
        var desk = await Desk.OpenAsync();
        var wrong = Profile("no spaces or @");
        wrong["dateOfBirth"] = "2015-01-01";
        wrong["identifiers"] = new object[] { new { type = "PASSPORT", number = " ", country = "gb" } };
        wrong["placeOfBirth"] = new string('x', 141);
        var (status, _, text) = await Desk.ProblemOf(await desk.PostAsync("/v1/customers", wrong));
        status.ShouldBe(422);
        foreach (var pointer in (string[])["/reference", "/dateOfBirth", "/identifiers/0/number",
            "/identifiers/0/country", "/placeOfBirth"])
            text.ShouldContain($"\"{pointer}\"");
        var many = Profile();
        many["identifiers"] = Enumerable.Repeat(Passport[0], 6).ToArray();
        (await Desk.ProblemOf(await desk.PostAsync("/v1/customers", many))).Text.ShouldContain("/identifiers");
    }

    [Fact]
    public async Task A_customer_has_beneficiaries_of_their_own()
    {
        var desk = await Desk.OpenAsync();
        var owner = (await desk.RegisterAsync(Profile("owner"))).GetProperty("id").GetString();
        var other = (await desk.RegisterAsync(Profile("other"))).GetProperty("id").GetString();
        var input = new
        {
            beneficiary = new { kind = "PERSON", fullName = "Emeka Okonedo", country = "NG", reference = "b-1" },
            payoutDetails = new { bankCode = "058", accountNumber = Desk.NewAccount() },
        };
        var made = await Desk.BodyOf(await desk.PostAsync($"/v1/customers/{owner}/beneficiaries", input));
        var path = $"/v1/customers/{owner}/beneficiaries/{made.GetProperty("id").GetString()}";
        (await desk.GetAsync(path)).GetProperty("hasPayoutDetails").GetBoolean().ShouldBeTrue();
        (await Desk.ProblemOf(await desk.PostAsync($"/v1/customers/{owner}/beneficiaries", input))).Code
            .ShouldBe("REFERENCE_TAKEN");
        // The same reference of another customer is another beneficiary.
        await Desk.BodyOf(await desk.PostAsync($"/v1/customers/{other}/beneficiaries", input));
        var ofOther = new Uri(path.Replace(owner!, other!, StringComparison.Ordinal), UriKind.Relative);
        (await Desk.ProblemOf(await desk.Partner.GetAsync(ofOther))).Status.ShouldBe(404);

        var changed = await Desk.BodyOf(await desk.PutAsync(path, new
        {
            beneficiary = new { kind = "PERSON", fullName = "Emeka Nwosu", country = "NG" },
        }));
        changed.GetProperty("version").GetInt32().ShouldBe(2);
        changed.GetProperty("reference").GetString().ShouldBe("b-1");
        changed.GetProperty("hasPayoutDetails").GetBoolean().ShouldBeFalse();
        (await desk.GetAsync($"/v1/customers/{owner}/beneficiaries")).GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("name").GetString()).ShouldBe(["E*** N***"]);
    }

    [Fact]
    public async Task Without_the_scope_nobody_sees_or_changes_a_customer()
    {
        var desk = await Desk.OpenAsync();
        var id = (await desk.RegisterAsync(Profile())).GetProperty("id").GetString();
        using var finance = desk.Client(Roles.Finance);
        using var reader = desk.Client(Scopes.TransactionsRead);
        (await finance.GetAsync(new Uri($"/v1/customers/{id}", UriKind.Relative))).StatusCode
            .ShouldBe(HttpStatusCode.Forbidden);
        (await desk.PostAsync("/v1/customers", Profile(), client: reader)).StatusCode
            .ShouldBe(HttpStatusCode.Forbidden);
    }
}
