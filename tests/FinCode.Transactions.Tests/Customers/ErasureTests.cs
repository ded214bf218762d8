using System.Net;
using System.Net.Http.Json;
using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Customers;

public sealed class ErasureTests
{
    private static async Task<(Desk, Made, PartyId, HttpClient)> PaidAsync()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToSubmittedAsync();
        await made.PayoutCallbackAsync(await made.SentReferenceAsync(), "COMPLETED");
        await made.BookedAsync(LedgerSteps.Paid);
        await made.AtStatusAsync("PAID");
        return (desk, made, (await desk.PartiesOfAsync(made)).Sender, desk.Client(Roles.Manager));
    }

    private static Task<HttpResponseMessage> DeleteAsync(HttpClient manager, PartyId customer) =>
        manager.DeleteAsync(new Uri($"/v1/customers/{customer}", UriKind.Relative));

    [Fact]
    public async Task A_manager_gets_everything_that_is_held_and_nobody_else_does()
    {
        var (desk, made, customer, manager) = await PaidAsync();
        var path = new Uri($"/v1/customers/{customer}/data", UriKind.Relative);
        var record = await Desk.BodyOf(await manager.GetAsync(path));
        record.GetProperty("customer").GetProperty("details").GetProperty("fullName").GetString()
            .ShouldBe("Grace Hopper");
        record.GetProperty("beneficiaries")[0].GetProperty("details").GetProperty("fullName").GetString()
            .ShouldBe("Ada Obi");
        var transfer = record.GetProperty("transfers")[0];
        transfer.GetProperty("id").GetString().ShouldBe(made.Id.ToString());
        transfer.GetProperty("note").GetString().ShouldBe("for school");
        transfer.GetProperty("paidTo").GetProperty("accountNumber").GetString().ShouldBe(made.Key);
        foreach (var word in (string[])["stage", "screening", "case", "key"])
            record.ToString().ShouldNotContain($"\"{word}", Case.Insensitive);
        (await desk.Partner.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await (await Desk.OpenAsync()).Client(Roles.Manager).GetAsync(path)).StatusCode
            .ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task While_the_law_wants_the_record_erasure_is_refused_with_the_date_and_its_use_restricted()
    {
        var (desk, _, customer, manager) = await PaidAsync();
        var refused = await DeleteAsync(manager, customer);
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var problem = await refused.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>();
        problem.GetProperty("code").GetString().ShouldBe("RETENTION_NOT_OVER");
        var after = problem.GetProperty("eraseAfter").GetDateTimeOffset();
        var last = new DateTimeOffset(await desk.ScalarAsync<DateTime>(
            "select max(updated_at) from transactions where sender_id = $1", customer.Value), TimeSpan.Zero);
        after.ShouldBe(last.AddYears(5), TimeSpan.FromSeconds(1));

        var request = Desk.Transaction(await desk.QuoteAsync(), Desk.NewAccount());
        (await Desk.ProblemOf(await desk.PostTransactionAsync(request))).Code.ShouldBe("CUSTOMER_RESTRICTED");
        request["sender"] = null;
        request["senderId"] = customer;
        (await Desk.ProblemOf(await desk.PostTransactionAsync(request))).Code.ShouldBe("CUSTOMER_RESTRICTED");
        (await Desk.ProblemOf(await desk.PutAsync($"/v1/customers/{customer}",
            new { kind = "PERSON", fullName = "Other Name", country = "GB" }))).Code.ShouldBe("CUSTOMER_RESTRICTED");
        (await Desk.ProblemOf(await desk.PostAsync($"/v1/customers/{customer}/beneficiaries", new
        {
            beneficiary = new { kind = "PERSON", fullName = "Some One", country = "NG" },
        }))).Code.ShouldBe("CUSTOMER_RESTRICTED");
    }

    [Fact]
    public async Task When_the_time_is_over_the_keys_are_destroyed_and_the_transfers_stay()
    {
        var (desk, made, customer, manager) = await PaidAsync();
        await DeleteAsync(manager, customer);
        // Six years later, as the record says.
        await desk.ExecuteAsync("update transactions set updated_at = updated_at - interval '6 years' "
            + "where sender_id = $1", customer.Value);
        await desk.ExecuteAsync("update parties set erase_after = now() where id = $1", customer.Value);

        await Eventually.HoldsAsync(async () => (await desk.Partner.GetAsync(
            new Uri($"/v1/customers/{customer}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound));

        (await desk.ScalarAsync<long>("select count(*) from parties where tenant_id = $1 and erased_at is not null "
            + "and length(wrapped_key) = 0 and length(sealed) = 0 and email_key is null", desk.Tenant.Value))
            .ShouldBe(2);
        (await desk.ScalarAsync<long>("select count(*) from transactions where id = $1 and note_sealed is null "
            + "and payout_sealed is null and relationship is null", made.Id.Value)).ShouldBe(1);
        var shown = await desk.GetAsync($"/v1/transactions/{made.Id}");
        shown.GetProperty("status").GetString().ShouldBe("PAID");
        shown.GetProperty("beneficiary").GetProperty("name").GetString().ShouldBe("***");
        (await desk.GetAsync("/v1/transactions")).GetProperty("items").GetArrayLength().ShouldBe(1);
        await desk.Service.Events.WaitForAsync<PartyErased>(e => e.PartyId == customer);
        (await DeleteAsync(manager, customer)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        // The same details are somebody new.
        (await desk.PartiesOfAsync(await desk.CreateAsync())).Sender.ShouldNotBe(customer);
    }

    [Fact]
    public async Task A_time_that_was_set_too_early_erases_nobody()
    {
        var (desk, _, customer, manager) = await PaidAsync();
        await DeleteAsync(manager, customer);
        await desk.ExecuteAsync("update parties set erase_after = now() where id = $1", customer.Value);
        await Eventually.HoldsAsync(async () => (await desk.ScalarAsync<bool>(
            "select erase_after > now() + interval '4 years' from parties where id = $1", customer.Value))
            .ShouldBeTrue());
        (await desk.GetAsync($"/v1/customers/{customer}")).GetProperty("name").GetString().ShouldBe("G*** H***");
    }

    [Fact]
    public async Task Who_never_sent_anything_need_not_be_kept_and_a_transfer_under_way_keeps_its_sender()
    {
        var desk = await Desk.OpenAsync();
        using var manager = desk.Client(Roles.Manager);
        var nobody = PartyId.Parse((await desk.RegisterAsync(
            new { kind = "PERSON", fullName = "Never Sent", country = "GB" })).GetProperty("id").GetString()!);
        (await DeleteAsync(manager, nobody)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var made = await desk.CreateAsync();
        await made.ToReservingAsync();
        (await DeleteAsync(manager, (await desk.PartiesOfAsync(made)).Sender)).StatusCode
            .ShouldBe(HttpStatusCode.Conflict);
        // What is under way goes on.
        await made.ReservedAsync();
        await made.AtStageAsync("SUBMITTED");
        (await DeleteAsync(desk.Partner, nobody)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_tenant_keeps_records_as_long_as_its_law_says()
    {
        var (desk, _, customer, manager) = await PaidAsync();
        var path = new Uri("/v1/customer-retention", UriKind.Relative);
        (await Desk.BodyOf(await manager.GetAsync(path))).GetProperty("years").GetInt32().ShouldBe(5);
        (await manager.PutAsJsonAsync(path, new { years = 31 })).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        await Desk.BodyOf(await manager.PutAsJsonAsync(path, new { years = 10 }));
        await DeleteAsync(manager, customer);
        (await desk.ScalarAsync<bool>("select erase_after > now() + interval '9 years' from parties where id = $1",
            customer.Value)).ShouldBeTrue();
    }
}
