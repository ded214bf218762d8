using System.Net.Http.Json;
using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Operations;

public sealed class TransactionTests
{
    [Fact]
    public async Task A_transfer_is_created_against_its_quote_and_says_how_to_pay()
    {
        var desk = await Desk.OpenAsync();
        var quote = await desk.QuoteAsync();
        var answer = await desk.PostTransactionAsync(Desk.Transaction(quote, Desk.NewAccount()));
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created);
        var body = await Desk.BodyOf(answer);

        var id = TransactionId.Parse(body.GetProperty("id").GetString()!);
        answer.Headers.Location!.ToString().ShouldBe($"/v1/transactions/{id}");
        body.GetProperty("status").GetString().ShouldBe("WAITING_TO_PAY");
        var payIn = body.GetProperty("payIn");
        payIn.GetProperty("reference").GetString().ShouldBe(body.GetProperty("pcn").GetString());
        payIn.GetProperty("amount").GetProperty("amount").GetString().ShouldBe("102.00");
        payIn.GetProperty("payUrl").GetString()!.ShouldStartWith("http://pay.test/payin/pay?reference=");
        body.GetProperty("beneficiary").GetProperty("name").GetString().ShouldBe("A*** O***");

        var created = await desk.Service.Events.WaitForAsync<TransactionCreated>(e => e.TransactionId == id);
        created.TotalToPay.ShouldBe(Money.Of(10_200, "GBP"));
        var changed = await desk.Service.Events.WaitForAsync<TransactionStatusChanged>(e => e.TransactionId == id);
        changed.From.ShouldBeNull();
        changed.To.ShouldBe(TransactionStatus.WaitingToPay);
        foreach (var party in (PartyId[])[created.Facts.SenderId, created.Facts.BeneficiaryId])
            (await desk.Service.Events.WaitForAsync<PartyRecorded>(e => e.PartyId == party))
                .ShouldSatisfyAllConditions(e => e.Version.ShouldBe(1), e => e.OutsideTransfer.ShouldBeFalse());
    }

    [Fact]
    public async Task The_payment_link_is_signed_by_the_merchant()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        var url = (await desk.GetAsync($"/v1/transactions/{made.Id}")).GetProperty("payIn").GetProperty("payUrl")
            .GetString()!;
        const string callback = "http://gateway.test/v1/callbacks/pay-ins/sandbox-payin";
        var expected = Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(
            System.Text.Encoding.UTF8.GetBytes(TransactionsUnderTest.MerchantSecret),
            System.Text.Encoding.UTF8.GetBytes($"{made.Pcn}|102.00|GBP|{callback}")));
        url.ShouldEndWith($"&callbackUrl={Uri.EscapeDataString(callback)}&signature={expected}");
    }

    [Fact]
    public async Task The_same_key_twenty_times_at_once_makes_one_transfer()
    {
        var desk = await Desk.OpenAsync();
        var body = Desk.Transaction(await desk.QuoteAsync(), Desk.NewAccount());
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            desk.PostTransactionAsync(body, "one-key")));
        answers.ShouldAllBe(answer => (int)answer.StatusCode == 201);
        var ids = await Task.WhenAll(answers.Select(async answer =>
            (await Desk.BodyOf(answer)).GetProperty("id").GetString()));
        ids.Distinct().Count().ShouldBe(1);
        (await desk.ScalarAsync<long>("select count(*) from transactions where tenant_id = $1", desk.Tenant.Value))
            .ShouldBe(1);
        (await desk.ScalarAsync<long>("select count(*) from parties where tenant_id = $1", desk.Tenant.Value))
            .ShouldBe(2);
    }

    [Fact]
    public async Task A_quote_is_used_once_even_by_many_at_once()
    {
        var desk = await Desk.OpenAsync();
        var quote = await desk.QuoteAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(_ => desk.PostTransactionAsync(Desk.Transaction(quote, Desk.NewAccount()))));
        answers.Count(answer => (int)answer.StatusCode == 201).ShouldBe(1);
        var refused = await Task.WhenAll(answers.Where(answer => (int)answer.StatusCode != 201).Select(Desk.ProblemOf));
        refused.ShouldAllBe(problem => problem.Status == 409 && problem.Code == "QUOTE_USED");
        (await desk.ScalarAsync<long>("select count(*) from parties where tenant_id = $1", desk.Tenant.Value))
            .ShouldBe(2);
    }

    [Fact]
    public async Task Wrong_or_missing_fields_are_all_named_and_nothing_is_stored()
    {
        var desk = await Desk.OpenAsync();
        var quote = await desk.QuoteAsync();
        (await Desk.ProblemOf(await desk.Partner.PostAsJsonAsync("/v1/transactions", Desk.Transaction(quote, "1"))))
            .Code.ShouldBe("IDEMPOTENCY_KEY_MISSING");

        var wrong = Desk.Transaction(quote, "1");
        wrong["sender"] = new { kind = "PERSON", firstName = "Grace", country = "uk", dateOfBirth = "2020-01-01",
            email = "none" };
        wrong["note"] = new string('x', 281);
        wrong["purpose"] = null;
        var (status, code, text) = await Desk.ProblemOf(await desk.PostTransactionAsync(wrong));
        (status, code).ShouldBe((422, "VALIDATION_ERROR"));
        foreach (var pointer in (string[])["/sender/lastName", "/sender/country", "/sender/dateOfBirth",
            "/sender/email",
                     "/note", "/purpose"])
            text.ShouldContain($"\"{pointer}\"");

        var noAccount = Desk.Transaction(quote, "1");
        noAccount["payoutDetails"] = new { bankCode = "058" };
        (await Desk.ProblemOf(await desk.PostTransactionAsync(noAccount))).Text
            .ShouldContain("/payoutDetails/accountNumber");
        var elsewhere = Desk.Transaction(quote, "1");
        elsewhere["beneficiary"] = new { kind = "PERSON", fullName = "Ada Obi", country = "GH" };
        (await Desk.ProblemOf(await desk.PostTransactionAsync(elsewhere))).Text.ShouldContain("/beneficiary/country");
        (await desk.ScalarAsync<long>("select count(*) from transactions where tenant_id = $1", desk.Tenant.Value))
            .ShouldBe(0);
        (await desk.ScalarAsync<long>("select count(*) from parties where tenant_id = $1", desk.Tenant.Value))
            .ShouldBe(0);
    }

    [Fact]
    public async Task A_tenant_sees_nothing_of_another()
    {
        var desk = await Desk.OpenAsync();
        var other = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        var quote = await desk.QuoteAsync();

        (await Desk.ProblemOf(await other.PostTransactionAsync(Desk.Transaction(quote, "1")))).Status.ShouldBe(404);
        foreach (var path in (string[])[$"/v1/transactions/{made.Id}", $"/v1/transactions/{made.Id}/timeline"])
            (await other.Partner.GetAsync(new Uri(path, UriKind.Relative))).StatusCode
                .ShouldBe(System.Net.HttpStatusCode.NotFound);
        foreach (var path in (string[])["cancel", "beneficiary-corrections"])
            (await Desk.ProblemOf(await other.Partner.PostAsJsonAsync(
                $"/v1/transactions/{made.Id}/{path}", new { fullName = "X Y" }))).Status.ShouldBe(404);
        (await other.GetAsync($"/v1/transactions?pcn={made.Pcn}")).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await other.GetAsync("/v1/corridors", Roles.Manager)).GetProperty("items").GetArrayLength().ShouldBe(1);

        // An event of the other tenant about this transfer is refused; it waits for a person instead.
        (await made.PayAsync()).EnsureSuccessStatusCode();
        await desk.Service.PublishAsync(other.Tenant, new EntryPosted(made.Id, EntryId.New(), LedgerSteps.PayIn, 1));
        await Eventually.HoldsAsync(async () => (await desk.ScalarAsync<long>(
            "select count(*) from parked_messages where event_key = $1", made.Id.ToString())).ShouldBe(1));
        (await made.CountAsync("timeline", "event = 'PAY_IN_BOOKED'")).ShouldBe(0);
        (await desk.ScalarAsync<bool>(
            "select pay_in_booked_at is null from transactions where id = $1", made.Id.Value)).ShouldBeTrue();
    }

    [Fact]
    public async Task Transfers_are_listed_newest_first_in_pages_and_found_by_PCN_and_status()
    {
        var desk = await Desk.OpenAsync();
        var made = new List<Made>();
        for (var i = 0; i < 5; i++)
            made.Add(await desk.CreateAsync());
        await made[2].CancelAsync();

        var first = await desk.GetAsync("/v1/transactions?pageSize=3");
        var cursor = first.GetProperty("nextCursor").GetString();
        var second = await desk.GetAsync($"/v1/transactions?pageSize=3&cursor={cursor}");
        second.TryGetProperty("nextCursor", out _).ShouldBeFalse();
        first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray())
            .Select(item => item.GetProperty("id").GetString())
            .ShouldBe(made.AsEnumerable().Reverse().Select(one => one.Id.ToString()));

        var found = (await desk.GetAsync($"/v1/transactions?pcn={made[1].Pcn}")).GetProperty("items");
        found.EnumerateArray().Single().GetProperty("id").GetString().ShouldBe(made[1].Id.ToString());
        var cancelled = (await desk.GetAsync("/v1/transactions?status=CANCELLED")).GetProperty("items");
        cancelled.EnumerateArray().Single().GetProperty("pcn").GetString().ShouldBe(made[2].Pcn);
        foreach (var query in (string[])["status=HELD", "pageSize=0", "pageSize=101", "cursor=abc"])
            (await desk.Partner.GetAsync(new Uri($"/v1/transactions?{query}", UriKind.Relative)))
                .StatusCode.ShouldBe(System.Net.HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Only_services_read_personal_data_and_it_is_stored_sealed()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        var party = (await desk.GetAsync($"/v1/transactions/{made.Id}")).GetProperty("beneficiary").GetProperty("id")
            .GetString();
        var path = new Uri($"/internal/parties/{party}?tenant={desk.Tenant}", UriKind.Relative);

        using var service = desk.Service.ClientAs("compliance", null, Roles.Service, Scopes.PartiesInternal);
        var record = await Desk.BodyOf(await service.GetAsync(path));
        record.GetProperty("fullName").GetString().ShouldBe("Ada Obi");
        record.GetProperty("bankName").GetString().ShouldBe("Sample Bank");
        record.GetProperty("role").GetString().ShouldBe("BENEFICIARY");
        (await service.GetAsync(new Uri($"/internal/parties/{party}?tenant={TestTenant.New()}", UriKind.Relative)))
            .StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        (await desk.Partner.GetAsync(path)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
        using var manager = desk.Client(Roles.Manager, Scopes.PartiesInternal);
        (await manager.GetAsync(path)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);

        var sender = (await desk.PartiesOfAsync(made)).Sender;
        string Several(string ids, TenantId tenant) => $"/internal/parties?tenant={tenant}{ids}";
        var several = Several($"&id={party}&id={sender}&id={PartyId.New()}", desk.Tenant);
        (await Desk.BodyOf(await service.GetAsync(several))).GetProperty("parties").EnumerateArray()
            .Select(one => one.GetProperty("id").GetString()).ShouldBe([party, $"{sender}"], ignoreOrder: true);
        (await Desk.BodyOf(await service.GetAsync(Several($"&id={party}", TestTenant.New())))).GetProperty("parties")
            .GetArrayLength().ShouldBe(0);
        foreach (var bad in (string[])["", "&id=me", string.Concat(Enumerable.Repeat($"&id={party}", 101))])
            (await service.GetAsync(Several(bad, desk.Tenant))).StatusCode
                .ShouldBe(System.Net.HttpStatusCode.UnprocessableEntity);
        (await desk.Partner.GetAsync(several)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
        (await manager.GetAsync(several)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);

        var raw = await desk.ScalarAsync<string>(
            "select string_agg(encode(sealed, 'escape'), '') from parties where tenant_id = $1", desk.Tenant.Value);
        raw.ShouldNotContain("Obi");
        raw.ShouldNotContain("Hopper");
    }

    [Fact]
    public async Task No_event_carries_a_name_or_an_account()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToSubmittedAsync();
        await made.PublishedAsync<PayoutSubmitted>();
        foreach (var received in desk.Service.Events.Received.Where(e => e.Tenant == desk.Tenant))
            foreach (var secret in (string[])["Hopper", "Obi", made.Key, "Bank Street", "school"])
                received.Json.ShouldNotContain(secret);
    }
}
