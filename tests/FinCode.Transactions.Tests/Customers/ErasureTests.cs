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

    private static async Task ApproveAsync(Desk desk, PartyId customer) =>
        (await desk.Service.ClientAs("second", desk.Tenant, Roles.Manager).PostAsync(
            new Uri($"/v1/customers/{customer}/erasure-approvals", UriKind.Relative), null)).EnsureSuccessStatusCode();

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
        var beneficiary = await desk.ScalarAsync<Guid>(
            "select id from parties where owner_id = $1", customer.Value);
        (await Desk.ProblemOf(await desk.PutAsync(
            $"/v1/customers/{customer}/beneficiaries/{new PartyId(beneficiary)}",
            new { beneficiary = new { kind = "PERSON", fullName = "Some One", country = "NG" } }))).Code
            .ShouldBe("CUSTOMER_RESTRICTED");
    }

    [Fact]
    public async Task When_the_time_is_over_the_keys_are_destroyed_and_the_transfers_stay()
    {
        var (desk, made, customer, manager) = await PaidAsync();
        await DeleteAsync(manager, customer);
        await ApproveAsync(desk, customer);
        // Six years later, as the record says.
        await desk.ExecuteAsync("update transactions set updated_at = updated_at - interval '6 years' "
            + "where sender_id = $1", customer.Value);
        await desk.ExecuteAsync("update parties set erase_after = now() where id = $1", customer.Value);
        await desk.ExecuteAsync("update transactions set payer_sealed = note_sealed, relationship = 'SISTER' "
            + "where id = $1", made.Id.Value);

        await Eventually.HoldsAsync(async () => (await desk.Partner.GetAsync(
            new Uri($"/v1/customers/{customer}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound));

        (await desk.ScalarAsync<long>("select count(*) from parties where tenant_id = $1 and erased_at is not null "
            + "and length(wrapped_key) = 0 and length(sealed) = 0 and email_key is null", desk.Tenant.Value))
            .ShouldBe(2);
        (await desk.ScalarAsync<long>("select count(*) from transactions where id = $1 and note_sealed is null "
            + "and payer_sealed is null and payout_sealed is null and relationship is null "
            + "and relationship_sealed is null", made.Id.Value)).ShouldBe(1);
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
    public async Task One_customer_who_cannot_be_erased_keeps_nobody_else()
    {
        var desk = await Desk.OpenAsync();
        using var manager = desk.Client(Roles.Manager);
        var ids = new List<PartyId>();
        foreach (var name in (string[])["First Nobody", "Second Nobody"])
        {
            var customer = await desk.RegisterAsync(new { kind = "PERSON", fullName = name, country = "GB" });
            ids.Add(PartyId.Parse(customer.GetProperty("id").GetString()!));
            await DeleteAsync(manager, ids[^1]);
            await ApproveAsync(desk, ids[^1]);
        }
        var trigger = $"refuses_{ids[0].Value:n}";
        await desk.ExecuteAsync($"create function {trigger}() returns trigger language plpgsql as "
            + "'begin raise exception ''not this one''; end'");
        await desk.ExecuteAsync($"create trigger {trigger} before update on parties for each row when "
            + $"(new.erased_at is not null and old.id = '{ids[0].Value}') execute function {trigger}()");
        await desk.ExecuteAsync("update parties set erase_after = now() - case when id = $1 then interval '2 days' "
            + "else interval '1 day' end where tenant_id = $2", ids[0].Value, desk.Tenant.Value);
        try
        {
            await ErasedAsync(ids[1]);
            (await desk.GetAsync($"/v1/customers/{ids[0]}")).GetProperty("name").GetString().ShouldBe("F*** N***");
        }
        finally
        {
            await desk.ExecuteAsync($"drop function {trigger} cascade");
        }
        await ErasedAsync(ids[0]);

        Task ErasedAsync(PartyId id) => Eventually.HoldsAsync(async () => (await desk.Partner.GetAsync(
            new Uri($"/v1/customers/{id}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task What_the_customer_is_shown_does_not_move_when_somebody_looks_at_a_transfer()
    {
        var desk = await Desk.OpenAsync();
        using var manager = desk.Client(Roles.Manager);
        var made = await desk.CreateAsync();
        (await made.PayAsync()).EnsureSuccessStatusCode();
        await made.AtStageAsync("SCREENING");
        var customer = (await desk.PartiesOfAsync(made)).Sender;
        var before = await UpdatedAsync();
        await made.ScreenedAsync(ScreeningOutcome.Review);
        await made.AtStageAsync("IN_REVIEW");
        (await UpdatedAsync()).ShouldBe(before);

        async Task<string?> UpdatedAsync() => (await Desk.BodyOf(await manager.GetAsync(
            new Uri($"/v1/customers/{customer}/data", UriKind.Relative)))).GetProperty("transfers")[0]
            .GetProperty("updatedAt").GetString();
    }

    [Fact]
    public async Task Beneficiaries_of_old_get_the_owner_who_alone_sent_to_them()
    {
        var desk = await Desk.OpenAsync();
        var alone = await desk.PartiesOfAsync(await desk.CreateAsync());
        var shared = await desk.PartiesOfAsync(await desk.CreateAsync());
        var stranger = await desk.CreateAsync(change: request => request["sender"] =
            new { kind = "PERSON", fullName = "Ida Rhodes", country = "GB" });
        await desk.ExecuteAsync("update transactions set beneficiary_id = $1 where id = $2",
            shared.Beneficiary.Value, stranger.Id.Value);
        await desk.ExecuteAsync("update parties set owner_id = null where tenant_id = $1", desk.Tenant.Value);
        var assembly = typeof(TransactionsApp).Assembly;
        await using var resource = assembly.GetManifestResourceStream(assembly.GetManifestResourceNames()
            .Single(name => name.EndsWith("0004_owners_of_beneficiaries.sql", StringComparison.Ordinal)))!;
        using var reader = new StreamReader(resource);

        await desk.ExecuteAsync(await reader.ReadToEndAsync());

        (await desk.ScalarAsync<Guid>("select owner_id from parties where id = $1", alone.Beneficiary.Value))
            .ShouldBe(alone.Sender.Value);
        (await desk.ScalarAsync<bool>("select owner_id is null from parties where id = $1",
            shared.Beneficiary.Value)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_time_that_was_set_too_early_erases_nobody()
    {
        var (desk, _, customer, manager) = await PaidAsync();
        await DeleteAsync(manager, customer);
        await ApproveAsync(desk, customer);
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
